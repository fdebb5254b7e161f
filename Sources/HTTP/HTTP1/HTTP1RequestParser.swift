import HTTPTypes

/// The head of a request, and what it means for the connection.
struct HTTP1RequestHead: Equatable, Sendable {
    var request: HTTPRequest
    var version: HTTPVersion
    var framing: HTTP1BodyFraming
    /// Whether the client will send another request (RFC 9112 section 9.3).
    var keepsAlive: Bool
    var expectsContinue: Bool
}

/// Requests of one connection: bytes in, events out (RFC 9112). Pipelined requests come out one after the
/// other.
///
/// After an error every further call throws the same error: there is no way to find the next message.
struct HTTP1RequestParser {
    enum Event: Equatable {
        case head(HTTP1RequestHead)
        case piece([UInt8])
        /// Also after a head without a body.
        case end(trailers: HTTPFields?)
    }

    private enum State {
        case requestLine(hasSkippedLine: Bool)
        case fields(HTTP1RequestLine, HTTP1FieldSection)
        case body(HTTP1BodyDecoder)
        case failed(HTTP1Error)
    }

    private(set) var buffer = HTTP1Buffer()
    private let limits: HTTPLimits
    /// The scheme that origin-form requests have.
    private let scheme: String
    private var state = State.requestLine(hasSkippedLine: false)
    private var lastHead: LastHead?

    /// A head as it came, and what it means. Who keeps a connection often asks the same again (a poll, a probe), and nearly all of
    /// a head is the same in any case: what HPACK is for h2, this is for a head that repeats as a whole.
    private struct LastHead {
        let bytes: [UInt8]
        let head: HTTP1RequestHead

        /// Longer ones are not kept, so that an idle connection stays small.
        static let limit = 1024
    }

    init(limits: HTTPLimits, scheme: String) {
        self.limits = limits
        self.scheme = scheme
    }

    /// Whether the next message has not begun: the connection may close without anything being lost.
    var isBetweenMessages: Bool {
        if case .requestLine = state { buffer.isEmpty } else { false }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) { buffer.append(bytes) }

    mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { buffer.append($0) } }

    /// Gives memory back while nothing is in flight.
    mutating func shrink() { buffer.shrink() }

    /// The next event; nil when more bytes are needed.
    mutating func next() throws(HTTP1Error) -> Event? {
        do throws(HTTP1Error) {
            return try advance()
        } catch {
            state = .failed(error)
            throw error
        }
    }

    /// The peer has closed its side. Fine between messages, a truncation inside one.
    func inputEnded() throws(HTTP1Error) {
        if !isBetweenMessages { throw .truncated }
    }

    private mutating func advance() throws(HTTP1Error) -> Event? {
        // Where the head begins that is read here as a whole.
        var headStart: Int?
        while true {
            switch state {
            case .requestLine(let hasSkippedLine):
                if let lastHead, buffer.skip(lastHead.bytes) {
                    state = .body(HTTP1BodyDecoder(lastHead.head.framing))
                    return .head(lastHead.head)
                }
                headStart = buffer.start
                guard
                    let line = try buffer.nextLine(limit: limits.startLineBytes, overlong: .startLineTooLong)
                else { return nil }
                if line.isEmpty, !hasSkippedLine {
                    // RFC 9112 section 2.2: one empty line before a request is ignored.
                    state = .requestLine(hasSkippedLine: true)
                } else {
                    let requestLine = try HTTP1RequestLine(buffer.bytes, line)
                    state = .fields(requestLine, HTTP1FieldSection())
                }
            case .fields(let requestLine, var section):
                state = .failed(.truncated)  // so that `section` is held once and grows in place
                guard try section.read(from: &buffer, limits: limits) else {
                    state = .fields(requestLine, section)
                    return nil
                }
                let head = try requestLine.head(with: section, scheme: scheme)
                if case .length(let length) = head.framing, length > limits.bodyBytes {
                    throw .bodyTooLarge(limit: limits.bodyBytes)
                }
                if let headStart, buffer.start - headStart <= LastHead.limit {
                    lastHead = LastHead(bytes: Array(buffer.bytes[headStart..<buffer.start]), head: head)
                }
                state = .body(HTTP1BodyDecoder(head.framing))
                return .head(head)
            case .body(var decoder):
                let event = try decoder.next(from: &buffer, limits: limits)
                switch event {
                case .piece(let bytes):
                    state = .body(decoder)
                    return .piece(bytes)
                case .end(let trailers):
                    state = .requestLine(hasSkippedLine: false)
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
}

/// `method SP request-target SP HTTP-version` (RFC 9112 section 3), one space each.
struct HTTP1RequestLine {
    enum Target {
        /// `/path?query`
        case origin(String)
        /// `http://authority/path?query`, as sent to a proxy.
        case absolute(scheme: String, authority: String, path: String)
        /// `host:port`, for CONNECT.
        case authority(String)
        /// `*`, for OPTIONS.
        case asterisk
    }

    let method: HTTPRequest.Method
    let target: Target
    let version: HTTPVersion

    init(_ bytes: [UInt8], _ line: Range<Int>) throws(HTTP1Error) {
        let bytes = bytes[line]
        if bytes.contains(0x00) { throw .malformed(.nulByte) }
        if bytes.contains(0x0D) { throw .malformed(.bareCarriageReturn) }
        guard let first = bytes.firstIndex(of: 0x20) else { throw .malformed(.requestLine) }
        guard bytes[..<first].allSatisfy(HTTP1Characters.isToken),
            let method = HTTPRequest.Method(String(decoding: bytes[..<first], as: UTF8.self))
        else { throw .malformed(.method) }
        guard let second = bytes[(first + 1)...].firstIndex(of: 0x20) else { throw .malformed(.requestLine) }
        self.method = method
        version = try Self.version(bytes[(second + 1)...])
        target = try Self.target(bytes[(first + 1)..<second], method: method)
    }

    private static func version(_ bytes: ArraySlice<UInt8>) throws(HTTP1Error) -> HTTPVersion {
        if bytes.elementsEqual("HTTP/1.1".utf8) { return .http11 }
        if bytes.elementsEqual("HTTP/1.0".utf8) { return .http10 }
        let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) }
        if bytes.count == 8, bytes.starts(with: "HTTP/".utf8), isDigit(bytes[bytes.startIndex + 5]),
            bytes[bytes.startIndex + 6] == UInt8(ascii: "."), isDigit(bytes[bytes.startIndex + 7])
        {
            throw .unsupportedVersion
        }
        throw .malformed(.requestLine)
    }

    /// RFC 9112 section 3.2. Fragments, white space, controls and bytes above ASCII have no place in a
    /// target.
    private static func target(
        _ bytes: ArraySlice<UInt8>, method: HTTPRequest.Method
    ) throws(HTTP1Error) -> Target {
        guard let first = bytes.first,
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else { throw .malformed(.target) }
        let text = String(decoding: bytes, as: UTF8.self)
        if method == .connect {
            guard HTTPAuthority.isValid(text, needsPort: true) else { throw .malformed(.target) }
            return .authority(text)
        }
        if first == UInt8(ascii: "/") { return .origin(text) }
        if text == "*", method == .options { return .asterisk }
        let lowered = text.lowercased()
        for scheme in ["http", "https"] where lowered.hasPrefix("\(scheme)://") {
            let rest = text.dropFirst(scheme.count + 3)
            let end = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) ?? rest.endIndex
            let authority = String(rest[..<end])
            guard HTTPAuthority.isValid(authority) else { throw .malformed(.host) }
            let path = rest[end...]
            return .absolute(
                scheme: scheme, authority: authority, path: path.hasPrefix("/") ? String(path) : "/\(path)")
        }
        throw .malformed(.target)
    }

    /// Puts the line and the fields together (RFC 9112 sections 3.2, 6.3 and 9.3).
    func head(with section: HTTP1FieldSection, scheme: String) throws(HTTP1Error) -> HTTP1RequestHead {
        if let host = section.host {
            guard HTTPAuthority.isValid(host) else { throw .malformed(.host) }
        } else if version == .http11 {
            throw .malformed(.missingHost)
        }
        let request: HTTPRequest =
            switch target {
            case .origin(let path):
                HTTPRequest(
                    method: method, scheme: scheme, authority: section.host, path: path,
                    headerFields: section.fields)
            case .absolute(let scheme, let authority, let path):
                // RFC 9112 section 3.2.2: the target counts, not the Host field.
                HTTPRequest(
                    method: method, scheme: scheme, authority: authority, path: path,
                    headerFields: section.fields)
            case .authority(let authority):
                HTTPRequest(
                    method: method, scheme: nil, authority: authority, path: nil, headerFields: section.fields
                )
            case .asterisk:
                HTTPRequest(
                    method: method, scheme: scheme, authority: section.host, path: "*",
                    headerFields: section.fields)
            }
        return HTTP1RequestHead(
            request: request, version: version, framing: try framing(section),
            keepsAlive: !section.saysClose && (version == .http11 || section.saysKeepAlive),
            expectsContinue: section.expectsContinue && version == .http11)
    }

    private func framing(_ section: HTTP1FieldSection) throws(HTTP1Error) -> HTTP1BodyFraming {
        if section.hasTransferEncoding {
            if section.contentLength != nil { throw .malformed(.lengthAndTransferEncoding) }
            // RFC 9112 section 6.1: HTTP/1.0 has no transfer codings; the framing is faulty.
            if version == .http10 { throw .malformed(.transferEncoding) }
            return .chunked
        }
        switch section.contentLength {
        case nil, 0: return .none
        case let length?: return .length(length)
        }
    }
}
