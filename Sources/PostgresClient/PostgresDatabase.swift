/// Where statements can be run: a pool, each call on its own; a transaction, all in one; a connection.
/// Stores take one, so that the same query serves inside and outside of a transaction.
package protocol PostgresDatabase: Sendable {
    /// Runs the statements in one round trip and one transaction.
    func run(_ statements: [SQL]) async throws(PostgresError) -> [PostgresResult]
}

extension PostgresDatabase {
    @discardableResult
    package func query(_ statement: SQL) async throws(PostgresError) -> PostgresResult {
        let results = try await run([statement])
        guard let result = results.first else { throw .connection("a statement gave no result") }
        return result
    }

    /// The first row, if any.
    package func first(_ statement: SQL) async throws(PostgresError) -> PostgresRow? {
        try await query(statement).first
    }

    /// The number of rows that the statement inserted, updated or deleted.
    @discardableResult
    package func execute(_ statement: SQL) async throws(PostgresError) -> Int {
        try await query(statement).affectedRows
    }
}

extension PostgresConnection: PostgresDatabase {}
