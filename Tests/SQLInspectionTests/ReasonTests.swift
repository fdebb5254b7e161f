import Testing

@testable import SQLInspection

/// `why`: an admin who is surprised by a verdict finds the node and the catalog fact behind it.
struct ReasonTests {
    @Test(arguments: [
        ("SELECT o.touch FROM orders o", "o.touch is not a column: it calls the function touch"),
        ("SELECT (o).touch FROM orders o", "(row).touch is not a column: it calls the function touch"),
        ("SELECT upper(status) FROM orders", "upper() of these arguments is public's, not the server's"),
        ("SELECT 5::bigint::order_ticket", "the cast from int8 to order_ticket calls it"),
        ("SELECT 'x'::checked_code", "a check of domain checked_code does it"),
        ("SELECT 1::bigint ~>> 2", "operator public.~>> calls it"),
        ("SELECT tally(id) FROM orders", "aggregate public.tally does it"),
        ("SELECT * FROM rls_docs", "row policies of public.rls_docs run"),
        ("SELECT * FROM reporting.daily_stats", "the body of view reporting.daily_stats does it"),
        ("INSERT INTO orders_inbox (id) VALUES (1)", "trigger function public.orders_inbox_ins does it"),
        ("INSERT INTO order_notes VALUES (1, 'x')", "a rule of public.order_notes runs"),
        (
            "WITH orders AS (SELECT 1) DELETE FROM orders",
            "WITH does not hide what is written: it is public.orders itself"
        ),
        ("DELETE FROM orders", "it has no WHERE"),
        ("DELETE FROM orders WHERE 1 = 1", "its WHERE restricts no rows"),
        ("SELECT region_of(1)", "the body of public.log_access does it"),
        ("SELECT * FROM pg_stats", "pg_stats holds values of the columns of any table"),
        ("SELECT passwd FROM pg_shadow", "pg_catalog.pg_authid.rolpassword holds credentials"),
        (
            "SELECT query_to_xml('select ' || note, true, true, '') FROM orders",
            "query_to_xml() runs SQL that is made at run time"
        ),
        ("SELECT nosuch(1)", "function nosuch is not in the catalog snapshot"),
        ("SET search_path = x", "setting search_path is not on the list of harmless settings"),
    ])
    func namesWhatIsBehind(_ text: String, _ reason: String) throws {
        #expect(try inspect(text).why.contains(reason))
    }

    @Test func saysNothingOfPlainReads() throws {
        #expect(try inspect("SELECT upper(note), id + 1, total::text FROM orders o WHERE o.id = 5").why == [])
        #expect(try inspect("DELETE FROM orders WHERE id = 1").why.contains("it has no WHERE") == false)
    }
}
