package import Logging
package import Reactor

/// Brings a database's schema up to date: forward only, each step in a transaction of its own, one runner at a time.
///
/// The table `schema_migrations` keeps a SHA-256 of each step that was applied. A step that was changed since, or that
/// this program does not know, stops everything.
package struct MigrationRunner: Sendable {
    /// Identifies our advisory lock: "sallypor" in ASCII.
    private static let lockKey: Int64 = 0x7361_6C6C_7970_6F72

    private let migrations: [Migration]
    private let logger: Logger

    package init(_ migrations: [Migration], logger: Logger) {
        self.migrations = migrations
        self.logger = logger
    }

    /// Applies what is pending.
    /// - Returns: the names of the steps applied now.
    package func migrate(_ configuration: PostgresConfiguration, on reactor: Reactor) async throws -> [String]
    {
        var configuration = configuration
        // Changing a large table takes its time, and so does waiting for another runner.
        configuration.limits.statementTimeout = .seconds(3600)
        configuration.limits.answerTimeout = .seconds(3660)
        let connection = try await PostgresConnection.connect(configuration, on: reactor)
        do {
            let applied = try await migrate(on: connection)
            await connection.close()
            return applied
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Checks that the database has exactly our steps. Fails with `.pending`, `.unknown` or `.changed`.
    package func verify(_ database: some PostgresDatabase) async throws {
        let pending = try await pending(on: database)
        guard pending.isEmpty else { throw MigrationError.pending(pending.map(\.name)) }
    }

    private func migrate(on connection: PostgresConnection) async throws -> [String] {
        // The lock belongs to the connection, and goes with it.
        try await connection.query("SELECT pg_advisory_lock(\(Self.lockKey))")
        var applied: [String] = []
        for migration in try await pending(on: connection) {
            logger.info("applying a migration", metadata: ["migration": "\(migration.name)"])
            do {
                try await connection.runScript(script(for: migration))
            } catch {
                throw MigrationError.failed(name: migration.name, reason: "\(error)")
            }
            applied.append(migration.name)
        }
        return applied
    }

    /// The step and its entry in `schema_migrations`, as one transaction: the simple protocol makes it one.
    private func script(for migration: Migration) -> String {
        var tag = "migration"
        while migration.text.contains("$\(tag)$") { tag += "_" }
        return """
            BEGIN;
            \(migration.text)
            ;
            INSERT INTO schema_migrations (number, name, checksum)
            VALUES (\(migration.number), '\(migration.name)', sha256(convert_to($\(tag)$\(migration.text)$\(tag)$, 'UTF8')));
            COMMIT;
            """
    }

    private func pending(on database: some PostgresDatabase) async throws -> [Migration] {
        guard
            try await database.first("SELECT to_regclass('schema_migrations')::text AS name")?.get(
                "name", as: String?.self) != nil
        else { return try await createTable(on: database) }
        let rows = try await database.query(
            """
            SELECT applied.number, applied.name,
                   applied.checksum = sha256(convert_to(known.text, 'UTF8')) AND applied.name = known.name AS is_same
            FROM schema_migrations AS applied
            LEFT JOIN unnest(\(migrations.map(\.number)), \(migrations.map(\.name)), \(migrations.map(\.text)))
                AS known (number, name, text) ON known.number = applied.number
            ORDER BY applied.number
            """)
        var unknown: [String] = []
        var numbers: Set<Int> = []
        for row in rows {
            let name: String = try row.get("name")
            switch try row.get("is_same", as: Bool?.self) {
            case nil: unknown.append(name)
            case false?: throw MigrationError.changed(name: name)
            case true?: numbers.insert(try row.get("number"))
            }
        }
        guard unknown.isEmpty else { throw MigrationError.unknown(unknown) }
        return migrations.filter { !numbers.contains($0.number) }
    }

    /// Only a connection that migrates may write; a pool that verifies finds everything pending.
    private func createTable(on database: some PostgresDatabase) async throws -> [Migration] {
        if database is PostgresConnection {
            try await database.query(
                """
                CREATE TABLE schema_migrations (
                    number     integer PRIMARY KEY,
                    name       text NOT NULL,
                    checksum   bytea NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """)
        }
        return migrations
    }
}
