import Testing

@testable import SQLInspection

/// What statements do to the session, and what of a text belongs to which statement.
struct EffectTests {
    private func effects(_ text: String) throws -> [String] {
        try inspect(text).statements.flatMap(\.effects).map { effect in
            switch effect {
            case .prepare(let name, let inner): "prepare \(name) \(inner.kind)"
            case .execute(let name, let count): "execute \(name) \(count)"
            case .deallocate(let name): "deallocate \(name ?? "ALL")"
            case .declareCursor(let name, let holdable, let inner):
                "declare \(name) \(holdable) \(inner.kind)"
            case .fetch(let name): "fetch \(name)"
            case .closeCursor(let name): "close \(name ?? "ALL")"
            case .setSetting(let name, let value, let local): "set \(name) \(value ?? "DEFAULT") \(local)"
            case .resetAll: "reset all"
            case .discardAll: "discard all"
            case .beginTransaction: "begin"
            case .commit(let chain): "commit \(chain)"
            case .rollback(let chain): "rollback \(chain)"
            case .savepoint(let name): "savepoint \(name)"
            case .releaseSavepoint(let name): "release \(name)"
            case .rollbackToSavepoint(let name): "rollback to \(name)"
            case .listen(let channel): "listen \(channel)"
            case .unlisten(let channel): "unlisten \(channel ?? "ALL")"
            case .notify(let channel): "notify \(channel)"
            case .createTemporary(let name, let isTable): "temporary \(name) \(isTable)"
            case .changesCatalog: "catalog"
            }
        }
    }

    @Test(arguments: [
        ("BEGIN; COMMIT AND CHAIN; ROLLBACK", ["begin", "commit true", "rollback false"]),
        ("SAVEPOINT a; ROLLBACK TO a; RELEASE a", ["savepoint a", "rollback to a", "release a"]),
        (
            "PREPARE p (int) AS SELECT $1; EXECUTE p (1); DEALLOCATE p",
            ["prepare p SELECT", "execute p 1", "deallocate p"]
        ),
        (
            "DECLARE c CURSOR WITH HOLD FOR SELECT 1; FETCH ALL FROM c; CLOSE c",
            ["declare c true SELECT", "fetch c", "close c"]
        ),
        (
            "SET TimeZone = 'UTC'; SET LOCAL DateStyle TO iso, mdy; RESET timezone",
            ["set timezone UTC false", "set datestyle iso, mdy true", "set timezone DEFAULT false"]
        ),
        ("SELECT set_config('search_path', 'x', true)", ["set search_path x true"]),
        (
            "DISCARD ALL; RESET ALL; CLOSE ALL; DEALLOCATE ALL; UNLISTEN *",
            ["discard all", "reset all", "close ALL", "deallocate ALL", "unlisten ALL"]
        ),
        ("CREATE TEMP TABLE t (a int)", ["catalog", "temporary t true"]),
        ("CREATE TEMP VIEW t AS SELECT 1", ["catalog", "temporary t false"]),
        ("SELECT 1 INTO TEMP t", ["catalog", "temporary t true"]),
    ])
    func tellsTheSession(_ text: String, _ expected: [String]) throws {
        #expect(try effects(text) == expected)
    }

    @Test func changesNothingByExplaining() throws {
        #expect(try effects("EXPLAIN CREATE TABLE zz AS SELECT 1") == [])
        #expect(try inspect("EXPLAIN CREATE TABLE zz AS SELECT 1").actions == .read)
    }

    @Test func describesWhatPreparedStatementsAndCursorsGive() throws {
        #expect(
            try inspect("PREPARE p AS SELECT email FROM customers; EXECUTE p").lineage() == [
                "public.customers.email"
            ])
        #expect(
            try inspect("DECLARE c CURSOR FOR SELECT phone FROM customers; FETCH 5 FROM c").lineage()
                == ["public.customers.phone"])
        #expect(try inspect("FETCH ALL FROM c").lineage() == ["?"])
        #expect(try inspect("EXECUTE p").actions == .unknown)
        #expect(try inspect("PREPARE p(order_status) AS SELECT lower($1)").actions.contains(.write))
    }

    @Test func tellsTheStatementsOfATextApart() throws {
        let inspection = try inspect("SELECT 1; DELETE FROM orders ;\n TABLE orders")
        #expect(inspection.statements.map(\.kind) == ["SELECT", "DELETE", "SELECT"])
        #expect(inspection.conditions.contains([.multipleStatements, .missingWhere]))
        #expect(inspection.statements[0].actions == .read)
        #expect(inspection.statements[1].actions == .write)
    }

    @Test func readsNothingInAnEmptyQuery() throws {
        for text in ["", ";", " -- nothing\n", "/* */"] {
            let inspection = try inspect(text)
            #expect(inspection.actions == .read)
            #expect(inspection.statements.isEmpty)
        }
    }

    @Test func separatesWritingFromReading() throws {
        #expect(try inspect("INSERT INTO settings VALUES ('a', 'b')").actions == .write)
        #expect(try inspect("UPDATE order_items SET qty = 1 WHERE order_id = 1").actions == .write)
        #expect(try inspect("DELETE FROM order_items USING orders o").actions == [.read, .write])
        #expect(try inspect("INSERT INTO settings SELECT note, note FROM orders").actions == [.read, .write])
    }

    @Test func marksMissingLimits() throws {
        #expect(try inspect("SELECT * FROM orders").conditions == .noLimit)
        #expect(try inspect("SELECT * FROM orders LIMIT 5").conditions == [])
        #expect(try inspect("SELECT 1").conditions == [])
    }

    @Test(arguments: [
        "true", "1 = 1", "NOT false", "order_id = order_id", "order_id IS NOT NULL", "'a' = 'a'",
        "EXISTS (SELECT 1)",
        "(SELECT true)", "order_id > 0 OR order_id <= 0", "coalesce(true, false)", "'t'", "'yes'::boolean",
        "sku LIKE '%'",
        "1 IN (1, 2)", "true IS TRUE", "CASE WHEN true THEN true END", "NULL IS NULL",
        "sku = 'a' OR NOT sku = 'a'",
        "sku IS NULL OR sku IS NOT NULL", "2 > 1 AND 3 > 2", "1 BETWEEN 0 AND 2", "order_id = 1 OR 1 = 1",
        "1 + 1 = 2",
    ])
    func seesThroughConditionsThatAreAlwaysTrue(_ condition: String) throws {
        let inspection = try inspect("DELETE FROM order_items WHERE \(condition)")
        #expect(inspection.statements[0].whereClause == .tautology)
        #expect(inspection.conditions.contains(.missingWhere))
    }

    @Test(arguments: [
        "order_id = 1", "false", "1 = 2", "order_id = 1 AND true", "sku = 'a' OR sku = 'b'", "CURRENT OF c",
    ])
    func takesConditionsThatRestrict(_ condition: String) throws {
        #expect(
            try inspect("DELETE FROM order_items WHERE \(condition)").statements[0].whereClause == .present)
    }
}
