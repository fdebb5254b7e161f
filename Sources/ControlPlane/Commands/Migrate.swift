import ArgumentParser
import PostgresClient
import Reactor

extension ControlPlaneCommand {
    /// Brings the schema up to date.
    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring the database's schema up to date. Safe to run by several at once.")

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let installation = try options.load()
            try installation.bootstrapLogging()
            let reactors = ReactorGroup(count: 1)
            defer { reactors.shutdown() }
            let applied = try await installation.migrationRunner().migrate(
                try installation.database(), on: reactors.next())
            print(
                applied.isEmpty ? "The schema is up to date." : "Applied: \(applied.joined(separator: ", "))")
        }
    }
}
