import Testing

@testable import SQLInspection

/// Text does not say what runs (sql-hazards.md): the catalog, the search path and the types do.
struct NameResolutionTests {
    private func names(_ inspection: Inspection) -> [String] { inspection.tables.map(\.qualifiedName) }

    @Test func followsTheSearchPath() throws {
        let staging = InspectionSettings(searchPath: ["staging", "public"], role: "agent_rw")
        let inspection = try inspect("SELECT note FROM orders", settings: staging)
        #expect(names(inspection) == ["staging.orders"])
        #expect(inspection.lineage().contains("public.customers.email"))
        #expect(names(try inspect("SELECT note FROM orders")) == ["public.orders"])
    }

    @Test func findsOperatorsOfTheSearchPathOnly() throws {
        let first = InspectionSettings(searchPath: ["staging", "pg_catalog"], role: "agent_rw")
        #expect(try inspect("SELECT 1 + 2", settings: first).actions.contains(.write))
        #expect(try inspect("SELECT 1 + 2").actions == .read)
        #expect(try inspect("SELECT 1 OPERATOR(staging.+) 2").actions.contains(.write))
    }

    @Test func looksInTheTemporarySchemaFirst() throws {
        let table = InspectionSettings(role: "agent_rw", temporaryRelations: ["orders": true])
        let shadowed = try inspect("SELECT id FROM orders", settings: table)
        #expect(names(shadowed) == ["pg_temp.orders"])
        #expect(shadowed.lineage() == ["?"])
        #expect(names(try inspect("SELECT id FROM public.orders", settings: table)) == ["public.orders"])
        let view = InspectionSettings(role: "agent_rw", temporaryRelations: ["orders": false])
        #expect(try inspect("SELECT id FROM orders", settings: view).actions.contains(.unknown))
    }

    @Test func choosesOverloadsByParameterTypes() throws {
        let status = try #require(Fixtures.shop.contents.types.values.first { $0.name == "order_status" }).oid
        #expect(try inspect("SELECT lower($1)", parameterTypes: [status]).actions.contains(.write))
        #expect(try inspect("SELECT lower($1)", parameterTypes: [25]).actions == .read)
        #expect(try inspect("SELECT lower($1)").actions == .read)
        #expect(try inspect("SELECT lower(status) FROM orders").actions.contains(.write))
        #expect(try inspect("SELECT lower(note) FROM orders").actions == .read)
    }

    @Test func countsAllOverloadsWhenTypesAreNotKnown() throws {
        let table = InspectionSettings(role: "agent_rw", temporaryRelations: ["t": true])
        #expect(try inspect("SELECT lower(x) FROM t", settings: table).actions.contains(.write))
    }

    @Test func takesColumnsForFunctionsAndFunctionsForColumns() throws {
        #expect(try inspect("SELECT o.touch FROM orders o").actions.contains(.write))
        #expect(try inspect("SELECT (o).touch FROM orders o").actions.contains(.write))
        #expect(try inspect("SELECT email(c) FROM customers c").lineage() == ["public.customers.email"])
        #expect(try inspect("SELECT c.contact FROM customers c").lineage().contains("public.customers.phone"))
    }

    @Test func scopesWithQueriesByOrder() throws {
        #expect(
            names(try inspect("WITH a AS (SELECT * FROM orders), orders AS (SELECT 1) SELECT * FROM a")) == [
                "public.orders"
            ])
        #expect(
            names(
                try inspect(
                    "WITH RECURSIVE a AS (SELECT * FROM orders), orders AS (SELECT 1 AS x) SELECT * FROM a"))
                == [])
        let delete = try inspect("WITH orders AS (SELECT 1) DELETE FROM orders")
        #expect(names(delete) == ["public.orders"])
        #expect(delete.statements[0].whereClause == .missing)
        let nested = "SELECT * FROM (WITH orders AS (SELECT 1) SELECT * FROM orders) x, orders"
        #expect(names(try inspect(nested)) == ["public.orders"])
    }

    @Test func seesQueriesInsideRecursiveOnes() throws {
        let text = """
            WITH RECURSIVE r AS (WITH x AS (SELECT id, note FROM orders) SELECT id, note FROM x
              UNION ALL SELECT id + 1, note FROM r WHERE id < 5) SELECT note FROM r
            """
        let inspection = try inspect(text)
        #expect(inspection.actions == .read)
        #expect(inspection.lineage() == ["public.orders.note"])
    }

    @Test func reportsWhatTheSnapshotLacks() throws {
        for (text, name) in [
            ("SELECT * FROM nope", "nope"), ("SELECT nope FROM orders", "nope"), ("SELECT nope(1)", "nope"),
            ("SELECT 1 === 2", "==="), ("SELECT * FROM other.orders", "other.orders"),
            ("SELECT * FROM elsewhere.public.orders", "elsewhere.public.orders"),
        ] {
            let inspection = try inspect(text)
            #expect(inspection.actions.contains(.unknown), "\(text)")
            #expect(inspection.unresolved == [name], "\(text)")
        }
    }

    @Test func knowsWhatTheTextItselfMade() throws {
        let inspection = try inspect(
            "CREATE TABLE zz (a int); INSERT INTO zz VALUES (1); SELECT a FROM zz; DROP TABLE zz")
        #expect(!inspection.actions.contains(.unknown))
        #expect(names(inspection) == ["public.zz"])
        let function = "CREATE FUNCTION zz() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT zz()"
        #expect(try inspect(function).actions.contains(.unknown))
    }

    @Test func runsDomainChecksWhereverTheTypeStands() throws {
        for text in [
            "SELECT 'x'::checked_code", "SELECT checked_code 'x'", "SELECT checked_code('x')",
            "SELECT '{x}'::checked_code[]",
            "SELECT * FROM json_to_record('{}') AS t(a checked_code)",
            "SELECT * FROM XMLTABLE('/a' PASSING ('<a/>'::xml) COLUMNS a checked_code)",
        ] {
            #expect(try inspect(text).actions.contains(.write), "\(text)")
        }
    }

    @Test func sharesColumnsOfPartitionsAndChildren() throws {
        let shop = Fixtures.shop
        let parent = try #require(shop.relation(schema: "public", name: "payments"))
        let child = try #require(shop.relation(schema: "public", name: "payments_2024"))
        let number = try #require(shop.columns(of: parent).first { $0.name == "pan_int" }).number
        #expect(shop.columnsSharing(ColumnID(table: parent.oid, attribute: number)).count == 4)
        #expect(
            try inspect("SELECT pan_int FROM payments_2024").lineage().contains("public.payments.pan_int"))
        #expect(shop.descendants(of: parent.oid).contains(child.oid))
    }
}
