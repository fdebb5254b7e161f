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
        /// The same by client; Unix sockets are not among them.
        var admittedByClient: [SocketAddress: Int] = [:]
        var serving: [ObjectIdentifier: any HTTPServedConnection] = [:]
        var isDraining = false
        var waiters: [CheckedContinuation<Void, Never>] = []

        mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
            defer { waiters = [] }
            return waiters
        }
    }

    /// Why a connection is not served.
    enum Refusal: String, Error {
        case draining = "the server ends"
        case full = "there are too many connections"
        case clientFull = "its address has too many connections"
    }

    private let limits: HTTPLimits
    private let state = Locked(State())

    init(limits: HTTPLimits) {
        self.limits = limits
    }

    /// Counts one more connection from `peer`. Each that does not throw is followed by one `leave`.
    func admit(_ peer: SocketAddress) throws(Refusal) {
        let refusal = state.withLock { state -> Refusal? in
            if state.isDraining { return .draining }
            if state.admitted >= limits.connections { return .full }
            if let client = peer.client {
                let count = state.admittedByClient[client, default: 0]
                if count >= limits.connectionsPerAddress { return .clientFull }
                state.admittedByClient[client] = count + 1
            }
            state.admitted += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    func leave(_ peer: SocketAddress) {
        state.withLock { state in
            state.admitted -= 1
            guard let client = peer.client, let count = state.admittedByClient[client] else { return }
            state.admittedByClient[client] = count > 1 ? count - 1 : nil
        }
    }

    /// Connections that are open, handshakes included.
    var count: Int { state.withLock { $0.admitted } }

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
