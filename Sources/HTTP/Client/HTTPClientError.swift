package import Reactor

/// Why a request got no response.
package enum HTTPClientError: Error, Equatable, Sendable {
    /// No connection: name, network or TLS. Nothing was sent.
    case connect(IOError)
    /// The proxy made no way to the origin. Nothing was sent.
    case proxy(reason: String)
    /// The deadline passed.
    case timedOut
    /// The task that waited was cancelled.
    case cancelled
    /// The connection ended before anything of the response had come. Nothing of the request was handled when
    /// `unprocessed` (the peer said so, or nothing was sent): then it is safe to send again.
    case disconnected(unprocessed: Bool)
    /// The peer has begun with the request and then given it up: the connection ended inside of the response's head, or
    /// the peer reset the stream.
    case givenUp
    /// The peer broke the protocol.
    case malformed(reason: String)
    /// The request's own body closure threw, or the request cannot be sent as it is.
    case request(reason: String)
    /// The client was closed.
    case closed

    init(connecting error: IOError) {
        self = error == .timedOut ? .timedOut : .connect(error)
    }
}
