/// The protocol version that a message travelled in.
package enum HTTPVersion: Sendable, Hashable, CustomStringConvertible {
    case http10
    case http11
    case http2

    package var description: String {
        switch self {
        case .http10: "HTTP/1.0"
        case .http11: "HTTP/1.1"
        case .http2: "HTTP/2"
        }
    }
}
