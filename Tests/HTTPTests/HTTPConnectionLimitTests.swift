import Reactor
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(1))) struct HTTPConnectionLimitTests {
    private func peer(_ ip: String, _ port: UInt16 = 1) throws -> SocketAddress {
        try #require(SocketAddress(ip: ip, port: port))
    }

    @Test func countsTheConnectionsOfEachClient() throws {
        var limits = HTTPLimits()
        limits.connections = 5
        limits.connectionsPerAddress = 2
        let registry = HTTPConnectionRegistry(limits: limits)
        try registry.admit(peer("192.0.2.1", 1))
        try registry.admit(peer("192.0.2.1", 2))
        #expect(throws: HTTPConnectionRegistry.Refusal.clientFull) {
            try registry.admit(peer("192.0.2.1", 3))
        }
        // The same client through a socket of both families.
        #expect(throws: HTTPConnectionRegistry.Refusal.clientFull) {
            try registry.admit(peer("::ffff:192.0.2.1"))
        }
        try registry.admit(peer("::ffff:192.0.2.2"))
        // One client has a whole /64 network, and not the next one.
        try registry.admit(peer("2001:db8::1"))
        try registry.admit(peer("2001:db8::ffff:0:0:1"))
        #expect(throws: HTTPConnectionRegistry.Refusal.full) { try registry.admit(peer("2001:db8:0:1::1")) }
        try registry.leave(peer("192.0.2.1", 2))
        #expect(throws: HTTPConnectionRegistry.Refusal.clientFull) { try registry.admit(peer("2001:db8::2")) }
        try registry.admit(peer("192.0.2.1", 4))
        #expect(registry.count == 5)
    }

    @Test func closesTheConnectionThatIsOneTooMany() async throws {
        var limits = HTTPLimits()
        limits.connectionsPerAddress = 2
        try await withServer(limits: limits) { server in
            try await onReactor { reactor in
                let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
                var clients: [RawClient] = []
                for _ in 0..<2 {
                    let client = try await RawClient(port: server.port, on: reactor)
                    try await client.send(hello)
                    #expect(try await client.read(until: "hello").hasPrefix("HTTP/1.1 200 "))
                    clients.append(client)
                }
                let refused = try await RawClient(port: server.port, on: reactor)
                #expect(try await refused.read().isEmpty)
                refused.close()
                #expect(server.connectionCount == 2)

                clients.removeLast().close()
                while server.connectionCount > 1 { await Task.yield() }
                let next = try await RawClient(port: server.port, on: reactor)
                try await next.send(hello)
                #expect(try await next.read(until: "hello").hasPrefix("HTTP/1.1 200 "))
                next.close()
                for client in clients { client.close() }
            }
        }
    }
}
