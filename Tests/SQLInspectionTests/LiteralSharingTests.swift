import Testing

@testable import SQLInspection

/// What is shared between texts of one shape is what each of them would have had by itself: the corpora with their literals
/// changed at random, many times over.
struct LiteralSharingTests {
    private static let lines =
        CorpusTests.lines.map(\.sql) + LineageCorpusTests.lines.map(\.sql) + more

    /// Where values decide, or nearly do.
    private static let more = [
        "DELETE FROM orders WHERE 1 = 2", "DELETE FROM orders WHERE id = 5 OR 'a' = 'b'",
        "DELETE FROM orders WHERE 'yes'",
        "UPDATE orders SET note = 'x' WHERE note LIKE 'a%' AND 1 = 1",
        "DELETE FROM orders WHERE id IN (1, 2) OR 1 IN (2, 3)",
        "DELETE FROM orders WHERE 5 BETWEEN 1 AND 9",
        "DELETE FROM orders WHERE CASE WHEN 1 = 1 THEN id = 3 ELSE '0' END",
        "SELECT email, note, 'x', 3 FROM customers JOIN orders ON true ORDER BY 2, 1, 'a'",
        "SELECT email, count(*), 4 FROM customers GROUP BY 1 HAVING count(*) > 3",
        "SELECT set_config('search_path', 'a', true), 5", "SELECT set_config('my.' || 'x', 'y', true)",
        "SELECT query_to_xml('SELECT email FROM customers', true, false, '')",
        "SELECT * FROM ts_stat('SELECT ' || 'note')",
        "SELECT table_to_xml('customers', true, false, 'x'), 7",
        "SELECT nextval('invoice_seq'), currval('orders_id_seq')",
        "SELECT lower('paid'), upper('a'), 'x'::checked_code, '5'::bigint::order_ticket, 5::bigint",
        "SELECT current_setting('work_mem'), current_setting('my.x')", "SELECT 1 ~>> 2, 3000000000 ~>> 1",
        "INSERT INTO settings (key, value) VALUES ('a', 'b'), ('c', 'd') ON CONFLICT (key) DO UPDATE SET value = 'z'",
        "SELECT jsonb_path_query('{}', '$.a'), '{1,2}'::int[], (ARRAY[1, 2, 3])[2], 'a' || 'b', -7, - 8, 9 -1",
        "SELECT round(1.50, 2), 3000000000, 2147483647, power(2, 10), abs(-3), vat(5), vat(3000000000), safe_total(2)",
    ]

    private static let strings = [
        "", "a", "%", "%%", "yes", "true", "0", "1", "off", "--", "/*", "*/", "$$", "\\", "''", "a''b",
        "\\''; DROP TABLE x; --",
        "\n", "\r", "é\u{1F600}", "search_path", "work_mem", "role", "public", "customers",
        "public.customers", "orders",
        "invoice_seq", "DELETE FROM orders", "SELECT ssn FROM customers", "SELECT 1", "{}", "my.x", "paid",
        "2024-01-01",
    ]
    private static let numbers: [LiteralShape.Kind: [String]] = [
        .int4: ["0", "1", "2", "3", "00", "007", "12345", "999999999", "2147483647"],
        .int8: ["2147483649", "3000000000", "9999999999", "12345678901", "999999999999999999"],
        .numeric: ["0.0", "1.0", "2.5", "00.50", "99999999999999999999999.9", "0.00000000001"],
    ]

    /// SplitMix64: the same texts in every run.
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
            return value ^ value >> 31
        }
    }

    /// The text with other literals of the same kinds, but for those at `kept`.
    private static func changed(_ text: [UInt8], keeping kept: [Int], _ random: inout Random) -> [UInt8]? {
        text.withUnsafeBytes { bytes in
            guard let shape = LiteralShape(bytes, foldingRows: false) else { return nil }
            var result: [UInt8] = []
            var end = 0
            for (index, literal) in shape.literals.enumerated() {
                result += bytes[end..<literal.range.lowerBound]
                end = literal.range.upperBound
                if kept.contains(index) {
                    result += bytes[literal.range]
                } else if literal.kind == .string {
                    result += Array("'\(strings.randomElement(using: &random) ?? "")'".utf8)
                } else {
                    result += Array((numbers[literal.kind]?.randomElement(using: &random) ?? "").utf8)
                }
            }
            return result + bytes[end...]
        }
    }

    private static func description(_ inspection: Inspection) -> String {
        let statements = inspection.statements.map { statement in
            var statement = statement
            let outputs = statement.outputs.map { output -> String in
                guard case .columns(let columns) = output.lineage else { return "\(output)" }
                return output.name + columns.map { "\($0)" }.sorted().joined()
            }
            let columns =
                statement.columns.map { "\($0)" }.sorted() + statement.columnsBehind.map { "\($0)" }.sorted()
            statement.outputs = []
            statement.columns = []
            statement.columnsBehind = []
            let transfers = statement.transfers.map { transfer -> String in
                guard case .columns(let columns) = transfer.lineage else { return "\(transfer)" }
                return "\(String(describing: transfer.target)) " + columns.map { "\($0)" }.sorted().joined()
            }
            statement.transfers = []
            return "\(statement) \(outputs) \(columns) \(transfers.sorted())"
        }
        return "\(statements) \(inspection.fingerprint) \(inspection.why)"
    }

    @Test(arguments: lines)
    func sharesWhatEachWouldHaveHad(_ line: String) throws {
        guard let first = try? inspect(line), let literals = first.decisiveLiterals else { return }
        var random = Random(state: UInt64(line.utf8.count))
        for _ in 0..<25 {
            guard let other = Self.changed(Array(line.utf8), keeping: literals.indices, &random) else {
                return
            }
            let text = String(decoding: other, as: UTF8.self)
            let fresh = try inspect(text)
            #expect(Self.description(fresh) == Self.description(first), "\(text)")
            #expect(fresh.decisiveLiterals?.indices == literals.indices, "\(text)")
        }
    }

    private static let manyRows = [
        "INSERT INTO settings (key, value) VALUES @('a', 'b')|('a', 'b')@",
        "INSERT INTO settings (key, value) VALUES @('a', 'b')|('a', NULL)|(concat('x', 'y'), lower('Z'))@ RETURNING key",
        "INSERT INTO orders (id, total, note) VALUES @(1, 2.5, 'x')|(2, -3, DEFAULT)|(3, 4, 'y')@ ON CONFLICT DO NOTHING",
        "INSERT INTO orders (id, total) VALUES @(1, 2)|(nextval('invoice_seq'), 5)@",
        "INSERT INTO orders (id, total) VALUES @(1, (SELECT max(total) FROM orders WHERE id = 4))|(2, 3)@",
        "INSERT INTO orders (id, total) VALUES (0, 0), @(1, 2)|(1, 2)@; DELETE FROM orders WHERE id = 3",
        "SELECT v.a, v.b FROM (VALUES @(1, 'x')|(2.5, 'y')|(3, 'z')@) v (a, b) JOIN orders o ON o.id = v.a",
        "UPDATE orders o SET note = v.n FROM (VALUES @(1, 'x')|(2, 'y')@) v (i, n) WHERE o.id = v.i AND 1 = 2",
        "SELECT * FROM orders WHERE (id, note) IN (VALUES @(1, 'a')|(2, 'b')@)",
        "DELETE FROM orders WHERE id IN (VALUES @(1)|(2)@) OR 'a' = 'b'",
        "INSERT INTO settings VALUES @('a', set_config('work_mem', '1', true))|('a', 'b')@",
        "INSERT INTO customers (id, name) VALUES @(1, 'a')|(2, (VALUES (1), (2), (3)))@",
    ]

    /// Rows that a list repeats, with other values, change nothing of what the reduced text has by itself; where they might, the
    /// reduced text speaks for nobody else.
    @Test(arguments: manyRows)
    func sharesWhatManyRowsHaveInCommon(_ template: String) throws {
        let parts = template.split(separator: "@").map(String.init)
        let rows = parts[1].split(separator: "|").map(String.init)
        var random = Random(state: 7)
        for count in [3, 10, 60] {
            let list =
                rows + (0..<count).map { _ in rows.dropFirst().randomElement(using: &random) ?? rows[0] }
            let written = parts[0] + list.joined(separator: ", ") + (parts.count > 2 ? parts[2] : "")
            guard let text = Self.changed(Array(written.utf8), keeping: [], &random) else { continue }
            let shape = text.withUnsafeBytes { LiteralShape($0, foldingRows: true) }
            guard let shape, !shape.removed.isEmpty else {
                Issue.record("nothing was taken out of \(written)")
                return
            }
            let reduced = String(decoding: shape.reduced(text), as: UTF8.self)
            let other = reduced.utf8.withContiguousStorageIfAvailable {
                LiteralShape(UnsafeRawBufferPointer($0), foldingRows: true)
            }
            #expect(other??.bytes == shape.bytes && other??.removed == [])
            guard let first = try? inspect(reduced), first.decisiveLiterals != nil else { continue }
            let whole = try inspect(String(decoding: text, as: UTF8.self))
            var description = Self.description(whole)
            description.replace(" \(whole.fingerprint) ", with: " \(first.fingerprint) ")
            #expect(description == Self.description(first), "\(written)")
        }
    }

    @Test func readsNothingIntoRowsWhoseValuesDecide() throws {
        let decides =
            "INSERT INTO settings VALUES ('a', 'b'), ('c', set_config('work_mem', '1', true)), ('a', 'b')"
        #expect(try inspect(decides).decisiveLiterals == nil)
        #expect(
            try inspect("INSERT INTO settings VALUES ('a', 'b'), ('c', 'd')").decisiveLiterals?.indices == [])
    }

    /// The corpora hold texts of the kind at all, with and without values that decide.
    @Test func looksAtMany() {
        let shared = Self.lines.compactMap { try? inspect($0).decisiveLiterals }
        #expect(shared.count > 60)
        #expect(shared.count { !$0.indices.isEmpty } > 10)
    }
}
