package import Logging
package import Reactor

/// Listens on channels over a connection of its own, for as long as it runs.
///
/// What is notified while the connection is down is lost, so each time that it listens (again) it says so with
/// `.listening`: whoever follows the channels then reads the state anew.
package final class NotificationListener: Sendable {
    package enum Event: Sendable {
        /// From here on nothing is missed: read the state now.
        case listening
        case notified(PostgresNotification)
        /// Notifications may be missed until the next `.listening`.
        case interrupted
    }

    /// How often an idle connection is asked whether it is still there.
    private static let probeInterval: Duration = .seconds(10)
    /// Pauses between attempts to connect; each is shortened by up to a half at random.
    private static let firstPause: Duration = .milliseconds(50)
    private static let longestPause: Duration = .seconds(2)

    private let configuration: PostgresConfiguration
    private let channels: [String]
    private let reactor: Reactor
    private let logger: Logger
    private let handler: @Sendable (Event) -> Void

    /// - Parameters:
    ///   - channels: names of the form `[a-z_]+`, since LISTEN takes no parameter.
    ///   - handler: called on `reactor`'s thread; must not block.
    package init(
        _ configuration: PostgresConfiguration, channels: [String], on reactor: Reactor, logger: Logger,
        handler: @escaping @Sendable (Event) -> Void
    ) {
        precondition(
            channels.allSatisfy {
                !$0.isEmpty && $0.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) }
            },
            "a channel's name is [a-z_]+")
        self.configuration = configuration
        self.channels = channels
        self.reactor = reactor
        self.logger = logger
        self.handler = handler
    }

    /// Connects, listens, and connects again whenever the connection is lost, until the task is cancelled. To be run by
    /// a task of `reactor`.
    package func run() async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            do {
                let connection = try await PostgresConnection.connect(configuration, on: reactor)
                await withTaskCancellationHandler {
                    await follow(connection) { pause = Self.firstPause }
                } onCancel: {
                    Task(executorPreference: reactor) { await connection.close() }
                }
                await connection.close()
            } catch {
                logger.warning("cannot connect to PostgreSQL to listen", metadata: ["error": "\(error)"])
            }
            if Task.isCancelled { return }
            try? await reactor.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// Delivers until the connection is lost.
    private func follow(_ connection: PostgresConnection, established: () -> Void) async {
        do {
            _ = try await connection.run(channels.map { SQL(trusted: "LISTEN \($0)") })
            established()
            handler(.listening)
            while true {
                let notifications = try await connection.notifications(until: .after(Self.probeInterval))
                for notification in notifications { handler(.notified(notification)) }
                if notifications.isEmpty { _ = try await connection.run(["SELECT 1"]) }
            }
        } catch {
            if !Task.isCancelled {
                logger.warning("the listening connection was lost", metadata: ["error": "\(error)"])
            }
            handler(.interrupted)
        }
    }
}
