import Logging
import PostgresClient
import Reactor
import Testing

@Suite struct MigrationTests {
    private static let logger = Logger(label: "tests")
    private static let first = (
        "0001_create_books.sql", "CREATE TABLE books (id bigint);\n-- $migration$ and 'quotes'"
    )
    private static let second = ("0002_add_title.sql", "ALTER TABLE books ADD COLUMN title text")

    private func runner(_ files: [(String, String)]) throws -> MigrationRunner {
        MigrationRunner(try files.map { try Migration(fileName: $0.0, text: $0.1) }, logger: Self.logger)
    }

    @Test func appliesOnceAndInOrder() async throws {
        let configuration = try await TestPostgres.configuration()
        let reactor = TestPostgres.reactors.next()
        #expect(try await runner([Self.first]).migrate(configuration, on: reactor) == ["0001_create_books"])
        #expect(
            try await runner([Self.first, Self.second]).migrate(configuration, on: reactor) == [
                "0002_add_title"
            ])
        #expect(try await runner([Self.first, Self.second]).migrate(configuration, on: reactor) == [])
    }

    @Test func runnersAtTheSameTimeApplyEachStepOnce() async throws {
        let configuration = try await TestPostgres.configuration()
        let runner = try runner([Self.first, Self.second])
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask { try await runner.migrate(configuration, on: TestPostgres.reactors.next()) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == ["0001_create_books", "0002_add_title"])
    }

    @Test func aFailedStepLeavesNothing() async throws {
        let configuration = try await TestPostgres.configuration()
        let reactor = TestPostgres.reactors.next()
        let broken = try runner([("0001_break.sql", "CREATE TABLE left_over (id bigint); SELECT 1/0")])
        await #expect(throws: MigrationError.self) { try await broken.migrate(configuration, on: reactor) }
        #expect(try await runner([Self.first]).migrate(configuration, on: reactor) == ["0001_create_books"])
        let connection = try await PostgresConnection.connect(configuration, on: reactor)
        #expect(
            try await connection.first("SELECT to_regclass('left_over')::text AS name")?.get(
                "name", as: String?.self) == nil)
        await connection.close()
    }

    @Test func refusesChangedUnknownAndPendingSteps() async throws {
        let configuration = try await TestPostgres.configuration()
        let reactor = TestPostgres.reactors.next()
        _ = try await runner([Self.first, Self.second]).migrate(configuration, on: reactor)
        let pool = PostgresPool(configuration, on: TestPostgres.reactors, logger: Self.logger)
        try await runner([Self.first, Self.second]).verify(pool)
        await #expect(throws: MigrationError.unknown(["0002_add_title"])) {
            try await runner([Self.first]).verify(pool)
        }
        await #expect(throws: MigrationError.changed(name: "0001_create_books")) {
            try await runner([(Self.first.0, "SELECT 1"), Self.second]).verify(pool)
        }
        await #expect(throws: MigrationError.pending(["0003_more"])) {
            try await runner([Self.first, Self.second, ("0003_more.sql", "SELECT 1")]).verify(pool)
        }
        await pool.close()
    }

    @Test(arguments: [
        "1_short.sql", "0001.sql", "0001_Upper.sql", "0001_x.txt", "0001_a-b.sql", "0001_';.sql",
    ])
    func refusesNames(_ name: String) {
        #expect(throws: MigrationError.malformedName(name)) { try Migration(fileName: name, text: "") }
    }
}
