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
    /// A client by its address.
    private struct Client: Sendable {
        var connections = 0
        let account: HTTPClientAccount
    }

    private struct State: Sendable {
        /// Accepted, handshakes included.
        var admitted = 0
        /// The same by client; Unix sockets are not among them.
        var clients: [SocketAddress: Client] = [:]
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
    /// - Returns: what the bodies of its requests count in; nil for a Unix socket, whose clients have no address.
    @discardableResult
    func admit(_ peer: SocketAddress) throws(Refusal) -> HTTPClientAccount? {
        let admission = state.withLock { state -> Result<HTTPClientAccount?, Refusal> in
            if state.isDraining { return .failure(.draining) }
            if state.admitted >= limits.connections { return .failure(.full) }
            var account: HTTPClientAccount?
            if let address = peer.client {
                var client =
                    state.clients[address]
                    ?? Client(account: HTTPClientAccount(limit: limits.bodyBytesPerAddress))
                if client.connections >= limits.connectionsPerAddress { return .failure(.clientFull) }
                client.connections += 1
                state.clients[address] = client
                account = client.account
            }
            state.admitted += 1
            return .success(account)
        }
        return try admission.get()
    }

    func leave(_ peer: SocketAddress) {
        state.withLock { state in
            state.admitted -= 1
            guard let address = peer.client, var client = state.clients[address] else { return }
            client.connections -= 1
            state.clients[address] = client.connections > 0 ? client : nil
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
