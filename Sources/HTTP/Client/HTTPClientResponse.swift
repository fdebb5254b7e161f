package import HTTPTypes

/// The head of a response, and its body as it comes in.
///
/// Read the body to its end, or let the value go: what nobody reads any more is cancelled.
package struct HTTPClientResponse: Sendable {
    package let head: HTTPResponse
    package let body: HTTPBody
    package let version: HTTPVersion

    package var status: HTTPResponse.Status { head.status }
}

/// What a request carries.
package enum HTTPClientBody: Sendable {
    case none
    case bytes([UInt8])
    /// Written piece by piece while the response may already come in; cancelled when the exchange ends before
    /// it.
    case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
}
