extension ValueMask {
    /// jsonb's binary format is a version byte, 1, and the text.
    func appendJSONB(_ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        guard format == .binary else { return appendJSON(cell, into: &out) }
        guard cell.count >= 1, cell[0] == 1 else { return false }
        out.append(1)
        return appendJSON(cell.extracting(1..<cell.count), into: &out)
    }

    /// A fixed text and a hash become a JSON string. `partial` and `tokenize` do to a single string or number what they do
    /// to the same text or number; an object or array is hidden as a whole, for its keys can be data too.
    func appendJSON(_ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        switch method {
        case .null: return false
        case .redact(let text): JSONText.appendString(text.span, into: &out)
        case .hash(let key):
            out.append(UInt8(ascii: "\""))
            appendHashText(key, cell, into: &out)
            out.append(UInt8(ascii: "\""))
        case .partial, .tokenize: return appendJSONScalar(cell, into: &out)
        }
        return true
    }

    private func appendJSONScalar(_ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        let value = JSONText.trimmed(cell)
        if let text = JSONText.string(cell.extracting(value)) {
            var masked: [UInt8] = []
            guard appendText(text.span, into: &masked) else { return false }
            JSONText.appendString(masked.span, into: &out)
            return true
        }
        if NumericCodec.isDecimal(cell.extracting(value)) {
            return appendNumeric(.text, cell.extracting(value), into: &out)
        }
        out.append(contentsOf: "\"[redacted]\"".utf8)
        return true
    }
}

/// As much of JSON's grammar (RFC 8259) as masking needs.
enum JSONText {
    /// Without white space around it.
    static func trimmed(_ text: Span<UInt8>) -> Range<Int> {
        var start = 0
        var end = text.count
        while start < end, isBlank(text[start]) { start += 1 }
        while end > start, isBlank(text[end - 1]) { end -= 1 }
        return start..<end
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }

    /// A string literal and nothing else, decoded to UTF-8; nil when it is not one.
    static func string(_ literal: Span<UInt8>) -> [UInt8]? {
        guard literal.count >= 2, literal[0] == UInt8(ascii: "\""),
            literal[literal.count - 1] == UInt8(ascii: "\"")
        else { return nil }
        return decoded(literal.extracting(1..<(literal.count - 1)))
    }

    /// What is between the quotes of a literal, decoded to UTF-8; nil when an escape is none, or a quote stands bare.
    static func decoded(_ content: Span<UInt8>) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(content.count)
        var index = 0
        while index < content.count {
            let byte = content[index]
            if byte == UInt8(ascii: "\"") { return nil }
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                index += 1
                continue
            }
            guard index + 1 < content.count else { return nil }
            index += 2
            switch content[index - 1] {
            case UInt8(ascii: "\""): out.append(UInt8(ascii: "\""))
            case UInt8(ascii: "\\"): out.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "/"): out.append(UInt8(ascii: "/"))
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0c)
            case UInt8(ascii: "n"): out.append(0x0a)
            case UInt8(ascii: "r"): out.append(0x0d)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"):
                guard let scalar = scalar(content, &index) else { return nil }
                out.append(contentsOf: String(Character(scalar)).utf8)
            default: return nil
            }
        }
        return out
    }

    /// Four hexadecimal digits at `index`, and the second half of a surrogate pair behind them.
    private static func scalar(_ content: Span<UInt8>, _ index: inout Int) -> Unicode.Scalar? {
        guard let high = unit(content, index) else { return nil }
        index += 4
        guard (0xd800...0xdbff).contains(high) else { return Unicode.Scalar(high) }
        guard index + 6 <= content.count, content[index] == UInt8(ascii: "\\"),
            content[index + 1] == UInt8(ascii: "u"),
            let low = unit(content, index + 2), (0xdc00...0xdfff).contains(low)
        else { return nil }
        index += 6
        return Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
    }

    private static func unit(_ content: Span<UInt8>, _ index: Int) -> UInt32? {
        guard index + 4 <= content.count else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = content[index + offset].hexadecimalValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Appends a literal for text in UTF-8.
    static func appendString(_ text: Span<UInt8>, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        appendContent(text, into: &out)
        out.append(UInt8(ascii: "\""))
    }

    static func appendContent(_ text: Span<UInt8>, into out: inout [UInt8]) {
        for index in 0..<text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case 0..<0x20:
                out.append(contentsOf: "\\u00".utf8)
                out.appendHexadecimal(byte)
            default: out.append(byte)
            }
        }
    }
}
