import Reactor

/// Both ends of one connection, on one reactor.
struct StreamPair {
    let client: ByteStream
    let server: ByteStream

    /// Connects over the loopback, or over a Unix socket.
    static func connect(on reactor: Reactor, group: ReactorGroup, to address: SocketAddress = .anyPort)
        async throws -> StreamPair
    {
        let listener = try Listener(address, group: group)
        let arrivals = AsyncStream.makeStream(of: AcceptedConnection.self)
        let accepting = Task { await listener.run { arrivals.continuation.yield($0) } }
        let client = try await ByteStream.connect(
            to: listener.address, on: reactor, deadline: .after(.seconds(30)))
        var iterator = arrivals.stream.makeAsyncIterator()
        guard let accepted = await iterator.next() else { throw IOError.closed }
        listener.close()
        await accepting.value
        return StreamPair(client: client, server: try ByteStream(accepted))
    }

    func close() {
        client.close()
        server.close()
    }
}

/// Runs `body` on the only reactor of a group, with a pair of connected streams.
func withPair<T: Sendable>(
    over address: SocketAddress = .anyPort,
    _ body: @escaping @Sendable (StreamPair, Reactor) async throws -> T
) async throws -> T {
    try await withReactors { group in
        let reactor = group.next()
        return try await reactor.run {
            let pair = try await StreamPair.connect(on: reactor, group: group, to: address)
            defer { pair.close() }
            return try await body(pair, reactor)
        }
    }
}
