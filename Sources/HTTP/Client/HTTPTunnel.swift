import HTTPTypes
import Reactor

/// The beginning of a connection through a proxy: CONNECT and its answer (RFC 9110 section 9.3.6).
enum HTTPTunnel {
    /// Asks for a tunnel to `origin` on a fresh connection to a proxy. From then on the stream is one to the origin.
    static func open(
        on stream: ByteStream, to origin: HTTPOrigin, through proxy: HTTPProxy, limits: HTTPLimits,
        deadline: Deadline
    ) async throws(HTTPClientError) {
        do {
            try await stream.write(request(for: origin, proxy), deadline: deadline)
            let status = try await answer(on: stream, limits: limits, deadline: deadline)
            guard status.kind == .successful else {
                throw HTTPClientError.proxy(reason: "\(proxy) answered \(status.code) to CONNECT")
            }
        } catch let error as HTTPClientError {
            throw error
        } catch let error as HTTP1Error {
            throw .proxy(reason: "\(proxy) broke the protocol: \(error.detail)")
        } catch IOError.timedOut {
            throw .timedOut
        } catch {
            throw .proxy(reason: "\(proxy): \(error)")
        }
    }

    private static func request(for origin: HTTPOrigin, _ proxy: HTTPProxy) -> [UInt8] {
        let name = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
        let authority = "\(name):\(origin.port)"
        let authorization = proxy.authorization.map { "Proxy-Authorization: \($0)\r\n" } ?? ""
        return Array("CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n\(authorization)\r\n".utf8)
    }

    private static func answer(
        on stream: ByteStream, limits: HTTPLimits, deadline: Deadline
    ) async throws -> HTTPResponse.Status {
        var parser = HTTP1ResponseParser(limits: limits)
        parser.expect(responseTo: .connect)
        while true {
            while let event = try parser.next() {
                guard case .head(let head) = event else { continue }
                // The origin speaks after us. What came already is not its own, and must not be taken for it.
                guard !parser.hasUnreadBytes || head.response.status.kind != .successful else {
                    throw HTTP1Error.malformed(.statusLine)
                }
                return head.response.status
            }
            let bytes = try await stream.read(upTo: 4096, deadline: deadline)
            if bytes.isEmpty { throw HTTP1Error.truncated }
            bytes.withUnsafeBytes { parser.append($0) }
        }
    }
}
