package import Logging
package import Reactor

/// An HTTP/1.1 and HTTP/2 server on a group of reactors.
package final class HTTPServer: Sendable {
    package struct Configuration: Sendable {
        package var limits: HTTPLimits
        /// Without one the server speaks in the clear, where h2 needs prior knowledge. With one, ALPN decides
        /// between the two (make the context with `alpn: ["h2", "http/1.1"]`).
        package var tls: TLSServerContext?

        package init(limits: HTTPLimits = HTTPLimits(), tls: TLSServerContext? = nil) {
            self.limits = limits
            self.tls = tls
        }
    }

    private let group: ReactorGroup
    private let listener: Listener
    private let context: HTTPServerContext

    /// How long after the deadline a drain waits for handlers that ignore their cancellation.
    private static let cancellationTime = Duration.seconds(1)

    /// Where it listens, with the real port when 0 was asked for.
    package var address: SocketAddress { listener.address }

    /// Connections that are open.
    package var connectionCount: Int { context.registry.count }

    /// Binds and listens at once; connections wait in the backlog until `run`.
    package init(
        address: SocketAddress, configuration: Configuration = Configuration(), group: ReactorGroup,
        logger: Logger = Logger(label: "sallyport.http.server"), handler: @escaping HTTPHandler
    ) throws(IOError) {
        self.group = group
        listener = try Listener(address, group: group)
        context = HTTPServerContext(
            configuration: configuration, reactors: group.reactors.count, logger: logger, handler: handler)
    }

    /// Accepts and serves until `drain` or `close`.
    package func run() async {
        let context = context
        await listener.run { accepted in
            do throws(HTTPConnectionRegistry.Refusal) {
                let account = try context.registry.admit(accepted.peer)
                await HTTPServerConnection.begin(accepted, of: account, context: context)
            } catch {
                accepted.reject()
                context.noteRefusal(of: accepted.peer, error)
            }
        }
    }

    /// Stops accepting, lets what runs finish (HTTP/1.1: `Connection: close` on the last answer; h2: GOAWAY
    /// in two steps) and returns when no connection is left. At the deadline the remaining handlers are
    /// cancelled and their connections closed.
    package func drain(deadline: Deadline) async {
        listener.close()
        let registry = context.registry
        registry.drain()
        let reactor = group.next()
        let abort = reactor.schedule(at: deadline) {
            registry.abort()
            reactor.schedule(after: HTTPServer.cancellationTime) { registry.giveUp() }
        }
        await registry.waitUntilEmpty()
        abort.cancel()
    }

    /// Stops accepting, cancels every handler and closes every connection.
    package func close() {
        listener.close()
        context.registry.abort()
    }
}
