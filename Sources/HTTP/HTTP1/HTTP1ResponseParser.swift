import HTTPTypes

/// The head of a response, and what it means for the connection.
struct HTTP1ResponseHead: Equatable, Sendable {
    var response: HTTPResponse
    var framing: HTTP1BodyFraming
    /// Whether the connection can carry another request after this response.
    var keepsAlive: Bool
}

/// Responses of one connection: bytes in, events out (RFC 9112). `expect` comes before each response, as its
/// framing depends on the method of the request.
struct HTTP1ResponseParser {
    enum Event: Equatable {
        /// 100 Continue, 103 Early Hints: the response itself is still to come.
        case informational(HTTPResponse)
        case head(HTTP1ResponseHead)
        case piece([UInt8])
        case end(trailers: HTTPFields?)
    }

    private enum State {
        case idle
        case statusLine(HTTPRequest.Method)
        case fields(HTTP1StatusLine, HTTPRequest.Method, HTTP1FieldSection)
        case body(HTTP1BodyDecoder)
        case failed(HTTP1Error)
    }

    /// Informational responses before one final response; more is a peer that keeps us busy.
    private static let informationalResponses = 8

    private var buffer = HTTP1Buffer()
    private let limits: HTTPLimits
    private var state = State.idle
    private var informationalCount = 0

    init(limits: HTTPLimits) {
        self.limits = limits
    }

    /// Bytes that nothing asked for are waiting, so the connection must not be used again.
    var hasUnexpectedBytes: Bool {
        if case .idle = state { !buffer.isEmpty } else { true }
    }

    /// Bytes have come that no event was made of yet.
    var hasUnreadBytes: Bool { !buffer.isEmpty }

    mutating func append(_ bytes: UnsafeRawBufferPointer) { buffer.append(bytes) }

    mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { buffer.append($0) } }

    /// A request was sent; its response is next.
    mutating func expect(responseTo method: HTTPRequest.Method) {
        if case .idle = state {
            state = .statusLine(method)
            informationalCount = 0
        }
    }

    /// The next event; nil when more bytes are needed, or no response is expected.
    mutating func next() throws(HTTP1Error) -> Event? {
        do throws(HTTP1Error) {
            return try advance()
        } catch {
            state = .failed(error)
            throw error
        }
    }

    /// The peer has closed its side: ends a body that lasts until then, otherwise cuts one off.
    mutating func inputEnded() throws(HTTP1Error) -> Event? {
        switch state {
        case .idle:
            return nil
        case .body(var decoder):
            let event = try decoder.inputEnded()
            state = .idle
            if case .end(let trailers) = event { return .end(trailers: trailers) }
            return nil
        case .statusLine, .fields:
            throw .truncated
        case .failed(let error):
            throw error
        }
    }

    private mutating func advance() throws(HTTP1Error) -> Event? {
        while true {
            switch state {
            case .idle:
                return nil
            case .statusLine(let method):
                guard
                    let line = try buffer.nextLine(limit: limits.startLineBytes, overlong: .startLineTooLong)
                else { return nil }
                let statusLine = try HTTP1StatusLine(buffer.bytes, line)
                state = .fields(statusLine, method, HTTP1FieldSection())
            case .fields(let statusLine, let method, var section):
                state = .failed(.truncated)  // so that `section` is held once and grows in place
                guard try section.read(from: &buffer, limits: limits) else {
                    state = .fields(statusLine, method, section)
                    return nil
                }
                return try finishHead(statusLine, method, section)
            case .body(var decoder):
                let event = try decoder.next(from: &buffer, limits: limits)
                switch event {
                case .piece(let bytes):
                    state = .body(decoder)
                    return .piece(bytes)
                case .end(let trailers):
                    state = .idle
                    return .end(trailers: trailers)
                case nil:
                    state = .body(decoder)
                    return nil
                }
            case .failed(let error):
                throw error
            }
        }
    }

    private mutating func finishHead(
        _ statusLine: HTTP1StatusLine, _ method: HTTPRequest.Method, _ section: HTTP1FieldSection
    ) throws(HTTP1Error) -> Event {
        let response = HTTPResponse(status: statusLine.status, headerFields: section.fields)
        if statusLine.status.kind == .informational {
            // We never ask for an upgrade, so 101 would leave the connection in a state that nobody asked
            // for.
            guard statusLine.status.code != 101 else { throw .malformed(.statusLine) }
            informationalCount += 1
            guard informationalCount <= Self.informationalResponses else { throw .headTooLarge }
            state = .statusLine(method)
            return .informational(response)
        }
        let framing = try statusLine.framing(section, method: method)
        if case .length(let length) = framing, length > limits.bodyBytes {
            throw .bodyTooLarge(limit: limits.bodyBytes)
        }
        state = .body(HTTP1BodyDecoder(framing))
        let keepsAlive =
            !section.saysClose && framing != .untilClose
            && (statusLine.version == .http11 || section.saysKeepAlive)
        return .head(HTTP1ResponseHead(response: response, framing: framing, keepsAlive: keepsAlive))
    }
}

/// `HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112 section 4). The reason is not kept.
struct HTTP1StatusLine {
    let version: HTTPVersion
    let status: HTTPResponse.Status

    init(_ bytes: [UInt8], _ line: Range<Int>) throws(HTTP1Error) {
        let bytes = bytes[line]
        let start = bytes.startIndex
        // Many servers leave out the space before an empty reason.
        guard bytes.count >= 12, bytes.count == 12 || bytes[start + 12] == 0x20, bytes[start + 8] == 0x20,
            bytes.allSatisfy(HTTP1Characters.isText)
        else { throw .malformed(.statusLine) }
        if bytes[..<(start + 8)].elementsEqual("HTTP/1.1".utf8) {
            version = .http11
        } else if bytes[..<(start + 8)].elementsEqual("HTTP/1.0".utf8) {
            version = .http10
        } else {
            throw .unsupportedVersion
        }
        var code = 0
        for byte in bytes[(start + 9)..<(start + 12)] {
            guard (0x30...0x39).contains(byte) else { throw .malformed(.statusLine) }
            code = code * 10 + Int(byte - 0x30)
        }
        guard (100...599).contains(code) else { throw .malformed(.statusLine) }
        status = HTTPResponse.Status(code: code)
    }

    /// RFC 9112 section 6.3.
    func framing(_ section: HTTP1FieldSection, method: HTTPRequest.Method) throws(HTTP1Error)
        -> HTTP1BodyFraming
    {
        if method == .head || status.code == 204 || status.code == 304 { return .none }
        if section.hasTransferEncoding {
            if section.contentLength != nil { throw .malformed(.lengthAndTransferEncoding) }
            if version == .http10 { throw .malformed(.transferEncoding) }
            return .chunked
        }
        switch section.contentLength {
        case nil: return .untilClose
        case 0: return .none
        case let length?: return .length(length)
        }
    }
}
