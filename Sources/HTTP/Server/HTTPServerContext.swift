import HTTPTypes
import Logging
import Reactor

/// What all connections of one server share.
final class HTTPServerContext: Sendable {
    let limits: HTTPLimits
    let tls: TLSServerContext?
    let handler: HTTPHandler
    let logger: Logger
    let registry: HTTPConnectionRegistry
    private let dates: [HTTPDateCache]
    private let refusalLines: Locked<TokenBucket>

    /// Lines about refused connections: an operator has to see that there are such, and a flood of them must not be one of lines.
    private static let refusalLineRate = HTTPRate(burst: 5, perSecond: 1)

    init(
        configuration: HTTPServer.Configuration, reactors: Int, logger: Logger, handler: @escaping HTTPHandler
    ) {
        limits = configuration.limits
        tls = configuration.tls
        self.handler = handler
        self.logger = logger
        registry = HTTPConnectionRegistry(limits: configuration.limits)
        refusalLines = Locked(TokenBucket(Self.refusalLineRate, now: monotonicNanoseconds()))
        dates = (0..<reactors).map { _ in HTTPDateCache() }
    }

    func noteRefusal(of peer: SocketAddress, _ refusal: HTTPConnectionRegistry.Refusal) {
        let now = monotonicNanoseconds()
        guard refusal != .draining, refusalLines.withLock({ $0.take(now: now) }) else { return }
        logger.warning(
            "connections are refused", metadata: ["peer": "\(peer)", "reason": "\(refusal.rawValue)"])
    }

    /// The date cache of `reactor`, to be used on its thread.
    func date(of reactor: Reactor) -> HTTPDateCache {
        reactor.assertConfined()
        return dates[reactor.index]
    }
}

/// The server's own answers, where no handler can speak: RFC 9457 with nothing but the status and a sentence.
enum HTTPProblem {
    static func response(_ status: HTTPResponse.Status, detail: String) -> HTTPServerResponse {
        // Both texts are ours and hold nothing that JSON would have to escape.
        let body = #"{"status":\#(status.code),"title":"\#(status.reasonPhrase)","detail":"\#(detail)"}"#
        return HTTPServerResponse(
            status: status, headerFields: [.contentType: "application/problem+json"],
            body: .bytes(Array(body.utf8)))
    }
}
