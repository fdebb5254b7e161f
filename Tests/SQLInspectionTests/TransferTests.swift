import Testing

@testable import SQLInspection

/// Where values of columns come to lie, and how a COPY writes them.
struct TransferTests {
    /// `source > target` for each, the names that it is to go by or `new` for what is no column yet, `?` for an unknown source.
    private func transfers(_ text: String) throws -> Set<String> {
        let catalog = Fixtures.shop
        func name(_ column: ColumnID) -> String { catalog.name(of: column) ?? "?" }
        return Set(
            try inspect(text).statements.flatMap(\.transfers).flatMap { transfer -> [String] in
                let named = transfer.names.isEmpty ? "new" : transfer.names.joined(separator: " ")
                let target = transfer.target.map(name) ?? named
                guard case .columns(let sources) = transfer.lineage else { return ["? > \(target)"] }
                return sources.map { "\(name($0)) > \(target)" }
            })
    }

    private static let email = "public.customers.email"

    @Test(arguments: [
        ("INSERT INTO settings SELECT email, 'x' FROM customers", "\(email) > public.settings.key"),
        (
            "INSERT INTO settings VALUES ((SELECT email FROM customers LIMIT 1), 'x')",
            "\(email) > public.settings.key"
        ),
        ("UPDATE orders SET note = c.email FROM customers c", "\(email) > public.orders.note"),
        ("UPDATE customers SET email = lower(email)", "\(email) > \(email)"),
        (
            "MERGE INTO settings s USING customers c ON false WHEN NOT MATCHED THEN INSERT (key) VALUES (c.email)",
            "\(email) > public.settings.key"
        ),
        ("CREATE TABLE t AS SELECT upper(email) FROM customers", "\(email) > new"),
        ("SELECT email INTO TEMP t FROM customers", "\(email) > new"),
        ("SELECT note INTO t FROM orders UNION SELECT email FROM customers", "\(email) > new"),
        ("SELECT set_config('a.b', email, false) FROM customers", "\(email) > new"),
        ("SELECT pg_notify('c', email) FROM customers", "\(email) > new"),
        ("SELECT log_access(email) FROM customers", "\(email) > new"),
        (
            "ALTER TABLE customers ALTER COLUMN tenant_id TYPE text USING email",
            "\(email) > public.customers.tenant_id"
        ),
        ("ALTER TABLE orders RENAME COLUMN note TO x", "public.orders.note > public.orders.x"),
        ("ALTER TABLE orders RENAME TO x", "public.orders.note > public.x.note"),
        ("ALTER INDEX orders RENAME TO x", "public.orders.note > public.x.note"),
        ("ALTER TABLE orders SET SCHEMA x", "public.orders.note > x.orders.note"),
        ("ALTER SCHEMA public RENAME TO x", "public.orders.note > x.orders.note"),
        ("ALTER TABLE nowhere RENAME TO people", "? > new"),
        (
            "ALTER TABLE customers ADD x text GENERATED ALWAYS AS (lower(email)) STORED",
            "\(email) > public.customers.x"
        ),
        (
            "CREATE RULE r AS ON UPDATE TO customers DO ALSO INSERT INTO settings VALUES (NEW.email)",
            "\(email) > public.settings.key"
        ),
        (
            "CREATE TABLE t (x text REFERENCES customers (email) ON UPDATE CASCADE)",
            "\(email) > public.t.x"
        ),
        ("EXECUTE p((SELECT email FROM customers))", "\(email) > new"),
        (
            "PREPARE p AS INSERT INTO settings SELECT email, 'x' FROM customers",
            "\(email) > public.settings.key"
        ),
    ]) func seesWhereValuesGo(text: String, expected: String) throws {
        #expect(try transfers(text).contains(expected))
    }

    @Test(arguments: [
        "SELECT lower(email) FROM customers", "UPDATE customers SET tenant_id = 1 WHERE email = 'x'",
        "INSERT INTO settings VALUES ('a', 'b')",
        "EXPLAIN INSERT INTO settings SELECT email, 'x' FROM customers",
        "DELETE FROM customers WHERE email = 'x'", "ALTER TABLE customers ADD COLUMN x int DEFAULT 1",
        "CREATE TABLE t (x text REFERENCES customers (email))",
        "ALTER TABLE customers ADD CHECK (email <> '')",
        "CREATE INDEX ON orders ((note || 'x'))", "DROP TABLE orders",
        "CREATE RULE r AS ON UPDATE TO customers DO INSTEAD NOTHING",
    ]) func seesNoneWhereNoneGo(text: String) throws {
        #expect(try transfers(text) == [])
    }

    private func layout(_ text: String) throws -> CopyLayout? { try inspect(text).statements.first?.copyOut }

    @Test func readsTheOptionsOfACopyInBothSpellings() throws {
        var csv = CopyLayout()
        csv.format = .csv
        csv.delimiter = UInt8(ascii: ";")
        csv.quote = UInt8(ascii: "'")
        csv.null = ""
        csv.hasHeader = true
        #expect(
            try layout(
                "COPY customers TO STDOUT (FORMAT csv, DELIMITER ';', QUOTE '''', NULL '', HEADER, FORCE_QUOTE *)"
            ) == csv)
        #expect(try layout("COPY customers TO STDOUT DELIMITER ';' NULL '' CSV HEADER QUOTE ''''") == csv)
        #expect(try layout("COPY customers TO STDOUT") == CopyLayout())
        #expect(try layout("COPY customers TO STDOUT (FORMAT binary)")?.format == .binary)
        #expect(try layout("COPY customers TO STDOUT (HEADER false)")?.hasHeader == false)
        #expect(try layout("COPY customers FROM STDIN") == nil)
        #expect(try layout("COPY customers TO '/tmp/x'") == nil)
    }

    @Test func readsOnlyUTF8() throws {
        #expect(try layout("COPY customers TO STDOUT (ENCODING 'UTF-8')")?.isReadable == true)
        #expect(try layout("COPY customers TO STDOUT (ENCODING 'SJIS')")?.isReadable == false)
    }

    @Test func knowsTheTypesOfOutputs() throws {
        let outputs = try inspect("SELECT id, email, status, email::text || 'x', ARRAY[phone] FROM customers")
            .statements[0].outputs
        #expect(outputs.map(\.type).prefix(2) == [20, 25])
        #expect(outputs[3].type == 25)
        #expect(outputs[4].type == 1009)
    }

    @Test func keepsWhatExecuteItselfDoesApartFromWhatItRuns() throws {
        let execute = try inspect("EXECUTE p(1)").statements[0]
        #expect(execute.actions.contains(.unknown))
        #expect(execute.ownActions == .read)
    }
}
