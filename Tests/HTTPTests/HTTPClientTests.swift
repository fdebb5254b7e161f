import HTTPTypes
import Reactor
import Synchronization
import Testing

@testable import HTTP

@Suite struct HTTPClientTests {
    enum Wire: CaseIterable, Sendable {
        case http1, http1TLS, http2, http2TLS

        var version: HTTPVersion { self == .http1 || self == .http1TLS ? .http11 : .http2 }
        var usesTLS: Bool { self == .http1TLS || self == .http2TLS }
    }

    private func withClient(
        _ wire: Wire, limits: HTTPLimits = HTTPLimits(), handler: @escaping HTTPHandler = demoHandler,
        _ body: @Sendable (HTTPClient) async throws -> Void
    ) async throws {
        let certificate = try await TestCertificate.shared
        let tls = wire.usesTLS ? try certificate.serverContext() : nil
        try await withServer(tls: tls, handler: handler) { server in
            let client = try await makeClient(wire, port: server.port, limits: limits)
            do {
                try await body(client)
                await client.close()
            } catch {
                await client.close()
                throw error
            }
        }
    }

    private func makeClient(_ wire: Wire, port: UInt16, limits: HTTPLimits = HTTPLimits()) async throws
        -> HTTPClient
    {
        var configuration = HTTPClient.Configuration()
        configuration.limits = limits
        configuration.http2PriorKnowledge = wire == .http2
        let alpn = wire.version == .http2 ? ["h2", "http/1.1"] : ["http/1.1"]
        return HTTPClient(
            origin: HTTPOrigin(scheme: wire.usesTLS ? .https : .http, host: "localhost", port: port),
            tls: wire.usesTLS ? try await TestCertificate.shared.clientContext(alpn: alpn) : nil,
            on: testGroup.next(), configuration: configuration)
    }

    private var soon: Deadline { .after(.seconds(60)) }

    private func request(_ method: HTTPRequest.Method, _ path: String) -> HTTPRequest {
        HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
    }

    @Test(arguments: Wire.allCases) func sendsAndReceives(_ wire: Wire) async throws {
        try await withClient(wire) { client in
            let hello = try await client.send(request(.get, "/hello"), deadline: soon)
            #expect(hello.status == .ok)
            #expect(hello.version == wire.version)
            #expect(hello.head.headerFields[.contentType] == "text/plain")
            #expect(try await hello.body.collect(upTo: 100) == Array("hello".utf8))

            let echo = try await client.send(
                request(.post, "/echo"), body: .bytes([1, 2, 3]), deadline: soon)
            #expect(try await echo.body.collect(upTo: 100) == [1, 2, 3])

            let head = try await client.send(request(.head, "/hello"), deadline: soon)
            #expect(try await head.body.collect(upTo: 100).isEmpty)
            #expect(head.head.headerFields[.contentLength] == "5")

            let none = try await client.send(request(.get, "/none"), deadline: soon)
            #expect(none.status == .notFound)

            let big = try await client.send(request(.get, "/big"), deadline: soon)
            #expect(try await big.body.collect(upTo: 10_000_000).count == 8 * 1024 * 1024)
            let tooBig = try await client.send(request(.get, "/big"), deadline: soon)
            await #expect(throws: HTTPBodyError.tooLarge(limit: 10)) {
                try await tooBig.body.collect(upTo: 10)
            }
        }
    }

    @Test(arguments: Wire.allCases) func streamsBothWaysAtOnce(_ wire: Wire) async throws {
        let name = try #require(HTTPField.Name("X-Sum"))
        try await withClient(wire) { client in
            let (pieces, feed) = AsyncStream.makeStream(of: [UInt8].self)
            let response = try await client.send(
                request(.post, "/pipe"),
                body: .stream { writer in
                    await writer.setTrailers([name: "7"])
                    for await piece in pieces { try await writer.write(piece) }
                }, deadline: soon)
            for text in ["first", "second", "third"] {
                feed.yield(Array(text.utf8))
                #expect(try await response.body.next() == Array(text.utf8))
            }
            feed.finish()
            #expect(try await response.body.next() == nil)
            #expect(await response.body.trailers == [name: "7"])
            let again = try await client.send(request(.get, "/hello"), deadline: soon)
            #expect(again.status == .ok)
        }
    }

    @Test(arguments: Wire.allCases) func sendsManyRequestsAtOnce(_ wire: Wire) async throws {
        try await withClient(wire) { client in
            try await withThrowingTaskGroup { tasks in
                for number in 0..<200 {
                    tasks.addTask {
                        let body = [UInt8](repeating: UInt8(number), count: number * 100)
                        let response = try await client.send(
                            request(.post, "/echo"), body: .bytes(body), deadline: soon)
                        #expect(try await response.body.collect(upTo: 100_000) == body)
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }

    /// Their tasks belong to no reactor, so that each call into the client may wait as soon as it begins.
    @Test(arguments: Wire.allCases) func sharesFewConnectionsAmongMany(_ wire: Wire) async throws {
        let tls = wire.usesTLS ? try await TestCertificate.shared.serverContext() : nil
        try await withServer(tls: tls) { server in
            let client = try await makeClient(wire, port: server.port)
            for _ in 0..<5 {
                try await withThrowingTaskGroup { tasks in
                    for number in 0..<100 {
                        tasks.addTask {
                            let body = [UInt8](repeating: UInt8(number), count: 5_000)
                            let response = try await client.send(
                                request(.post, "/echo"), body: .bytes(body), deadline: soon)
                            #expect(try await response.body.collect(upTo: 5_000) == body)
                        }
                    }
                    try await tasks.waitForAll()
                }
            }
            #expect(server.connectionCount <= (wire.version == .http2 ? 1 : 8))
            await client.close()
        }
    }

    @Test(arguments: Wire.allCases) func timesOut(_ wire: Wire) async throws {
        let began = Atomic(false)
        let cancelled = Event()
        let handler: HTTPHandler = { request in
            if request.head.path == "/hello" { return text("hello") }
            began.store(true, ordering: .sequentiallyConsistent)
            do { try await request.reactor.sleep(for: .seconds(600)) } catch { cancelled.happen() }
            return HTTPServerResponse(status: .ok)
        }
        try await withClient(wire, handler: handler) { client in
            _ = try await client.send(request(.get, "/hello"), deadline: soon)
            await #expect(throws: HTTPClientError.timedOut) {
                try await client.send(request(.get, "/slow"), deadline: .after(.milliseconds(50)))
            }
            if began.load(ordering: .sequentiallyConsistent) { await cancelled.wait() }
            let again = try await client.send(request(.get, "/hello"), deadline: soon)
            #expect(again.status == .ok)
        }
    }

    @Test(arguments: Wire.allCases) func isCancelledWithItsTask(_ wire: Wire) async throws {
        let (began, cancelled) = (Event(), Event())
        let handler: HTTPHandler = { request in
            began.happen()
            do { try await request.reactor.sleep(for: .seconds(600)) } catch { cancelled.happen() }
            return HTTPServerResponse(status: .ok)
        }
        try await withClient(wire, handler: handler) { client in
            let task = Task { try await client.send(request(.get, "/slow"), deadline: soon) }
            await began.wait()
            task.cancel()
            await #expect(throws: HTTPClientError.cancelled) { try await task.value }
            await cancelled.wait()
        }
    }

    @Test(arguments: Wire.allCases) func givesUpAResponseThatNobodyReads(_ wire: Wire) async throws {
        let ended = Event()
        let handler: HTTPHandler = { request in
            if request.head.path == "/hello" { return text("hello") }
            return HTTPServerResponse(
                status: .ok,
                body: .stream { writer in
                    defer { ended.happen() }
                    while true { try await writer.write([UInt8](repeating: 0, count: 16384)) }
                })
        }
        try await withClient(wire, handler: handler) { client in
            var response: HTTPClientResponse? = try await client.send(
                request(.get, "/endless"), deadline: soon)
            #expect(try await response?.body.next() != nil)
            response = nil
            await ended.wait()
            #expect(try await client.send(request(.get, "/hello"), deadline: soon).status == .ok)
        }
    }

    @Test(arguments: Wire.allCases) func boundsWhatNobodyReads(_ wire: Wire) async throws {
        let written = Mutex(0)
        let limits = HTTPLimits()
        let handler: HTTPHandler = { _ in
            HTTPServerResponse(
                status: .ok,
                body: .stream { writer in
                    while true {
                        try await writer.write([UInt8](repeating: 0, count: 65536))
                        written.withLock { $0 += 65536 }
                    }
                })
        }
        try await withClient(wire, handler: handler) { client in
            let response = try await client.send(request(.get, "/endless"), deadline: soon)
            // Until two looks in a row see the same: then the writer waits.
            var (before, now) = (-1, 0)
            while before != now {
                before = now
                try await onReactor { try await $0.sleep(for: .milliseconds(200)) }
                now = written.withLock { $0 }
            }
            // Socket buffers of the system, one window, and the bounded rest.
            #expect(now < 16 * 1024 * 1024 + limits.streamWindowBytes)
            #expect(try await response.body.next() != nil)
        }
    }

    @Test(arguments: Wire.allCases) func noticesACutOffResponse(_ wire: Wire) async throws {
        try await withClient(wire) { client in
            for path in ["/broken", "/short"] {
                let response = try await client.send(request(.get, path), deadline: soon)
                await #expect(throws: HTTPBodyError.disconnected) {
                    try await response.body.collect(upTo: 100)
                }
            }
        }
    }

    @Test(arguments: Wire.allCases) func connectsAgain(_ wire: Wire) async throws {
        for _ in 0..<5 {
            if try await connectsAgainToItsPort(wire) { return }
        }
        Issue.record("no port stayed free")
    }

    /// False when another test has taken the port, which has to be free for a while.
    private func connectsAgainToItsPort(_ wire: Wire) async throws -> Bool {
        let certificate = try await TestCertificate.shared
        let tls = wire.usesTLS ? try certificate.serverContext() : nil
        let port = try await withServer(tls: tls) { $0.port }
        let client = try await makeClient(wire, port: port)
        do {
            _ = try await client.send(request(.get, "/hello"), deadline: soon)
            return false
        } catch {
            // Nobody listens there.
        }
        let address = try #require(SocketAddress(ip: "127.0.0.1", port: port))
        for _ in 0..<2 {
            guard
                let server = try? HTTPServer(
                    address: address, configuration: .init(tls: tls), group: testGroup, handler: demoHandler)
            else { return false }
            let running = Task(executorPreference: testGroup.next()) { await server.run() }
            let response = try await client.send(request(.get, "/hello"), deadline: soon)
            #expect(try await response.body.collect(upTo: 10) == Array("hello".utf8))
            await server.drain(deadline: soon)
            await running.value
        }
        await client.close()
        await #expect(throws: HTTPClientError.closed) {
            try await client.send(request(.get, "/hello"), deadline: soon)
        }
        return true
    }

    @Test(arguments: [Wire.http1TLS, .http2TLS]) func verifiesTheServer(_ wire: Wire) async throws {
        let certificate = try await TestCertificate.shared
        try await withServer(tls: try certificate.serverContext()) { server in
            let stranger = HTTPClient(
                origin: HTTPOrigin(scheme: .https, host: "localhost", port: server.port),
                tls: try TLSClientContext(trust: .system, verifyHostname: true, alpn: ["h2"]),
                on: testGroup.next())
            await #expect { try await stranger.send(request(.get, "/hello"), deadline: soon) } throws: {
                error in
                if case .connect(.tls)? = error as? HTTPClientError { true } else { false }
            }
            await stranger.close()
        }
    }

    @Test(arguments: Wire.allCases) func drainsWhileTheClientIsServed(_ wire: Wire) async throws {
        let (began, mayEnd) = (Event(), Event())
        let certificate = try await TestCertificate.shared
        let tls = wire.usesTLS ? try certificate.serverContext() : nil
        let handler: HTTPHandler = { _ in
            began.happen()
            await mayEnd.wait()
            return text("done")
        }
        try await withServer(tls: tls, handler: handler) { server in
            let client = try await makeClient(wire, port: server.port)
            async let response = client.send(request(.get, "/"), deadline: soon)
            await began.wait()
            async let drained: Void = server.drain(deadline: soon)
            mayEnd.happen()
            let done = try await response
            #expect(try await done.body.collect(upTo: 10) == Array("done".utf8))
            await drained
            await client.close()
        }
    }

    /// Its client cannot know yet that the server drains.
    @Test func anIdleConnectionServesARequestThatComesWhileTheServerDrains() async throws {
        var limits = HTTPLimits()
        limits.drainIdleTime = .seconds(60)
        try await withServer(limits: limits) { server in
            let client = try await makeClient(.http1, port: server.port)
            let first = try await client.send(request(.get, "/hello"), deadline: soon)
            _ = try await first.body.collect(upTo: 100)
            async let drained: Void = server.drain(deadline: soon)
            let second = try await client.send(request(.get, "/hello"), deadline: soon)
            #expect(second.head.status == .ok)
            _ = try await second.body.collect(upTo: 100)
            await client.close()
            await drained
        }
    }

    @Test func refusesWhatCannotBeSent() async throws {
        let client = try await makeClient(.http1, port: 1)
        for head in [
            request(.get, "no slash"), request(.get, "/with space"), request(.get, "/with#fragment"),
            request(.connect, "/x"), HTTPRequest(method: .get, scheme: nil, authority: "a b", path: "/"),
        ] {
            await #expect { try await client.send(head, deadline: soon) } throws: { error in
                if case .request? = error as? HTTPClientError { true } else { false }
            }
        }
    }
}
