import Reactor

/// A connection as the server sees it: something that can be asked to end.
protocol HTTPServedConnection: AnyObject, Sendable {
    nonisolated var reactor: Reactor { get }
    /// Finish what runs, take nothing new.
    func drain() async
    /// End now.
    func abort() async
}

/// The connections of one server, so that they can be counted, drained and ended.
final class HTTPConnectionRegistry: Sendable {
    private struct State: Sendable {
        /// Accepted, handshakes included.
        var admitted = 0
        var serving: [ObjectIdentifier: any HTTPServedConnection] = [:]
        var isDraining = false
        var waiters: [CheckedContinuation<Void, Never>] = []

        mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
            defer { waiters = [] }
            return waiters
        }
    }

    private let limit: Int
    private let state = Locked(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether one more connection may be served. Every true is followed by one `leave`.
    func admit() -> Bool {
        state.withLock { state in
            guard !state.isDraining, state.admitted < limit else { return false }
            state.admitted += 1
            return true
        }
    }

    func leave() { state.withLock { $0.admitted -= 1 } }

    /// Notes that `connection` is about to serve requests; false when it came too late.
    func begin(_ connection: any HTTPServedConnection) -> Bool {
        state.withLock { state in
            guard !state.isDraining else { return false }
            state.serving[ObjectIdentifier(connection)] = connection
            return true
        }
    }

    func end(_ connection: any HTTPServedConnection) {
        let waiters = state.withLock { state in
            state.serving[ObjectIdentifier(connection)] = nil
            return state.serving.isEmpty ? state.takeWaiters() : []
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Lets nothing new begin, and tells every connection to finish.
    func drain() { ask { await $0.drain() } }

    func abort() { ask { await $0.abort() } }

    private func ask(_ order: @escaping @Sendable (any HTTPServedConnection) async -> Void) {
        let serving = state.withLock { state in
            state.isDraining = true
            return Array(state.serving.values)
        }
        for connection in serving { connection.reactor.spawn { await order(connection) } }
    }

    /// Returns when nothing is served any more, or when `giveUp` is called.
    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.serving.isEmpty { return true }
                state.waiters.append(continuation)
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }

    /// Ends every wait, whatever is still there.
    func giveUp() {
        for waiter in state.withLock({ $0.takeWaiters() }) { waiter.resume() }
    }
}
