internal import APIModels
internal import PostgresWire
internal import Reactor

/// The live sessions of the agent.
final class SessionRegistry: Sendable {
    private let sessions = Locked<[SessionID: PostgresSession]>([:])
    private let draining = Locked(false)
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { sessions.withLock { $0.count } }

    /// False when the agent has as many sessions as it may.
    func add(_ session: PostgresSession) -> Bool {
        sessions.withLock { sessions in
            guard sessions.count < capacity else { return false }
            sessions[session.id] = session
            return true
        }
    }

    func remove(_ id: SessionID) {
        sessions.withLock { _ = $0.removeValue(forKey: id) }
    }

    /// Whether there was such a session to end.
    func terminate(_ id: SessionID, reason: String) async -> Bool {
        guard let session = sessions.withLock({ $0[id] }) else { return false }
        await session.terminate(
            Report(
                .fatal, .adminShutdown, "the session was terminated\(reason.isEmpty ? "" : ": \(reason)")",
                hint: "Ask an admin before you connect again."), reason: "terminated")
        return true
    }

    /// Whether `drain` was called: who has added a session asks, since the call may not have seen it.
    var isDraining: Bool { draining.withLock { $0 } }

    /// Ends what is idle at once and the rest at the end of its transaction; what is still there is left to the caller.
    func drain() async {
        draining.withLock { $0 = true }
        for session in sessions.withLock({ Array($0.values) }) { await session.drain() }
    }

    /// The signed heads that are due: every session writes a checkpoint of its chain.
    var all: [PostgresSession] { sessions.withLock { Array($0.values) } }
}
