import HTTPTypes

/// How the end of a body is known (RFC 9112 section 6.3).
enum HTTP1BodyFraming: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
    /// Responses only.
    case untilClose

    /// What a message announces about its length.
    var length: Int? {
        switch self {
        case .none: 0
        case .length(let length): length
        case .chunked, .untilClose: nil
        }
    }
}

/// The body of one message: pieces, then the end.
struct HTTP1BodyDecoder {
    enum Event: Equatable {
        /// Never empty.
        case piece([UInt8])
        case end(trailers: HTTPFields?)
    }

    private enum State {
        case length(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailers(HTTP1FieldSection)
        case untilClose
        case ended
    }

    /// The most bytes in one piece.
    private static let pieceBytes = 64 * 1024

    private var state: State
    private var received = 0
    private var extensionBytes = 0

    init(_ framing: HTTP1BodyFraming) {
        switch framing {
        case .none: state = .length(remaining: 0)
        case .length(let length): state = .length(remaining: length)
        case .chunked: state = .chunkSize
        case .untilClose: state = .untilClose
        }
    }

    /// The next event; nil when more bytes are needed.
    mutating func next(
        from buffer: inout HTTP1Buffer, limits: HTTPLimits
    ) throws(HTTP1Error) -> Event? {
        while true {
            switch state {
            case .length(let remaining):
                if remaining == 0 { return end(trailers: nil) }
                guard let piece = buffer.takeBytes(upTo: min(remaining, Self.pieceBytes)) else { return nil }
                state = .length(remaining: remaining - piece.count)
                return .piece(piece)
            case .chunkSize:
                guard let size = try chunkSize(from: &buffer, limits: limits) else { return nil }
                state =
                    size == 0 ? .trailers(HTTP1FieldSection(isTrailer: true)) : .chunkData(remaining: size)
            case .chunkData(let remaining):
                guard let piece = buffer.takeBytes(upTo: min(remaining, Self.pieceBytes)) else { return nil }
                state = piece.count == remaining ? .chunkEnd : .chunkData(remaining: remaining - piece.count)
                return .piece(piece)
            case .chunkEnd:
                let end = try buffer.nextLine(limit: 0, overlong: .malformed(.chunkEnd))
                guard end != nil else { return nil }
                state = .chunkSize
            case .trailers(var section):
                let isComplete = try section.read(from: &buffer, limits: limits)
                guard isComplete else {
                    state = .trailers(section)
                    return nil
                }
                return end(trailers: section.fields.isEmpty ? nil : section.fields)
            case .untilClose:
                guard let piece = buffer.takeBytes(upTo: Self.pieceBytes) else { return nil }
                received += piece.count
                if received > limits.bodyBytes { throw .bodyTooLarge(limit: limits.bodyBytes) }
                return .piece(piece)
            case .ended:
                return nil
            }
        }
    }

    /// The peer has closed its side: the end of a body that lasts until then, a truncation in any other.
    mutating func inputEnded() throws(HTTP1Error) -> Event {
        guard case .untilClose = state else { throw .truncated }
        return end(trailers: nil)
    }

    private mutating func end(trailers: HTTPFields?) -> Event {
        state = .ended
        return .end(trailers: trailers)
    }

    /// RFC 9112 section 7.1: `chunk-size [ chunk-ext ] CRLF`. Up to 15 hexadecimal digits, so that nothing
    /// can overflow.
    private mutating func chunkSize(
        from buffer: inout HTTP1Buffer, limits: HTTPLimits
    ) throws(HTTP1Error) -> Int? {
        guard let line = try buffer.nextLine(limit: limits.chunkLineBytes, overlong: .malformed(.chunkSize))
        else { return nil }
        var size = 0
        var index = line.lowerBound
        while index < line.upperBound, let digit = Self.hexadecimalValue(buffer.bytes[index]) {
            if index - line.lowerBound == 15 { throw .malformed(.chunkSize) }
            size = size << 4 | digit
            index += 1
        }
        if index == line.lowerBound { throw .malformed(.chunkSize) }
        if index < line.upperBound {
            extensionBytes += line.upperBound - index
            guard extensionBytes <= limits.chunkExtensionBytes else { throw .malformed(.chunkExtension) }
            try HTTP1ChunkExtension.check(buffer.bytes[index..<line.upperBound])
        }
        if size > limits.bodyBytes - received { throw .bodyTooLarge(limit: limits.bodyBytes) }
        received += size
        return size
    }

    private static func hexadecimalValue(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: nil
        }
    }
}

/// RFC 9112 section 7.1.1: `*( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )`. Checked, then
/// ignored.
enum HTTP1ChunkExtension {
    static func check(_ bytes: ArraySlice<UInt8>) throws(HTTP1Error) {
        var rest = bytes
        while !rest.isEmpty {
            skipWhiteSpace(&rest)
            guard rest.popFirst() == UInt8(ascii: ";") else { throw .malformed(.chunkExtension) }
            skipWhiteSpace(&rest)
            guard skipToken(&rest) else { throw .malformed(.chunkExtension) }
            let afterName = rest
            skipWhiteSpace(&rest)
            guard rest.first == UInt8(ascii: "=") else {
                rest = afterName
                continue
            }
            rest.removeFirst()
            skipWhiteSpace(&rest)
            let isValue = rest.first == UInt8(ascii: "\"") ? skipQuotedString(&rest) : skipToken(&rest)
            guard isValue else { throw .malformed(.chunkExtension) }
        }
    }

    private static func skipWhiteSpace(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop(while: { $0 == 0x20 || $0 == 0x09 })
    }

    private static func skipToken(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let after = rest.drop(while: HTTP1Characters.isToken)
        defer { rest = after }
        return after.startIndex > rest.startIndex
    }

    private static func skipQuotedString(_ rest: inout ArraySlice<UInt8>) -> Bool {
        rest.removeFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst(), HTTP1Characters.isText(escaped) else { return false }
            default:
                guard HTTP1Characters.isText(byte) else { return false }
            }
        }
        return false
    }
}

/// Character classes of RFC 9110 section 5.6.
enum HTTP1Characters {
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// HTAB, SP, VCHAR, obs-text.
    static func isText(_ byte: UInt8) -> Bool {
        byte == 0x09 || (byte >= 0x20 && byte != 0x7F)
    }
}
