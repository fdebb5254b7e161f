import Testing

@testable import SQLInspection

/// What guesses a column's values without showing them.
struct ProbeTests {
    @Test(arguments: [
        "email LIKE 'a%'", "(email < 'm')::text", "email IN ('a', 'b')", "email BETWEEN 'a' AND 'b'",
        "CASE WHEN email > 'm' THEN 'x' ELSE 'y' END", "CASE email WHEN 'a' THEN 'x' END",
        "nullif(email, 'a')", "length(email)", "position('@' IN email)", "email::numeric",
        "avg(substr(email, 1, 1)::int)", "starts_with(email, 'a')", "bool_or(email = 'a')",
        "email = ANY (ARRAY['a'])", "'a' IN (SELECT email FROM customers)", "repeat('x', ascii(email))",
        "soundex(email)", "metaphone(email, 4)",
    ])
    func seesComparisonsAndMeasures(_ expression: String) throws {
        let inspection = try inspect("SELECT \(expression) FROM customers")
        #expect(inspection.columns(.predicate).contains("public.customers.email"))
    }

    @Test(arguments: [
        "pan_int / 1000000000000", "pan_int % 10", "sum(pan_int)", "avg(pan_int)", "corr(id, pan_int)",
        "width_bucket(pan_int, 0, 9, 10)", "sign(pan_int - 5)",
    ])
    func seesArithmetic(_ expression: String) throws {
        let inspection = try inspect("SELECT \(expression) FROM payments")
        #expect(inspection.columns(.predicate).contains("public.payments.pan_int"))
    }

    @Test(arguments: ["pan_int", "pan_int::numeric", "coalesce(pan_int, 0)", "array_agg(pan_int)"])
    func anotherKindOfNumberIsStillShown(_ expression: String) throws {
        let inspection = try inspect("SELECT \(expression) FROM payments")
        #expect(inspection.columns(.predicate).isEmpty)
    }

    /// How many rows are left tells which are equal.
    @Test(arguments: ["UNION", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"])
    func setOperationsCompare(_ name: String) throws {
        let sides = ["SELECT email FROM customers", "SELECT 'a'"]
        for (left, right) in [(sides[0], sides[1]), (sides[1], sides[0])] {
            let inspection = try inspect("SELECT count(*) FROM (\(left) \(name) \(right)) AS s")
            #expect(inspection.columns(.grouping) == ["public.customers.email"])
            let appended = try inspect("SELECT count(*) FROM (\(left) UNION ALL \(right)) AS s")
            #expect(appended.columns(.grouping).isEmpty)
        }
    }

    @Test(arguments: [
        "email", "upper(email)", "email || 'x'", "count(email)", "max(email)", "coalesce(email, 'x')",
        "email::varchar",
        "array_agg(email)", "to_jsonb(customers)",
    ])
    func showingIsNotProbing(_ expression: String) throws {
        let inspection = try inspect("SELECT \(expression) FROM customers")
        #expect(inspection.columns(.predicate).isEmpty)
        #expect(inspection.columns(.output).contains("public.customers.email"))
    }
}
