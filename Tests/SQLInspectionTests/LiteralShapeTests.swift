import Testing

@testable import SQLInspection

/// Texts that differ in literals share an inspection only where PostgreSQL's own parser and the rules say so.
struct LiteralShapeTests {
    /// The shape with letters for marks; `nil` when there is none.
    private func shape(_ text: String, foldingRows: Bool = false) -> String? {
        Array(text.utf8).withUnsafeBytes { bytes in
            guard let shape = LiteralShape(bytes, foldingRows: foldingRows) else { return nil }
            var result: [UInt8] = []
            var isMark = false
            for byte in shape.bytes {
                if isMark {
                    result.append(
                        [UInt8(ascii: "S"), UInt8(ascii: "I"), UInt8(ascii: "L"), UInt8(ascii: "N")][
                            Int(byte) - 1])
                    isMark = false
                } else if byte == 0 {
                    result.append(UInt8(ascii: "$"))
                    isMark = true
                } else {
                    result.append(byte)
                }
            }
            return String(decoding: result, as: UTF8.self)
        }
    }

    @Test(arguments: [
        ("SELECT 1", "SELECT $I"), ("a=-5,'x''y'", "a=-$I,$S"), ("1.50+2", "$N+$I"),
        ("2147483647, 2147483649", "$I, $L"), ("999999999999999999", "$L"),
        ("a1 = 1 -- it's 2\n, 3", "a1 = $I -- it's 2\n, $I"), ("/* '/* 1 */ 2 */ 3", "/* '/* 1 */ 2 */ $I"),
        (#""it's 1" = 'a\'"#, #""it's 1" = $S"#), ("$1 + 1", "$1 + $I"), ("t.a1$2 = 3", "t.a1$2 = $I"),
        ("'a'\n'b'", "$S\n$S"), ("é1 = 'é'", "é1 = $S"), ("(1)::int", "($I)::int"),
    ])
    func takesPlainLiteralsOut(_ text: String, _ expected: String) {
        #expect(shape(text) == expected)
    }

    @Test(arguments: [
        "1e5", "0x1F", ".5", "5.", "1.2.3", "1a", "12345678901234567890", "0000000000001", "2147483648",
        "SELECT a", "E'a'", "SELECT'a'", "e'\\''", "U&'1'", "U&\"1\"", "B'1'", "X'1'", "N'1'", "$$a$$, 1",
        "$x$a$x$", "'open",
        "\"open 1", "/* open 1", "'a\u{0}b'", "1 \u{0}", "1, \"a\u{0}\"",
    ])
    func leavesTheRestToPostgreSQL(_ text: String) {
        #expect(shape(text) == nil)
    }

    @Test(arguments: [
        ("VALUES (1, 'a'), (2, 'b'), (3, 'c')", "VALUES ($I, $S), ($I, $S)"),
        ("values (1), (2), (3.5), (4), (5.5)", "values ($I), ($I), ($N)"),
        ("VALUES (1),(2), (3),(4)", "VALUES ($I),($I), ($I)"),
        ("VALUES (f(1)), (f((2))), (f((3))), (f(4))", "VALUES (f($I)), (f(($I))), (f($I))"),
        ("VALUES -- a\n (1), /* b */ (2), /* b */ (3)", "VALUES -- a\n ($I), /* b */ ($I)"),
        ("VALUES (1), (2), (3); VALUES (1), (2), (3)", "VALUES ($I), ($I); VALUES ($I), ($I)"),
        ("VALUES (1), (2), (3) ORDER BY 1, (2), (2)", "VALUES ($I), ($I) ORDER BY $I, ($I), ($I)"),
        ("IN ((1), (2), (2))", "IN (($I), ($I), ($I))"),
        ("\"values\" (1), (2), (2)", "\"values\" ($I), ($I), ($I)"),
        ("VALUES x (1), (2), (2)", "VALUES x ($I), ($I), ($I)"),
        ("VALUES (1), (a), (b), (a)", "VALUES ($I), (a), (b)"),
        ("VALUES (1), (')'), ('),('), (2)", "VALUES ($I), ($S), ($I)"),
        (
            "VALUES (1, (VALUES (2), (3), (4))), (5, (VALUES (6), (7), (8)))",
            "VALUES ($I, (VALUES ($I), ($I), ($I))), ($I, (VALUES ($I), ($I), ($I)))"
        ),
    ])
    func takesOneRowOfEachShape(_ text: String, _ expected: String) {
        #expect(shape(text, foldingRows: true) == expected)
    }

    private func decisive(_ text: String) throws -> [Int]? { try inspect(text).decisiveLiterals?.indices }

    @Test(arguments: [
        "SELECT * FROM orders WHERE id = 5",
        "UPDATE orders SET total = total + -5, note = 'x''y' WHERE id = 7",
        "INSERT INTO settings VALUES ('a', 'b'), ('c', '')", "DELETE FROM orders WHERE id IN (1, 2, 3)",
        "SELECT '1'::int, CAST('2024-01-01' AS date) + 3, 0, '' FROM orders LIMIT 10 OFFSET 20",
        "SELECT note || ' x ' || 'y' FROM orders WHERE note LIKE 'a%' AND total BETWEEN 1.5 AND 30000000000",
        "SELECT interval '1 day', substring('abc' FROM 2 FOR 1), ARRAY[1, -2], (1, 'x')",
    ])
    func dependsOnNoValueOfPlainStatements(_ text: String) throws {
        #expect(try decisive(text) == [])
    }

    @Test(arguments: [
        ("SELECT note, total FROM orders WHERE id > 9 ORDER BY 2", [1]),
        ("DELETE FROM orders WHERE 1 = 1", [0, 1]), ("DELETE FROM orders WHERE 'yes'", [0]),
        ("SELECT set_config('work_mem', '64MB', false), 5", [0, 1]),
        ("SELECT * FROM query_to_xml('SELECT ' || '1', true, false, 'x')", [0, 1]),
        ("SELECT nextval('invoice' || '_seq'), 3", [0, 1]), ("SELECT current_setting('work_mem')", [0]),
        ("DELETE FROM orders WHERE note LIKE '%'", [0]),
    ])
    func namesTheValuesThatDecide(_ text: String, _ expected: [Int]) throws {
        #expect(try decisive(text) == expected)
    }

    @Test(arguments: [
        "SELECT 1e-5, 2", "SELECT 'a'\n'b'", "SELECT CURRENT_TIMESTAMP(3), 1", "SELECT 1::float(20)",
        "SET work_mem = 5", "EXPLAIN SELECT 1", "SELECT nothing(1)", "SELECT 1, 5 - 1e-3",
    ])
    func sharesNothingElse(_ text: String) throws {
        #expect(try decisive(text) == nil)
    }
}
