import Logging
import Reactor

/// The beginning of every connection: TLS, then which protocol.
enum HTTPServerConnection {
    /// What an h2 client sends first (RFC 9113 section 3.4).
    static let http2Preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Brings an admitted connection to where a task of its own serves it.
    static func begin(
        _ accepted: AcceptedConnection, of account: HTTPClientAccount?, context: HTTPServerContext
    ) async {
        do throws(IOError) {
            let stream = try ByteStream(accepted)
            do throws(IOError) {
                let (isHTTP2, first) = try await negotiate(stream, context)
                let info = HTTPConnection(
                    reactor: stream.reactor, peer: stream.peer, tls: stream.tls,
                    version: isHTTP2 ? .http2 : .http11, account: account)
                if isHTTP2 {
                    serveHTTP2(stream, first, info, context)
                } else {
                    serveHTTP1(stream, first, info, context)
                }
            } catch {
                stream.close()
                throw error
            }
        } catch {
            context.registry.leave(accepted.peer)
            context.logger.debug(
                "connection ended before its first request",
                metadata: ["peer": "\(accepted.peer)", "reason": "\(error)"])
        }
    }

    private static func negotiate(
        _ stream: ByteStream, _ context: HTTPServerContext
    ) async throws(IOError) -> (isHTTP2: Bool, first: [UInt8]) {
        guard let tls = context.tls else { return try await firstBytes(of: stream, limits: context.limits) }
        let info = try await stream.startTLS(server: tls, deadline: .after(context.limits.handshakeTime))
        return (info.alpn == "h2", [])
    }

    /// Reads until it is clear whether the preface of h2 comes (prior knowledge, RFC 9113 section 3.3).
    private static func firstBytes(
        of stream: ByteStream, limits: HTTPLimits
    ) async throws(IOError) -> (isHTTP2: Bool, first: [UInt8]) {
        let deadline = Deadline.after(limits.headTime)
        var bytes: [UInt8] = []
        while bytes.count < http2Preface.count, http2Preface.starts(with: bytes) {
            let more = try await stream.read(upTo: Reactor.readAreaSize, deadline: deadline)
            if more.isEmpty { break }
            bytes += more
        }
        return (bytes.starts(with: http2Preface), bytes)
    }

    private static func serveHTTP1(
        _ stream: sending ByteStream, _ first: [UInt8], _ info: HTTPConnection, _ context: HTTPServerContext
    ) {
        let connection = HTTP1ServerConnection(stream, first: first, info: info, context: context)
        info.reactor.spawn { await connection.serve() }
    }

    private static func serveHTTP2(
        _ stream: sending ByteStream, _ first: [UInt8], _ info: HTTPConnection, _ context: HTTPServerContext
    ) {
        do throws(HTTP2Error) {
            let connection = try HTTP2Connection(
                stream, role: .server, info: info, limits: context.limits, logger: context.logger,
                context: context)
            info.reactor.spawn { await connection.serve(first: first) }
        } catch {
            context.registry.leave(info.peer)
            context.logger.error("no h2 session could be made", metadata: ["reason": "\(error.reason)"])
        }
    }
}
