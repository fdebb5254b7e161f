package import HTTPTypes

/// A body being sent in pieces: of a response at the server, of a request at the client.
///
/// Valid until the closure that got it returns. When that closure throws, the message is cut off so that the
/// peer notices (HTTP/1.1: the connection closes without a last chunk; h2: RST_STREAM), never ended as if it
/// were whole.
package struct HTTPBodyWriter: Sendable {
    let sink: any HTTPBodySink
    let message: Int

    /// Sends `bytes` now (each write is flushed) and returns when the socket and the peer's flow control
    /// window took them, apart from a bounded rest. Empty writes do nothing.
    package func write(_ bytes: [UInt8]) async throws(HTTPBodyError) {
        try await sink.write(bytes, to: message)
    }

    /// Fields to send after the body, when the closure has returned. Dropped where the version has no
    /// trailers (HTTP/1.0, a body with a content-length).
    package func setTrailers(_ fields: HTTPFields) async {
        await sink.setTrailers(fields, of: message)
    }
}

/// Where a body goes.
protocol HTTPBodySink: AnyObject, Sendable {
    func write(_ bytes: [UInt8], to message: Int) async throws(HTTPBodyError)
    func setTrailers(_ fields: HTTPFields, of message: Int) async
}
