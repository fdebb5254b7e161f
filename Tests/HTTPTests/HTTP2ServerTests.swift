import HTTPTypes
import Reactor
import Synchronization
import Testing

@testable import HTTP

/// The server against h2 peers that behave as no library would.
@Suite struct HTTP2ServerTests {
    /// What comes back, frame by frame.
    private struct Received {
        let type: UInt8
        let flags: UInt8
        let stream: UInt32
        let payload: [UInt8]

        var code: UInt32? {
            let offset = type == 7 ? 4 : 0
            guard type == 3 || type == 7, payload.count >= offset + 4 else { return nil }
            return payload[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    /// Speaks `bytes` and gives the frames of the answer up to the first that `isLast`, or the end.
    private static func speak(
        _ bytes: [UInt8], to server: HTTPServer, until isLast: @Sendable @escaping (Received) -> Bool
    ) async throws -> [UInt32?] {
        try await onReactor { reactor in
            let client = try await RawClient(port: server.port, on: reactor)
            defer { client.close() }
            try await client.send(bytes)
            var buffer: [UInt8] = []
            var frames: [Received] = []
            while true {
                while buffer.count >= 9 {
                    let length = Int(buffer[0]) << 16 | Int(buffer[1]) << 8 | Int(buffer[2])
                    guard buffer.count >= 9 + length else { break }
                    let stream = buffer[5..<9].reduce(0) { $0 << 8 | UInt32($1) }
                    let frame = Received(
                        type: buffer[3], flags: buffer[4], stream: stream,
                        payload: Array(buffer[9..<9 + length]))
                    buffer.removeFirst(9 + length)
                    frames.append(frame)
                    if isLast(frame) { return frames.map(\.code) }
                }
                let more = try await client.stream.read(upTo: 65536, deadline: .after(.seconds(60)))
                if more.isEmpty { return frames.map(\.code) }
                buffer += more
            }
        }
    }

    private static func get(
        _ path: String, stream: UInt32 = 1, method: String = "GET", endsStream: Bool = true
    ) -> [UInt8] {
        let fields = [(":method", method), (":scheme", "http"), (":authority", "a"), (":path", path)]
        return Frame.headers(stream, Frame.block(fields), endsStream: endsStream)
    }

    @Test func answersMalformedExchangesOnTheWire() async throws {
        #expect(MalformedExchange.all.count >= 60)
        try await withServer { server in
            for exchange in MalformedExchange.all {
                let ping = Frame.frame(6, 0, 0, [UInt8](repeating: 7, count: 8))
                let (ends, expected): (Set<UInt8>, UInt32?) =
                    switch exchange.answer {
                    case .goAway(let code): ([7], code)
                    case .reset(let code): ([3, 7], code)
                    case .ignored: ([6, 7], nil)
                    }
                let codes = try await Self.speak(Frame.preface + exchange.bytes + ping, to: server) { frame in
                    ends.contains(frame.type)
                }
                #expect(codes.last == expected, "\(exchange.name): \(codes)")
            }
        }
    }

    @Test func resetsAStreamWhoseReaderStalls() async throws {
        var limits = HTTPLimits()
        limits.progressTime = .milliseconds(50)
        let noWindow = Frame.frame(4, 0, 0, [0, 4] + Frame.number(0))
        try await withServer(limits: limits) { server in
            for path in ["/hello", "/pipe"] {
                let bytes =
                    HTTPServerConnection.http2Preface + noWindow + Self.get(path)
                    + Self.get("/hello", stream: 3)
                let codes = try await Self.speak(bytes, to: server) { $0.type == 3 && $0.stream == 3 }
                #expect(codes.last == HTTP2Code.cancel, "\(path)")
            }
        }
    }

    @Test func asksToStopSendingAfterAnEarlyAnswer() async throws {
        var limits = HTTPLimits()
        limits.lingerTime = .milliseconds(20)
        try await withServer(limits: limits) { server in
            let bytes = Frame.preface + Self.get("/ignore", method: "POST", endsStream: false)
            let codes = try await Self.speak(bytes, to: server) { $0.type == 3 }
            #expect(codes.last == HTTP2Code.noError)
        }
    }

    @Test func saysGoodbyeToAnIdleConnection() async throws {
        var limits = HTTPLimits()
        limits.idleTime = .milliseconds(50)
        try await withServer(limits: limits) { server in
            let codes = try await Self.speak(Frame.preface, to: server) { _ in false }
            #expect(codes.last == HTTP2Code.noError)
        }
    }

    @Test func saysWhyItEndsAFlood() async throws {
        try await withServer { server in
            let pings = (0..<20_000).flatMap { _ in Frame.frame(6, 0, 0, [UInt8](repeating: 0, count: 8)) }
            let codes = try await Self.speak(Frame.preface + pings, to: server) { $0.type == 7 }
            #expect(codes.last == HTTP2Code.enhanceYourCalm)
        }
    }

    @Test func boundsTheHandlersOfStreamsThatWereReset() async throws {
        var limits = HTTPLimits()
        limits.concurrentStreams = 4
        limits.resets = HTTPRate(burst: 1_000, perSecond: 1_000)
        let running = Mutex((now: 0, most: 0))
        let mayEnd = Event()
        let handler: HTTPHandler = { _ in
            running.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            // Pays no attention to its cancellation.
            await Task.detached { await mayEnd.wait() }.value
            running.withLock { $0.now -= 1 }
            return HTTPServerResponse(status: .ok)
        }
        try await withServer(limits: limits, handler: handler) { server in
            try await onReactor { reactor in
                let client = try await RawClient(port: server.port, on: reactor)
                defer { client.close() }
                try await client.send(Frame.preface)
                for number in UInt32(0)..<100 {
                    try await client.send(Self.get("/", stream: number * 2 + 1))
                    try await reactor.sleep(for: .milliseconds(1))
                    try await client.send(Frame.reset(number * 2 + 1))
                }
                mayEnd.happen()
            }
        }
        #expect(running.withLock { $0.most } <= 8)
        #expect(running.withLock { $0.most } > 0)
    }

    @Test func cancelsTheHandlersOfAConnectionThatBreaks() async throws {
        let (began, ended) = (Event(), Event())
        let handler: HTTPHandler = { request in
            began.happen()
            do {
                try await request.reactor.sleep(for: .seconds(600))
            } catch {
                ended.happen()
            }
            return HTTPServerResponse(status: .ok)
        }
        try await withServer(handler: handler) { server in
            try await onReactor { reactor in
                let client = try await RawClient(port: server.port, on: reactor)
                try await client.send(Frame.preface + Self.get("/"))
                await began.wait()
                client.close()
                await ended.wait()
            }
        }
    }
}
