import Testing

@testable import SQLInspection

/// Values that come back by other ways than a column's name.
struct HiddenValueTests {
    @Test func followsGeneratedColumnsAndStoredCopies() throws {
        #expect(try inspect("SELECT ssn_last4 FROM customers").lineage().contains("public.customers.ssn"))
        #expect(
            try inspect("SELECT needle FROM customer_search_mv").lineage().contains("public.customers.email"))
        #expect(try inspect("SELECT email FROM customers_vip").lineage().contains("public.customers.email"))
    }

    @Test func givesBackWhatWasAssigned() throws {
        let text = "UPDATE settings SET value = (SELECT email FROM customers LIMIT 1) RETURNING value"
        #expect(try inspect(text).lineage().contains("public.customers.email"))
        let insert =
            "INSERT INTO settings VALUES ('a', (SELECT ssn FROM customers LIMIT 1)) RETURNING upper(value)"
        #expect(try inspect(insert).lineage().contains("public.customers.ssn"))
    }

    @Test func findsWhatRecursionCarries() throws {
        let text = """
            WITH RECURSIVE r(a, b, n) AS (SELECT 'x', email::text, 1 FROM customers
              UNION ALL SELECT b, a, n + 1 FROM r WHERE n < 3) SELECT a FROM r
            """
        #expect(try inspect(text).lineage() == ["public.customers.email"])
    }

    @Test func looksThroughFunctionBodies() throws {
        #expect(try inspect("SELECT customer_handle(1)").lineage().contains("public.customers.email"))
        #expect(
            try inspect("SELECT handle FROM customer_lookup('x')").lineage().contains(
                "public.customers.phone"))
        #expect(try inspect("SELECT vat(total) FROM orders").lineage() == ["public.orders.total"])
        #expect(try inspect("SELECT * FROM run_report('x')").reachesAnything)
    }

    @Test func saysWhenDefinitionsShow() throws {
        for text in [
            "SELECT pg_get_viewdef('reporting.watchlist')", "SELECT prosrc FROM pg_proc",
            "SELECT indpred FROM pg_index",
            "EXPLAIN SELECT * FROM reporting.watchlist", "SELECT current_setting('my.x')", "SHOW my.x",
            "SELECT description FROM pg_description", "SELECT query FROM pg_stat_activity",
        ] {
            let inspection = try inspect(text)
            #expect(inspection.statements[0].showsHidden, "\(text)")
            #expect(inspection.lineage() == ["?"], "\(text)")
        }
        #expect(try inspect("SELECT relname FROM pg_class").lineage() == ["pg_catalog.pg_class.relname"])
        #expect(try inspect("SELECT name FROM pg_settings").lineage() == ["pg_catalog.pg_settings.name"])
    }

    @Test func countsStatisticsAsEverything() throws {
        #expect(try inspect("SELECT most_common_vals FROM pg_stats").reachesAnything)
        #expect(try inspect("SELECT database_to_xml(true, false, '')").reachesAnything)
    }

    @Test func guardsCredentialsColumnByColumn() throws {
        for text in [
            "SELECT passwd FROM pg_shadow", "SELECT * FROM pg_authid", "COPY pg_authid TO STDOUT",
            "TABLE pg_shadow",
            "SELECT a FROM pg_authid a", "SELECT 1 FROM pg_authid WHERE rolpassword LIKE 'a%'",
        ] {
            #expect(try inspect(text).actions.contains(.admin), "\(text)")
        }
        #expect(try inspect("SELECT rolname FROM pg_roles").actions == .read)
        #expect(try inspect("SELECT usename FROM pg_user").actions == .read)
    }

    @Test func inspectsSQLInStrings() throws {
        #expect(
            try inspect("SELECT query_to_xml('select email from customers', true, false, '')").lineage()
                == ["public.customers.email"])
        #expect(
            try inspect("SELECT query_to_xml('delete from ' || 'orders', true, false, '')").actions.contains(
                .write))
        #expect(
            try inspect("SELECT query_to_xml(note, true, false, '') FROM orders").actions.contains(.admin))
    }

    /// A dot and a combining mark behind it are one character to people, and two to the server.
    @Test(arguments: ["a.b", "a.\u{301}b"]) func settingsOfAnyonesMayHoldAnything(_ name: String) throws {
        for text in ["SELECT current_setting('\(name)')", "SHOW \"\(name)\""] {
            let inspection = try inspect(text)
            #expect(inspection.lineage(0) == ["?"])
        }
    }

    @Test func recordsWhereColumnsAreUsed() throws {
        let inspection = try inspect(
            """
            SELECT c.id, rank() OVER w FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.email LIKE 'a%'
            GROUP BY c.id, c.phone HAVING min(c.ssn) < '2' WINDOW w AS (ORDER BY c.card_number)
            """)
        #expect(
            inspection.columns(.predicate).isSuperset(of: ["public.customers.email", "public.customers.ssn"]))
        #expect(inspection.columns(.grouping) == ["public.customers.id", "public.customers.phone"])
        #expect(inspection.columns(.ordering) == ["public.customers.card_number"])
        #expect(
            try inspect("UPDATE customers SET phone = '1' WHERE id = 1").columns(.assignment) == [
                "public.customers.phone"
            ])
    }
}
