package import HTTPTypes

/// A handler's answer.
///
/// The server adds Date, Content-Length or Transfer-Encoding and Connection; a handler's own Connection,
/// Transfer-Encoding, Keep-Alive or Upgrade field is not sent. A `.stream` with a Content-Length field must
/// write exactly that much.
package struct HTTPServerResponse: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Runs after the head is sent; each write is flushed. The task is cancelled when the client goes
        /// away.
        case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
    }

    package var head: HTTPResponse
    package var body: Body

    package init(head: HTTPResponse, body: Body = .none) {
        self.head = head
        self.body = body
    }

    package init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: Body = .none) {
        self.init(head: HTTPResponse(status: status, headerFields: headerFields), body: body)
    }
}

/// The application: every request goes in, an answer comes out. Runs on the connection's reactor and must not
/// block it. Its task is cancelled when the client goes away or the drain's deadline passes.
package typealias HTTPHandler = @Sendable (HTTPServerRequest) async -> HTTPServerResponse
