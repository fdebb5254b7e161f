import HTTPTypes

/// Writes HTTP/1.1 messages (RFC 9112). Field names and values are valid by their types, so nothing is
/// escaped here.
enum HTTP1Encoder {
    /// How the end of an outgoing body is made known.
    enum Framing: Equatable {
        /// No field about it: a response that has no body by its status, or a request without one.
        case absent
        case length(Int)
        case chunked
        /// The application's own Content-Length field stands, or the connection's close is the end.
        case asGiven
    }

    /// What the connection adds to a response.
    struct ResponseContext {
        var framing: Framing
        /// `Date: ...` with its CRLF.
        var dateLine: [UInt8]
        /// `Connection: close`, `Connection: keep-alive` (for HTTP/1.0) or nothing.
        var connectionLine: StaticString?
    }

    static func append(
        _ response: HTTPResponse, _ context: ResponseContext, to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: statusLine(response.status))
        append(response.headerFields, keepsLength: context.framing == .asGiven, to: &bytes)
        append(context.framing, to: &bytes)
        if !response.headerFields.contains(.date) { bytes.append(contentsOf: context.dateLine) }
        if let line = context.connectionLine { append(line, to: &bytes) }
        append("\r\n", to: &bytes)
    }

    /// A request in origin form; `authority` becomes the Host field, first as RFC 9110 section 7.2 asks.
    static func append(
        _ request: HTTPRequest, authority: String, framing: Framing, to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: request.method.rawValue.utf8)
        bytes.append(0x20)
        bytes.append(contentsOf: (request.path ?? "/").utf8)
        append(" HTTP/1.1\r\nHost: ", to: &bytes)
        bytes.append(contentsOf: authority.utf8)
        append("\r\n", to: &bytes)
        append(request.headerFields, keepsLength: framing == .asGiven, to: &bytes)
        append(framing, to: &bytes)
        append("\r\n", to: &bytes)
    }

    /// One chunk; `data` must not be empty, which would be the last one.
    static func appendChunk(_ data: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(contentsOf: String(data.count, radix: 16).utf8)
        append("\r\n", to: &bytes)
        bytes.append(contentsOf: data)
        append("\r\n", to: &bytes)
    }

    static func appendLastChunk(trailers: HTTPFields?, to bytes: inout [UInt8]) {
        append("0\r\n", to: &bytes)
        if let trailers { append(trailers, keepsLength: false, to: &bytes) }
        append("\r\n", to: &bytes)
    }

    static let continueResponse = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Fields that the connection alone decides about.
    private static func isFraming(_ name: HTTPField.Name, keepsLength: Bool) -> Bool {
        name.concernsConnection || !keepsLength && name == .contentLength
    }

    private static func append(_ fields: HTTPFields, keepsLength: Bool, to bytes: inout [UInt8]) {
        for field in fields where !isFraming(field.name, keepsLength: keepsLength) {
            bytes.append(contentsOf: field.name.rawName.utf8)
            append(": ", to: &bytes)
            field.withUnsafeBytesOfValue { bytes.append(contentsOf: $0) }
            append("\r\n", to: &bytes)
        }
    }

    private static func append(_ framing: Framing, to bytes: inout [UInt8]) {
        switch framing {
        case .absent, .asGiven:
            break
        case .length(let length):
            append("Content-Length: ", to: &bytes)
            appendDecimal(length, to: &bytes)
            append("\r\n", to: &bytes)
        case .chunked:
            append("Transfer-Encoding: chunked\r\n", to: &bytes)
        }
    }

    private static func appendDecimal(_ number: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: String(number).utf8)
    }

    private static func append(_ text: StaticString, to bytes: inout [UInt8]) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private static func statusLine(_ status: HTTPResponse.Status) -> [UInt8] {
        if let known = knownStatusLines[status.code] { return known }
        return Array("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n".utf8)
    }

    private static let knownStatusLines: [Int: [UInt8]] = {
        let known: [HTTPResponse.Status] = [
            .ok, .created, .accepted, .noContent, .movedPermanently, .found, .seeOther, .notModified,
            .temporaryRedirect, .permanentRedirect, .badRequest, .unauthorized, .forbidden, .notFound,
            .methodNotAllowed, .notAcceptable, .requestTimeout, .conflict, .gone, .preconditionFailed,
            .contentTooLarge, .uriTooLong, .unsupportedMediaType, .expectationFailed, .unprocessableContent,
            .preconditionRequired, .tooManyRequests, .requestHeaderFieldsTooLarge, .internalServerError,
            .notImplemented, .badGateway, .serviceUnavailable, .gatewayTimeout, .httpVersionNotSupported,
        ]
        var lines: [Int: [UInt8]] = [:]
        for status in known {
            lines[status.code] = Array("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n".utf8)
        }
        return lines
    }()
}
