import ArgumentParser
import PostgresClient
import Reactor

extension ControlPlaneCommand {
    /// Brings the schema up to date.
    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring the database's schema up to date. Safe to run by several at once.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var logging: LoggingOptions

        func run() async throws {
            try logging.bootstrap()
            let reactors = ReactorGroup(count: 1)
            defer { reactors.shutdown() }
            let applied = try await database.migrationRunner().migrate(
                try database.configuration(), on: reactors.next())
            print(
                applied.isEmpty ? "The schema is up to date." : "Applied: \(applied.joined(separator: ", "))")
        }
    }
}
