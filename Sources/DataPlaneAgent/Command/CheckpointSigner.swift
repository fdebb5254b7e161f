internal import Reactor

/// Signs the head of every live session's chain once a minute, so that a recording that is cut off later shows it.
struct CheckpointSigner {
    private let sessions: SessionRegistry

    /// recording-and-audit: "At close, and every 60 s".
    private static let interval = Duration.seconds(60)

    init(_ sessions: SessionRegistry) {
        self.sessions = sessions
    }

    func run(on reactor: Reactor) async {
        while (try? await reactor.sleep(for: Self.interval)) != nil {
            for session in sessions.all { await session.checkpoint() }
        }
    }
}
