import HTTPTypes
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

    @Test func anAccountCountsWhatItsConnectionsHold() throws {
        var limits = HTTPLimits()
        limits.bodyBytesPerAddress = 100
        let registry = HTTPConnectionRegistry(limits: limits)
        let first = try #require(try registry.admit(peer("192.0.2.1", 1)))
        let second = try #require(try registry.admit(peer("192.0.2.1", 2)))
        let other = try #require(try registry.admit(peer("192.0.2.2", 1)))
        #expect(first.take(60))
        #expect(!second.take(41))
        #expect(second.take(40))
        #expect(other.take(100))
        first.giveBack(60)
        #expect(second.take(60))
        #expect(second.held == 100)
    }

    @Test(arguments: [false, true]) func refusesABodyBesideThoseThatItsAddressHolds(_ isHTTP2: Bool)
        async throws
    {
        var limits = HTTPLimits()
        limits.bodyBytesPerAddress = 100_000
        let (isHeld, mayEnd) = (Event(), Event())
        let handler: HTTPHandler = { request in
            do throws(HTTPBodyError) {
                _ = try await request.body.collect(upTo: 1 << 20)
            } catch {
                return HTTPServerResponse(status: error == .addressOverLimit ? .tooManyRequests : .badRequest)
            }
            if request.head.path == "/hold" {
                isHeld.happen()
                await mayEnd.wait()
            }
            return text("taken")
        }
        try await withServer(limits: limits, handler: handler) { server in
            let client = Self.client(of: server, isHTTP2)
            let body = HTTPClientBody.bytes([UInt8](repeating: 0x61, count: 80_000))
            async let held = client.send(Self.post("/hold"), body: body, deadline: .after(.seconds(60)))
            await isHeld.wait()
            for _ in 0..<3 {
                let refused = try await client.send(
                    Self.post("/more"), body: body, deadline: .after(.seconds(60)))
                #expect(refused.status == .tooManyRequests)
            }
            mayEnd.happen()
            #expect(try await held.status == .ok)
            // The body counts until the server is done with its answer, which the client may have a moment earlier.
            while try await client.send(Self.post("/more"), body: body, deadline: .after(.seconds(60))).status
                == .tooManyRequests
            { await Task.yield() }
            for _ in 0..<3 {
                let taken = try await client.send(
                    Self.post("/more"), body: body, deadline: .after(.seconds(60)))
                #expect(taken.status == .ok)
                _ = try await taken.body.collect(upTo: 100)
            }
            await client.close()
        }
    }

    @Test(arguments: [false, true]) func countsNoMoreThanTheUnreadOfABodyThatIsPassedOn(_ isHTTP2: Bool)
        async throws
    {
        var limits = HTTPLimits()
        limits.streamWindowBytes = 64 << 10
        limits.bodyBytesPerAddress = 100_000
        try await withServer(limits: limits) { server in
            let client = Self.client(of: server, isHTTP2)
            let body = HTTPClientBody.bytes([UInt8](repeating: 0x61, count: 1 << 20))
            let response = try await client.send(
                Self.post("/pipe"), body: body, deadline: .after(.seconds(60)))
            #expect(try await response.body.collect(upTo: 2 << 20).count == 1 << 20)
            await client.close()
        }
    }

    private static func post(_ path: String) -> HTTPRequest {
        HTTPRequest(method: .post, scheme: nil, authority: nil, path: path)
    }

    private static func client(of server: HTTPServer, _ isHTTP2: Bool) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.http2PriorKnowledge = isHTTP2
        return HTTPClient(
            origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: server.port), on: testGroup.next(),
            configuration: configuration)
    }
}
