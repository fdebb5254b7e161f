import Foundation
import HTTPTypes
import Reactor

@testable import HTTP

/// The reactors of all tests in this target.
let testGroup = ReactorGroup(count: 2)

/// A server on a free port for as long as `body` runs.
func withServer<Result: Sendable>(
    limits: HTTPLimits = HTTPLimits(), tls: TLSServerContext? = nil,
    handler: @escaping HTTPHandler = demoHandler,
    _ body: @Sendable (HTTPServer) async throws -> Result
) async throws -> Result {
    guard let address = SocketAddress(ip: "127.0.0.1", port: 0) else { throw TestFailure("no address") }
    let server = try HTTPServer(
        address: address, configuration: .init(limits: limits, tls: tls), group: testGroup, handler: handler)
    let running = Task(executorPreference: testGroup.next()) { await server.run() }
    do {
        let result = try await body(server)
        server.close()
        await running.value
        return result
    } catch {
        server.close()
        await running.value
        throw error
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension HTTPServer {
    var port: UInt16 { address.port ?? 0 }
}

/// What most tests ask: `/hello`, `/echo` (whole), `/pipe` (piece by piece), `/big`, `/ignore` (the body),
/// `/trailers`, `/info`.
@Sendable func demoHandler(_ request: HTTPServerRequest) async -> HTTPServerResponse {
    let body = request.body
    switch request.head.path?.prefix(while: { $0 != "?" }) {
    case "/hello":
        return text("hello")
    case "/echo":
        do {
            return HTTPServerResponse(
                status: .ok, body: .bytes(try await body.collect(upTo: 32 * 1024 * 1024)))
        } catch {
            return HTTPServerResponse(
                status: error == .tooLarge(limit: 32 * 1024 * 1024) ? .contentTooLarge : .badRequest)
        }
    case "/pipe":
        return HTTPServerResponse(
            status: .ok,
            body: .stream { writer in
                while let piece = try await body.next() { try await writer.write(piece) }
                if let trailers = await body.trailers { await writer.setTrailers(trailers) }
            })
    case "/big":
        return HTTPServerResponse(status: .ok, body: .bytes([UInt8](repeating: 0x61, count: 8 * 1024 * 1024)))
    case "/ignore":
        return text("ignored")
    case "/broken":
        return HTTPServerResponse(
            status: .ok,
            body: .stream { writer in
                try await writer.write(Array("part".utf8))
                throw TestFailure("on purpose")
            })
    case "/short":
        return HTTPServerResponse(
            status: .ok, headerFields: [.contentLength: "10"],
            body: .stream { try await $0.write(Array("part".utf8)) })
    case "/info":
        return text("\(request.version) \(request.head.method.rawValue) \(request.head.authority ?? "-")")
    default:
        return HTTPServerResponse(status: .notFound)
    }
}

func text(_ text: String) -> HTTPServerResponse {
    HTTPServerResponse(
        status: .ok, headerFields: [.contentType: "text/plain"], body: .bytes(Array(text.utf8)))
}

/// Something that tasks wait for and another makes happen.
final class Event: Sendable {
    private let state = Locked((hasHappened: false, waiters: [CheckedContinuation<Void, Never>]()))

    func happen() {
        let waiters = state.withLock { state in
            state.hasHappened = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let hasHappened = state.withLock { state in
                if !state.hasHappened { state.waiters.append(continuation) }
                return state.hasHappened
            }
            if hasHappened { continuation.resume() }
        }
    }
}

/// Runs `body` on a reactor's thread, where streams live.
func onReactor<Result: Sendable>(_ body: @escaping @Sendable (Reactor) async throws -> Result) async throws
    -> Result
{
    let reactor = testGroup.next()
    return try await Task(executorPreference: reactor) { try await body(reactor) }.value
}

/// A client that knows nothing of HTTP.
struct RawClient {
    let stream: ByteStream

    init(port: UInt16, on reactor: Reactor) async throws {
        guard let address = SocketAddress(ip: "127.0.0.1", port: port) else {
            throw TestFailure("no address")
        }
        stream = try await ByteStream.connect(to: address, on: reactor, deadline: .after(.seconds(60)))
    }

    func send(_ text: String) async throws {
        try await stream.write(Array(text.utf8), deadline: .after(.seconds(60)))
    }

    func send(_ bytes: [UInt8]) async throws { try await stream.write(bytes, deadline: .after(.seconds(60))) }

    /// Reads until `end` has been seen, or the end of the stream.
    func read(until end: String? = nil) async throws -> String {
        var bytes: [UInt8] = []
        while end.map({ !String(decoding: bytes, as: UTF8.self).contains($0) }) ?? true {
            let more: [UInt8]
            do throws(IOError) {
                more = try await stream.read(upTo: 64 * 1024, deadline: .after(.seconds(60)))
            } catch {
                // A reset is an end as well; what came before it counts.
                guard case .system = error else { throw error }
                break
            }
            if more.isEmpty { break }
            bytes += more
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func close() { stream.close() }
}

/// Sends `bytes` on a connection of their own and gives everything that comes back until the server closes.
func exchange(_ bytes: [UInt8], port: UInt16) async throws -> String {
    try await onReactor { reactor in
        let client = try await RawClient(port: port, on: reactor)
        defer { client.close() }
        try await client.send(bytes)
        return try await client.read()
    }
}
