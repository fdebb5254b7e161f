/// An open transaction. Valid within the closure that it was given to.
package struct PostgresTransaction: PostgresDatabase {
    package enum Isolation: Sendable {
        case readCommitted
        case repeatableRead
        case serializable

        var begin: SQL {
            switch self {
            case .readCommitted: "BEGIN ISOLATION LEVEL READ COMMITTED"
            case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
            case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
            }
        }
    }

    private let connection: PostgresConnection

    package func run(_ statements: [SQL]) async throws(PostgresError) -> [PostgresResult] {
        try await connection.run(statements)
    }

    /// Opens a transaction on `connection`, runs `body` in it, and commits, or rolls back when it throws.
    static func run<T>(
        on connection: PostgresConnection, _ isolation: Isolation,
        _ body: (PostgresTransaction) async throws -> T
    ) async throws -> T {
        _ = try await connection.run([isolation.begin])
        let value: T
        do {
            value = try await body(PostgresTransaction(connection: connection))
        } catch {
            await rollBack(connection)
            throw error
        }
        do {
            _ = try await connection.run(["COMMIT"])
        } catch {
            await rollBack(connection)
            throw error
        }
        return value
    }

    /// A connection that cannot even roll back is closed: the server then does.
    private static func rollBack(_ connection: PostgresConnection) async {
        do {
            _ = try await connection.run(["ROLLBACK"])
        } catch {
            await connection.close()
        }
    }
}
