package import HTTPTypes
package import Reactor

/// A client of one origin, on one reactor: HTTP/2 when ALPN says so (one connection, multiplexed), HTTP/1.1 otherwise (a few
/// kept-alive connections). Connects when needed and again after a failure. Follows no redirects, retries nothing.
package actor HTTPClient {
    package struct Configuration: Sendable {
        package var limits = HTTPLimits()
        /// HTTP/1.1 connections at once; further requests wait for one.
        package var connections = 8
        /// In the clear: whether to speak h2 with prior knowledge.
        package var http2PriorKnowledge = false

        package init() {}
    }

    package nonisolated let origin: HTTPOrigin
    package nonisolated let reactor: Reactor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// `tls` is needed for https (make it with `alpn: ["h2", "http/1.1"]`).
    package init(
        origin: HTTPOrigin, tls: TLSClientContext?, on reactor: Reactor, configuration: Configuration = Configuration()
    ) {
        self.origin = origin
        self.reactor = reactor
    }

    /// Sends a request and returns when the head of the response is there.
    ///
    /// The head needs a method and a path; scheme and authority come from the origin when nil. The deadline covers connecting,
    /// sending and waiting for the head; the body has deadlines of its own (`HTTPBody.next`).
    package func send(
        _ head: HTTPRequest, body: HTTPClientBody = .none, deadline: Deadline
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        fatalError()
    }

    /// Closes every connection; requests that run end with `.closed`.
    package func close() {}
}
