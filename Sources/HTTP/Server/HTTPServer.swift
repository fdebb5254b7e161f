package import Logging
package import Reactor

/// An HTTP/1.1 and HTTP/2 server on a group of reactors.
package final class HTTPServer: Sendable {
    package struct Configuration: Sendable {
        package var limits: HTTPLimits
        /// Without one the server speaks in the clear, where h2 needs prior knowledge. With one, ALPN decides between the two
        /// (make the context with `alpn: ["h2", "http/1.1"]`).
        package var tls: TLSServerContext?

        package init(limits: HTTPLimits = HTTPLimits(), tls: TLSServerContext? = nil) {
            self.limits = limits
            self.tls = tls
        }
    }

    /// Where it listens, with the real port when 0 was asked for.
    package let address: SocketAddress

    /// Binds and listens at once; connections wait in the backlog until `run`.
    package init(
        address: SocketAddress, configuration: Configuration = Configuration(), group: ReactorGroup,
        logger: Logger, handler: @escaping HTTPHandler
    ) throws(IOError) {
        fatalError()
    }

    /// Accepts and serves until `drain` or `close`.
    package func run() async {}

    /// Stops accepting, lets what runs finish (HTTP/1.1: `Connection: close` on the last answer; h2: GOAWAY in two steps) and
    /// returns when no connection is left. At the deadline the remaining handlers are cancelled and their connections closed.
    package func drain(deadline: Deadline) async {}

    /// Stops accepting, cancels every handler and closes every connection.
    package func close() {}
}
