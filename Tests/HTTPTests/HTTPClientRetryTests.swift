import HTTPTypes
import Reactor
import Testing

@testable import HTTP

/// What the client sends a second time, to a server that answers the first request of each connection, and ends the connection in
/// place of an answer to the second.
@Suite(.timeLimit(.minutes(1))) struct HTTPClientRetryTests {
    @Test(arguments: [HTTPRequest.Method.get, .head, .options, .trace, .put, .delete])
    func repeatsAnIdempotentRequestWhoseConnectionDied(_ method: HTTPRequest.Method) async throws {
        let (outcome, seen) = try await outcome(of: method)
        #expect(try outcome.get() == .ok)
        #expect(seen == ["GET /first", "\(method) /second", "\(method) /second"])
    }

    @Test(arguments: [HTTPRequest.Method.post, .patch])
    func repeatsNothingThatCouldBeDoneTwice(_ method: HTTPRequest.Method) async throws {
        let (outcome, seen) = try await outcome(of: method)
        #expect(throws: HTTPClientError.disconnected(unprocessed: false)) { try outcome.get() }
        #expect(seen == ["GET /first", "\(method) /second"])
    }

    @Test func repeatsNoBodyThatIsAStream() async throws {
        let (outcome, seen) = try await outcome(of: .put, body: .stream { try await $0.write([0x61]) })
        #expect(throws: HTTPClientError.disconnected(unprocessed: false)) { try outcome.get() }
        #expect(seen == ["GET /first", "PUT /second"])
    }

    @Test(arguments: ["H", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 100 Continue\r\n\r\n"])
    func repeatsNothingThatTheServerHasBegunToAnswer(_ farewell: String) async throws {
        let (outcome, seen) = try await outcome(of: .get, farewell: farewell)
        #expect(throws: HTTPClientError.givenUp) { try outcome.get() }
        #expect(seen == ["GET /first", "GET /second"])
    }

    /// The status of the second request on a connection, or why there is none; and the requests that the server has seen.
    private func outcome(
        of method: HTTPRequest.Method, body: HTTPClientBody = .none, farewell: String = ""
    ) async throws -> (Result<HTTPResponse.Status, HTTPClientError>, [String]) {
        let seen = Locked<[String]>([])
        let address = try #require(SocketAddress(ip: "127.0.0.1", port: 0))
        let listener = try Listener(address, group: testGroup)
        let running = Task(executorPreference: testGroup.next()) {
            await listener.run { try? await Self.serve($0, farewell, seen) }
        }
        let port = listener.address.port ?? 0
        let client = HTTPClient(
            origin: HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port), on: testGroup.next())
        let first = try await client.send(Self.request(.get, "/first"), deadline: .after(.seconds(60)))
        #expect(try await first.body.collect(upTo: 10).isEmpty)
        let result: Result<HTTPResponse.Status, HTTPClientError>
        do throws(HTTPClientError) {
            let second = Self.request(method, "/second")
            result = .success(
                try await client.send(second, body: body, deadline: .after(.seconds(60))).status)
        } catch {
            result = .failure(error)
        }
        await client.close()
        listener.close()
        await running.value
        return (result, seen.withLock { $0 })
    }

    private static func request(_ method: HTTPRequest.Method, _ path: String) -> HTTPRequest {
        HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
    }

    private static func serve(
        _ accepted: AcceptedConnection, _ farewell: String, _ seen: Locked<[String]>
    ) async throws {
        let stream = try ByteStream(accepted)
        defer { stream.close() }
        for answer in ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", farewell] {
            var text = ""
            while !text.contains("\r\n\r\n") {
                let more = try await stream.read(upTo: 4096, deadline: .after(.seconds(60)))
                if more.isEmpty { return }
                text += String(decoding: more, as: UTF8.self)
            }
            let line = text.split(separator: " ").prefix(2).joined(separator: " ")
            seen.withLock { $0.append(line) }
            try await stream.write(Array(answer.utf8), deadline: .after(.seconds(60)))
        }
        await stream.shutdownWrite()
    }
}
