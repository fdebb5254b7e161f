import HTTPTypes

/// The field lines of one head, or of one trailer section, as they come in; and what they say about framing.
struct HTTP1FieldSection {
    private var list: [HTTPField] = []
    private(set) var host: String?
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var hasTransferEncoding = false
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false
    private(set) var expectsContinue = false
    private var byteCount = 0
    private var fieldCount = 0
    private let isTrailer: Bool

    init(isTrailer: Bool = false) {
        self.isTrailer = isTrailer
        if !isTrailer { list.reserveCapacity(HTTPFields.usualCount) }
    }

    var fields: HTTPFields { HTTPFields(list: list) }

    /// Takes lines up to the empty one. False when more bytes are needed.
    mutating func read(
        from buffer: inout HTTP1Buffer, limits: HTTPLimits
    ) throws(HTTP1Error) -> Bool {
        while let line = try buffer.nextLine(limit: limits.headerBytes - byteCount, overlong: .headTooLarge) {
            if line.isEmpty { return true }
            byteCount += line.count + 2
            fieldCount += 1
            if byteCount > limits.headerBytes { throw .headTooLarge }
            if fieldCount > limits.headerFields { throw .tooManyFields }
            try add(buffer.bytes, line)
        }
        return false
    }

    /// One field line (RFC 9112 section 5): `field-name ":" OWS field-value OWS`.
    private mutating func add(_ bytes: [UInt8], _ line: Range<Int>) throws(HTTP1Error) {
        let parsed = bytes.withUnsafeBufferPointer { memory in
            Result { () throws(HTTP1Error) in try Self.parse(UnsafeBufferPointer(rebasing: memory[line])) }
        }
        let (name, field) = try parsed.get()
        switch name.role {
        case .ordinary:
            list.append(field)
        case .contentLength:
            try setContentLength(field)
            list.append(field)
        case .host:
            if isTrailer { throw .malformed(.trailerField) }
            if host != nil { throw .malformed(.repeatedHost) }
            host = field.value
        case .transferEncoding:
            try setTransferEncoding(field)
        case .connection:
            if isTrailer { throw .malformed(.trailerField) }
            setConnection(field)
        case .expect:
            if isTrailer { throw .malformed(.trailerField) }
            guard field.value.lowercased() == "100-continue" else { throw .unknownExpectation }
            expectsContinue = true
        case .hopByHop:
            if isTrailer { throw .malformed(.trailerField) }
        }
    }

    private static func parse(
        _ line: UnsafeBufferPointer<UInt8>
    ) throws(HTTP1Error) -> (ParsedFieldName, HTTPField) {
        if isWhiteSpace(line[0]) { throw .malformed(.lineFolding) }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .malformed(.missingColon) }
        if colon > 0, isWhiteSpace(line[colon - 1]) { throw .malformed(.spaceBeforeColon) }
        guard let name = ParsedFieldName(UnsafeBufferPointer(rebasing: line[..<colon])) else {
            throw .malformed(violation(of: line[..<colon]) ?? .fieldName)
        }
        var start = colon + 1
        var end = line.count
        while start < end, isWhiteSpace(line[start]) { start += 1 }
        while end > start, isWhiteSpace(line[end - 1]) { end -= 1 }
        guard let field = HTTPField(name.name, exactly: UnsafeBufferPointer(rebasing: line[start..<end]))
        else {
            throw .malformed(violation(of: line[start..<end]) ?? .fieldValue)
        }
        return (name, field)
    }

    private static func violation(of bytes: Slice<UnsafeBufferPointer<UInt8>>) -> HTTP1Violation? {
        if bytes.contains(0x00) { return .nulByte }
        if bytes.contains(0x0D) { return .bareCarriageReturn }
        return nil
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// RFC 9112 section 6.3: one field, one number. Lists of equal numbers are refused as well.
    private mutating func setContentLength(_ field: HTTPField) throws(HTTP1Error) {
        if isTrailer { throw .malformed(.trailerField) }
        if contentLength != nil { throw .malformed(.repeatedContentLength) }
        let text = field.value.utf8
        if text.contains(UInt8(ascii: ",")) { throw .malformed(.repeatedContentLength) }
        guard !text.isEmpty, text.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(field.value)
        else {
            throw .malformed(.contentLength)
        }
        contentLength = length
    }

    private mutating func setTransferEncoding(_ field: HTTPField) throws(HTTP1Error) {
        if isTrailer { throw .malformed(.trailerField) }
        if hasTransferEncoding { throw .malformed(.transferEncoding) }
        hasTransferEncoding = true
        let codings = field.value.lowercased().split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.drop(while: { $0 == " " || $0 == "\t" }) }
        if codings == ["chunked"] {
            isChunked = true
        } else if codings.count(where: { $0.hasPrefix("chunked") }) != (codings.last == "chunked" ? 1 : 0)
            || codings.contains("")
        {
            throw .malformed(.transferEncoding)
        } else {
            throw .unsupportedTransferCoding
        }
    }

    private mutating func setConnection(_ field: HTTPField) {
        for option in field.value.lowercased().split(separator: ",") {
            switch option.drop(while: { $0 == " " || $0 == "\t" }).prefix(while: { $0 != " " && $0 != "\t" })
            {
            case "close": saysClose = true
            case "keep-alive": saysKeepAlive = true
            default: break
            }
        }
    }
}
