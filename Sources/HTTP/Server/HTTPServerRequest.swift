package import HTTPTypes
package import Reactor

/// A request as a handler sees it.
///
/// `head.authority` is the host the client asked for (Host or `:authority`), `head.path` the path with its
/// query exactly as sent. The framing fields (Host, Connection, Transfer-Encoding and the like) are not among
/// `head.headerFields`.
package struct HTTPServerRequest: Sendable {
    package var head: HTTPRequest
    package var body: HTTPBody
    package let connection: HTTPConnection

    package init(head: HTTPRequest, body: HTTPBody, connection: HTTPConnection) {
        self.head = head
        self.body = body
        self.connection = connection
    }

    package var version: HTTPVersion { connection.version }
    package var peer: SocketAddress { connection.peer }
    package var tls: TLSInfo? { connection.tls }
    /// The reactor that the handler runs on.
    package var reactor: Reactor { connection.reactor }
}

/// What all requests of one connection have in common.
package final class HTTPConnection: Sendable {
    package let reactor: Reactor
    package let peer: SocketAddress
    package let tls: TLSInfo?
    package let version: HTTPVersion
    /// At a server, what the client's bodies count in.
    let account: HTTPClientAccount?

    package init(
        reactor: Reactor, peer: SocketAddress, tls: TLSInfo?, version: HTTPVersion,
        account: HTTPClientAccount? = nil
    ) {
        self.reactor = reactor
        self.peer = peer
        self.tls = tls
        self.version = version
        self.account = account
    }
}
