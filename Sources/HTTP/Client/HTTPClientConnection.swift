import HTTPTypes
import Reactor

/// A connection as the client sees it.
protocol HTTPClientConnection: Actor, HTTPBodySource {
    nonisolated var reactor: Reactor { get }
    /// Whether a request can be tried on it.
    var isUsable: Bool { get }
    /// Sends one request and waits for the head of its response.
    func exchange(
        _ request: HTTPClientRequest, deadline: Deadline
    ) async throws(HTTPClientError) -> HTTPClientResponse
    /// Nobody reads the response of `message` any more.
    func abandon(_ message: Int)
    func close()
}

/// A request that can be sent: checked, with everything that the origin adds.
struct HTTPClientRequest: Sendable {
    let head: HTTPRequest
    let path: String
    let authority: String
    let scheme: String
    let body: HTTPClientBody

    init(_ head: HTTPRequest, body: HTTPClientBody, origin: HTTPOrigin) throws(HTTPClientError) {
        guard head.method != .connect else { throw .request(reason: "CONNECT is not supported") }
        let path = head.path ?? "/"
        guard path.hasPrefix("/") || path == "*",
            path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else { throw .request(reason: "the path is not one") }
        let authority = head.authority ?? origin.authority
        guard HTTPAuthority.isValid(authority) else {
            throw .request(reason: "the authority is not host[:port]")
        }
        self.head = head
        self.path = path
        self.authority = authority
        self.scheme = head.scheme ?? origin.scheme.rawValue
        self.body = body
    }

    /// Sending it twice does what sending it once does, and its body can be sent twice (RFC 9110, section 9.2.2).
    var isSafeToRepeat: Bool {
        switch head.method {
        case .get, .head, .options, .trace, .put, .delete: isReplayable
        default: false
        }
    }

    /// The body is still there to be sent again.
    var isReplayable: Bool {
        switch body {
        case .none, .bytes: true
        case .stream: false
        }
    }
}

/// The body of a response in the application's hands: when the last reference goes, the exchange is given up.
final class HTTPClientBodySource: HTTPBodySource {
    private let connection: any HTTPClientConnection
    private let message: Int

    init(_ connection: any HTTPClientConnection, message: Int) {
        self.connection = connection
        self.message = message
    }

    deinit {
        let (connection, message) = (connection, message)
        connection.reactor.spawn { await connection.abandon(message) }
    }

    func nextPiece(
        of message: Int, deadline: Deadline?, end: Deadline, isKept: Bool
    ) async throws(HTTPBodyError) -> [UInt8]? {
        try await connection.nextPiece(of: message, deadline: deadline, end: end, isKept: isKept)
    }

    func trailers(of message: Int) async -> HTTPFields? { await connection.trailers(of: message) }
}
