import Testing

@testable import SQLInspection

/// Which outputs hold whole values of columns and nothing else.
struct WholeValueTests {
    private func isWhole(_ text: String) throws -> [Bool] {
        try inspect(text).statements.flatMap(\.outputs).map(\.isWhole)
    }

    @Test(arguments: [
        "SELECT email FROM customers", "SELECT email::text FROM customers",
        "SELECT (c).email FROM customers c",
        "SELECT p FROM payments_2024 p", "SELECT x FROM (SELECT email FROM customers) AS s (x)",
        "WITH s AS (SELECT email FROM customers) SELECT * FROM s", "SELECT handle FROM customer_directory",
        "SELECT email FROM customers UNION SELECT phone FROM customers",
        "WITH RECURSIVE r AS (SELECT email FROM customers UNION ALL SELECT email FROM r) SELECT email FROM r",
        "SELECT array_agg(email) FROM customers", "SELECT unnest(ARRAY[email, phone]) FROM customers",
        "SELECT min(email) FROM customers", "SELECT lag(email) OVER (ORDER BY id) FROM customers",
        "SELECT row_to_json(p) FROM payments p", "SELECT to_jsonb(p) ->> 'card_number' FROM payments p",
        "SELECT (SELECT email FROM customers LIMIT 1)", "SELECT ARRAY(SELECT email FROM customers)",
        "SELECT customer_handle(1)", "SELECT email FROM customers_all()",
        "SELECT ROW(email, phone) FROM customers",
        "SELECT (home_address).city FROM customers", "SELECT contact_methods[1] FROM customers",
        "SELECT pan_int::numeric FROM payments", "SELECT coalesce(email, phone) FROM customers",
        "SELECT CASE WHEN id > 5 THEN email END FROM customers",
        "UPDATE customers SET phone = '1' RETURNING email",
        "SELECT email FROM customers JOIN (SELECT email FROM customers) AS o USING (email)",
    ])
    func keepsWhole(_ text: String) throws {
        #expect(try isWhole(text) == [true])
    }

    /// Pieces of values, and values beside others of the asker's choice.
    @Test(arguments: [
        "SELECT substr(email, 1, 3) FROM customers", "SELECT reverse(ssn) FROM customers",
        "SELECT email || '' FROM customers", "SELECT email::varchar(3) FROM customers",
        "SELECT email::\"char\" FROM customers", "SELECT pan_int / 10 FROM payments",
        "SELECT pan_int::bit(64) FROM payments", "SELECT array_agg(left(email, 1)) FROM customers",
        "SELECT x FROM (SELECT left(email, 1) FROM customers) AS s (x)",
        "SELECT min(left(email, 1)) FROM customers", "SELECT k1 FROM reporting.v_deep",
        "SELECT email FROM customers UNION ALL SELECT 'guess'",
        "SELECT 'guess' UNION ALL SELECT email FROM customers",
        "SELECT coalesce(email, 'guess') FROM customers",
        "SELECT CASE WHEN false THEN email ELSE 'guess' END FROM customers",
        "SELECT ROW(email, 'guess') FROM customers", "SELECT ARRAY[email, 'guess'] FROM customers",
        "SELECT s FROM (SELECT email, 'guess' FROM customers) AS s",
        "SELECT row_to_json(s) FROM (SELECT email, left(phone, 2) FROM customers) AS s",
        "SELECT json_build_object('a', 'guess', 'b', email) FROM customers",
        "SELECT lag(email, 1, 'guess') OVER (ORDER BY id) FROM customers",
        "SELECT column1 FROM (VALUES ((SELECT email FROM customers LIMIT 1)), ('guess')) AS v",
        """
        WITH RECURSIVE r AS (SELECT email::text AS e FROM customers UNION ALL SELECT substr(e, 2) FROM r WHERE e <> '')
        SELECT e FROM r
        """,
        "SELECT ssn_last4 FROM customers", "SELECT c FROM customers c", "SELECT contact(c) FROM customers c",
        "SELECT 1", "SELECT $1",
        "SELECT string_agg(email, '') FROM customers", "SELECT to_jsonb(c) - 'id' FROM customers c",
        "UPDATE customers SET phone = left(email, 1) RETURNING phone",
    ])
    func knowsWhatIsWorkedOut(_ text: String) throws {
        #expect(try isWhole(text) == [false])
    }
}
