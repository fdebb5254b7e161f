package import HTTPTypes
package import Logging
package import Reactor

/// A client of one origin, on one reactor: HTTP/2 when ALPN says so (one connection, multiplexed), HTTP/1.1
/// otherwise (a few kept-alive connections). Connects when needed, and again after a failure. Follows no
/// redirects.
///
/// A request is sent a second time, and no more, only when that is safe: the server said that it had not begun with it, or its
/// method is idempotent and a kept-alive connection turned out to be dead before any byte of an answer. Not when its body was a
/// stream.
package actor HTTPClient {
    package struct Configuration: Sendable {
        package var limits = HTTPLimits()
        /// HTTP/1.1 connections at once; further requests wait for one.
        package var connections = 8
        /// Name resolution, connecting and the TLS handshake together.
        package var connectTime: Duration = .seconds(10)
        /// What the origin is reached through; nil: straight.
        package var proxy: HTTPProxy?
        /// In the clear and without a proxy: whether to speak h2 with prior knowledge.
        package var http2PriorKnowledge = false

        package init() {}
    }

    package nonisolated let origin: HTTPOrigin
    package nonisolated let reactor: Reactor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let tls: TLSClientContext?
    private let configuration: Configuration
    private let logger: Logger
    private var http2: HTTP2Connection?
    private var idle: [HTTP1ClientConnection] = []
    /// All HTTP/1.1 connections, with those that are being made.
    private var http1: [ObjectIdentifier: HTTP1ClientConnection] = [:]
    private var connecting = 0
    /// What the last connection spoke.
    private var version: HTTPVersion?
    private var waiters: [HTTPSignal] = []
    private var isClosed = false

    /// `tls` is needed for https (make it with `alpn: ["h2", "http/1.1"]`).
    package init(
        origin: HTTPOrigin, tls: TLSClientContext? = nil, on reactor: Reactor,
        configuration: Configuration = Configuration(),
        logger: Logger = Logger(label: "sallyport.http.client")
    ) {
        self.origin = origin
        self.tls = tls
        self.reactor = reactor
        self.configuration = configuration
        self.logger = logger
    }

    /// Sends a request and returns when the head of the response is there.
    ///
    /// The head needs a method and a path; scheme and authority come from the origin when nil. The deadline
    /// covers connecting, sending and waiting for the head; the body has deadlines of its own
    /// (`HTTPBody.next`).
    package func send(
        _ head: HTTPRequest, body: HTTPClientBody = .none, deadline: Deadline
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        let request = try HTTPClientRequest(head, body: body, origin: origin)
        let (connection, isFresh) = try await acquire(deadline: deadline)
        do throws(HTTPClientError) {
            return try await connection.exchange(request, deadline: deadline)
        } catch {
            guard case .disconnected(let unprocessed) = error, !isClosed,
                unprocessed && request.isReplayable || !isFresh && request.isSafeToRepeat
            else { throw isClosed ? .closed : error }
            return try await acquire(deadline: deadline).connection.exchange(request, deadline: deadline)
        }
    }

    /// Closes every connection; requests that run end with an error, later ones with `.closed`.
    package func close() async {
        isClosed = true
        await http2?.close()
        for connection in http1.values { await connection.close() }
        wake()
    }

    // MARK: Connections

    private func acquire(
        deadline: Deadline
    ) async throws(HTTPClientError) -> (connection: any HTTPClientConnection, isFresh: Bool) {
        while true {
            if isClosed { throw .closed }
            if let http2 {
                if await http2.isUsable { return (http2, false) }
                if self.http2 === http2 { self.http2 = nil }
                continue
            }
            if let connection = idle.popLast() {
                if await connection.isUsable { return (connection, false) }
                await connection.close()
                continue
            }
            let mayConnect =
                version == .http11 ? http1.count + connecting < configuration.connections : connecting == 0
            // Both are said before anything is called that may wait: others look meanwhile, and fire.
            if mayConnect {
                connecting += 1
                return (try await connect(deadline: deadline), true)
            }
            let change = HTTPSignal(reactor)
            waiters.append(change)
            try await wait(for: change, deadline: deadline)
        }
    }

    private func wait(for change: HTTPSignal, deadline: Deadline) async throws(HTTPClientError) {
        let outcome = await change.wait(deadline: deadline)
        waiters.removeAll { $0 === change }
        switch outcome {
        case .fired: return
        case .timedOut: throw .timedOut
        case .cancelled: throw .cancelled
        }
    }

    /// Lets everyone who waits for a connection look again.
    private func wake() {
        for waiter in waiters { waiter.fire() }
    }

    /// Makes a connection, which `connecting` counts already.
    private func connect(deadline: Deadline) async throws(HTTPClientError) -> any HTTPClientConnection {
        defer {
            connecting -= 1
            wake()
        }
        let end = min(deadline, .after(configuration.connectTime))
        switch try await open(deadline: end) {
        case .http2(let connection):
            version = .http2
            http2 = connection
            reactor.spawn { await connection.run(first: []) }
            if isClosed { await connection.close() }
            return connection
        case .http1(let connection):
            version = .http11
            http1[ObjectIdentifier(connection)] = connection
            reactor.spawn { await connection.watchPeer() }
            if isClosed { await connection.close() }
            return connection
        }
    }

    private enum Opened {
        case http1(HTTP1ClientConnection)
        case http2(HTTP2Connection)
    }

    private nonisolated func open(deadline: Deadline) async throws(HTTPClientError) -> Opened {
        let proxy = configuration.proxy
        let stream: ByteStream
        do throws(IOError) {
            stream = try await ByteStream.connect(
                host: proxy?.host ?? origin.host, port: proxy?.port ?? origin.port, on: reactor,
                deadline: deadline)
        } catch {
            throw HTTPClientError(connecting: error)
        }
        var speaksHTTP2 = configuration.http2PriorKnowledge && proxy == nil
        if origin.scheme == .https {
            do throws(HTTPClientError) {
                if let proxy {
                    try await HTTPTunnel.open(
                        on: stream, to: origin, through: proxy, limits: configuration.limits,
                        deadline: deadline)
                }
                speaksHTTP2 = try await startTLS(on: stream, deadline: deadline).alpn == "h2"
            } catch {
                stream.close()
                throw error
            }
        }
        guard speaksHTTP2 else {
            return .http1(
                HTTP1ClientConnection(
                    stream, limits: configuration.limits, proxy: origin.scheme == .http ? proxy : nil
                ) {
                    [weak self] connection, isIdle in
                    guard let self else { return }
                    self.reactor.spawn { await self.changed(connection, isIdle: isIdle) }
                })
        }
        let info = HTTPConnection(reactor: reactor, peer: stream.peer, tls: stream.tls, version: .http2)
        do throws(HTTP2Error) {
            return .http2(
                try HTTP2Connection(
                    stream, role: .client, info: info, limits: configuration.limits, logger: logger,
                    context: nil))
        } catch {
            throw .connect(.system(errno: 12, operation: error.reason))
        }
    }

    private nonisolated func startTLS(
        on stream: ByteStream, deadline: Deadline
    ) async throws(HTTPClientError) -> TLSInfo {
        do throws(IOError) {
            guard let tls else { throw .tls(reason: "an https origin needs a TLS context") }
            return try await stream.startTLS(client: tls, serverName: origin.host, deadline: deadline)
        } catch {
            throw HTTPClientError(connecting: error)
        }
    }

    private func changed(_ connection: HTTP1ClientConnection, isIdle: Bool) {
        if !isIdle {
            http1[ObjectIdentifier(connection)] = nil
            idle.removeAll { $0 === connection }
        } else if !isClosed {
            idle.append(connection)
        }
        wake()
    }
}
