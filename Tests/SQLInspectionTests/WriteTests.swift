import Testing

@testable import SQLInspection

/// What a write sets off: rules, triggers, tables behind views, partitions.
struct WriteTests {
    private func reached(_ text: String) throws -> Set<String> {
        Set(try inspect(text).reached.map(\.qualifiedName))
    }

    @Test func followsInsteadOfTriggersAndRules() throws {
        let behind: Set = ["public.orders", "public.wire_canary"]
        #expect(try reached("INSERT INTO orders_inbox VALUES (1, 'x', 'y')") == behind)
        #expect(try reached("DELETE FROM orders_inbox") == behind)
        #expect(try reached("INSERT INTO order_notes VALUES (1, 'x')") == behind)
    }

    /// What they look at, their messages may tell.
    @Test(arguments: [
        ("INSERT INTO orders (id) VALUES (1)", "audit.events.details"),
        ("SELECT checked_code 'x'", "audit.events.raw"),
        ("REFRESH MATERIALIZED VIEW customer_search_mv", "public.customers.email"),
        ("PREPARE p AS UPDATE orders SET note = 'x' WHERE id = 1", "audit.events.details"),
    ])
    func remembersWhatTriggersAndChecksLookAt(text: String, column: String) throws {
        let inspection = try inspect(text)
        let behind = inspection.statements[0].columnsBehind.map { Fixtures.shop.name(of: $0) }
        #expect(behind.contains(column))
        #expect(!inspection.columns.contains { Fixtures.shop.name(of: $0.column) == column })
    }

    @Test func writesThroughPlainViews() throws {
        let inspection = try inspect("UPDATE order_notes SET note = 'x' WHERE id = 1")
        #expect(Set(inspection.reached.map(\.qualifiedName)) == ["public.orders", "audit.events"])
        let orders = try #require(inspection.reached.first { $0.name == "orders" })
        #expect(orders.access.contains(.written))
        #expect(try reached("INSERT INTO customer_contacts (email) VALUES ('x@y')") == ["public.customers"])
    }

    @Test func reachesPartitions() throws {
        let partitions: Set<String> = [
            "public.payments_2023", "public.payments_2024", "public.payments_rest",
        ]
        #expect(try reached("DELETE FROM payments WHERE id = 1") == partitions)
        #expect(try reached("TRUNCATE payments") == partitions)
        #expect(try reached("DELETE FROM payments_2023 WHERE id = 1") == [])
    }

    @Test func treatsSystemCatalogsAsAdministration() throws {
        for text in [
            "UPDATE pg_settings SET setting = '1'", "DELETE FROM pg_proc",
            "INSERT INTO pg_class DEFAULT VALUES",
        ] {
            #expect(try inspect(text).actions.contains(.admin), "\(text)")
        }
    }

    @Test func runsNoTriggersByPlanning() throws {
        #expect(try inspect("EXPLAIN INSERT INTO orders_inbox VALUES (1, 'x', 'y')").actions == .read)
        #expect(
            try inspect("EXPLAIN ANALYZE INSERT INTO orders_inbox VALUES (1, 'x', 'y')").actions.contains(
                .write))
    }

    @Test func remembersBodiesWithTheSnapshot() throws {
        let shop = Fixtures.makeShop()
        let parser = CountingParser()
        func run() throws {
            let bytes = Array("SELECT purge_all(), * FROM reporting.v_deep".utf8)
            _ = try SQLInspection.inspect(
                parseTree: ParseTree(decoding: LibpgQueryParser().parse(bytes, as: .sql)), text: bytes,
                parameterTypes: [],
                catalog: shop, settings: InspectionSettings(role: "agent_rw"), parser: parser)
        }
        try run()
        let first = parser.count
        #expect(first > 2)
        try run()
        #expect(parser.count == first)
    }

    private final class CountingParser: StatementParser {
        var count = 0
        func parse(_ text: [UInt8], as language: ParsedLanguage) throws(InspectionFailure) -> [UInt8] {
            count += 1
            return try LibpgQueryParser().parse(text, as: language)
        }
    }
}

struct SearchPathTests {
    @Test(arguments: [
        ("\"$user\", public", ["$user", "public"]), ("a,B , \"C d\"", ["a", "b", "C d"]), ("", []),
        ("\"\"", []),
        ("\"a,b\",c", ["a,b", "c"]),
    ])
    func splits(_ value: String, _ expected: [String]) {
        #expect(SearchPath.split(value) == expected)
    }

    @Test func putsTheSystemCatalogFirstUnlessNamed() {
        let shop = Fixtures.shop
        func names(_ path: [String]) -> [String] {
            shop.searchSchemas(path, role: "audit").map(shop.schemaName)
        }
        #expect(names(["public"]) == ["pg_catalog", "public"])
        #expect(names(["staging", "pg_catalog"]) == ["staging", "pg_catalog"])
        #expect(names(["$user", "nowhere"]) == ["pg_catalog", "audit"])
    }
}
