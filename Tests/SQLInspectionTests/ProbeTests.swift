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
    ])
    func seesComparisonsAndMeasures(_ expression: String) throws {
        let inspection = try inspect("SELECT \(expression) FROM customers")
        #expect(inspection.columns(.predicate).contains("public.customers.email"))
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
