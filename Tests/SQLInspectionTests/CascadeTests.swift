import Testing

@testable import SQLInspection

/// What foreign keys, operator classes and ranges do behind a statement's back.
struct CascadeTests {
    private func cascaded(_ text: String) throws -> Set<String> {
        Set(try inspect(text).cascaded.map(\.qualifiedName))
    }

    @Test func followsForeignKeysToWhatTheyDelete() throws {
        let behindOrders: Set = [
            "public.order_items", "public.payments", "public.payments_2023", "public.payments_2024",
            "public.payments_rest",
        ]
        #expect(try cascaded("DELETE FROM orders WHERE id = 1") == behindOrders)
        #expect(
            try cascaded("DELETE FROM customers WHERE id = 1").isSuperset(
                of: behindOrders.union(["public.orders"])))
        #expect(
            try inspect("DELETE FROM orders WHERE id = 1").why.contains {
                $0.contains("foreign key of order_items")
            })
    }

    @Test func truncatesWhatRefersByAnyKey() throws {
        let all = try cascaded("TRUNCATE customers CASCADE")
        #expect(
            all.isSuperset(of: [
                "public.orders", "public.order_items", "public.payments", "public.payments_2024",
            ]))
        #expect(try cascaded("TRUNCATE customers") == [])
    }

    @Test func changesNothingElse() throws {
        #expect(try cascaded("UPDATE orders SET note = 'x' WHERE id = 1") == [])
        #expect(try cascaded("INSERT INTO orders (id) VALUES (1)") == [])
        #expect(try cascaded("SELECT * FROM orders") == [])
        #expect(try cascaded("EXPLAIN DELETE FROM orders WHERE id = 1") == [])
    }

    @Test(arguments: [
        ("c", "c", true, true), ("n", "a", true, false), ("d", "r", true, false), ("a", "n", false, true),
        ("r", "r", false, false),
    ])
    func goesByWhatTheKeySays(_ onDelete: String, _ onUpdate: String, _ deletes: Bool, _ updates: Bool) throws
    {
        let catalog = Self.catalog { builder in
            builder.add(.cascades, row: ["20001", "20002", onDelete, onUpdate])
            // A key of the table on itself.
            builder.add(.cascades, row: ["20002", "20002", onDelete, onUpdate])
        }
        let changed = { (text: String) in
            try inspect(text, catalog: catalog).cascaded.map(\.name) == ["child"]
        }
        #expect(try changed("DELETE FROM parent WHERE id = 1") == deletes)
        #expect(try changed("UPDATE parent SET id = 2 WHERE id = 1") == updates)
    }

    @Test func runsTriggersOfWhatIsDeleted() throws {
        let catalog = Self.catalog { builder in
            builder.add(.cascades, row: ["20001", "20002", "c", "a"])
            builder.add(.triggers, row: ["20002", "20010", "8", nil])
        }
        #expect(try inspect("DELETE FROM parent WHERE id = 1", catalog: catalog).actions.contains(.admin))
        #expect(
            try !inspect("UPDATE parent SET id = 1 WHERE id = 1", catalog: catalog).actions.contains(.admin))
    }

    /// Any of them may compare, hash or index values of the type.
    @Test(arguments: [
        "SELECT * FROM parent", "SELECT p FROM parent ORDER BY p", "SELECT DISTINCT (1, 2)::pair",
        "SELECT count(*) FROM parent",
        "INSERT INTO parent (id) VALUES (1)", "SELECT make_pair() UNION SELECT make_pair()",
        "SELECT * FROM make_pair() f",
        "SELECT '{}'::pair[]",
    ])
    func countsWhatOperatorClassesCall(_ text: String) throws {
        let plain = try inspect(text, catalog: Self.catalog { _ in })
        #expect(!plain.actions.contains(.admin), "\(plain.why)")
        let writes = Self.catalog { $0.add(.typeFunctions, row: ["20003", "20010"]) }
        let found = try inspect(text, catalog: writes)
        #expect(found.actions.contains(.admin))
        #expect(found.why.contains { $0.contains("operator class or range of type pair") })
    }

    @Test func leavesOtherTypesAlone() throws {
        let catalog = Self.catalog { $0.add(.typeFunctions, row: ["20003", "20010"]) }
        #expect(try inspect("SELECT id FROM child ORDER BY id", catalog: catalog).actions == .read)
    }

    /// `parent (id int, p pair)`, `child (id int)`, and a function in a language that nobody reads.
    private static func catalog(_ add: (inout CatalogSnapshot.Builder) -> Void) -> CatalogSnapshot {
        var builder = CatalogSnapshot.Builder()
        let rows: [(CatalogQuery, [String?])] = [
            (.schemas, ["11", "pg_catalog"]), (.schemas, ["2200", "public"]),
            (.relations, ["20001", "parent", "2200", "r", "0", "f", "f"]),
            (.relations, ["20002", "child", "2200", "r", "0", "f", "f"]),
            (.relations, ["20005", "pair", "2200", "c", "20003", "f", "f"]),
            (.columns, ["20001", "1", "id", "23", "f", "f"]),
            (.columns, ["20001", "2", "p", "20003", "f", "f"]),
            (.columns, ["20002", "1", "id", "23", "f", "f"]),
            (.columns, ["20005", "1", "a", "23", "f", "f"]),
            (.types, ["23", "int4", "11", "b", "N", "f", "0", "1007", "0", "0"]),
            (.types, ["20003", "pair", "2200", "c", "C", "f", "0", "20004", "20005", "0"]),
            (.types, ["20004", "_pair", "2200", "b", "A", "f", "20003", "0", "0", "0"]),
            (.operators, ["=", "11", "23", "23", "16", "65"]),
            (
                .routines,
                [
                    "65", "int4eq", "11", "f", "internal", "16", "f", "23 23", "0", "0", nil, nil, nil, nil,
                    nil, nil,
                ]
            ),
            (
                .routines,
                [
                    "2803", "count", "11", "a", "internal", "20", "f", "", "0", "0", nil, nil, nil, nil, nil,
                    nil,
                ]
            ),
            (
                .routines,
                [
                    "20010", "hidden", "2200", "f", "plpython3u", "23", "f", "20003 20003", "0", "0", nil,
                    nil, nil, nil, nil, nil,
                ]
            ),
            (
                .routines,
                [
                    "20011", "make_pair", "2200", "f", "sql", "20003", "f", "", "0", "0", nil, nil, nil,
                    "SELECT NULL::pair", nil, nil,
                ]
            ),
        ]
        for (query, row) in rows { builder.add(query, row: row) }
        add(&builder)
        return builder.build()
    }
}
