extension ValueMask {
    func appendUUID(_ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        var value: [UInt8] = []
        switch format {
        case .text:
            guard let parsed = Self.uuid(cell) else { return false }
            value = parsed
        case .binary:
            guard cell.count == 16 else { return false }
            value.append(cell)
        }
        guard let masked = masked(uuid: value) else { return false }
        switch format {
        case .binary: out.append(contentsOf: masked)
        case .text: Self.append(uuid: masked, into: &out)
        }
        return true
    }

    /// The 16 bytes of 32 hexadecimal digits, with or without dashes and braces, as clients write them.
    static func uuid(_ text: Span<UInt8>) -> [UInt8]? {
        var digits: [UInt8] = []
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "-"), UInt8(ascii: "{"), UInt8(ascii: "}"): continue
            case let byte:
                guard let digit = byte.hexadecimalValue, digits.count < 32 else { return nil }
                digits.append(digit)
            }
        }
        guard digits.count == 32 else { return nil }
        return stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    static func append(uuid value: [UInt8], into out: inout [UInt8]) {
        for (index, byte) in value.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { out.append(UInt8(ascii: "-")) }
            out.appendHexadecimal(byte)
        }
    }

    private func masked(uuid value: [UInt8]) -> [UInt8]? {
        switch method {
        case .null: return nil
        case .redact(let text): return Self.uuid(text.span)
        case .partial(let first, let last):
            return Self.hidingDigits(of: value, keepFirst: first, keepLast: last)
        case .hash(let key):
            var bytes = Array(key.code(.hash, value.span).prefix(16))
            // Version 8, variant 10: made by its own rule (RFC 9562, section 5.8).
            bytes[6] = bytes[6] & 0x0f | 0x80
            bytes[8] = bytes[8] & 0x3f | 0x80
            return bytes
        case .tokenize(let tokenizer): return tokenizer.uuid(value)
        }
    }

    /// Hexadecimal digits but the first and last few become 0.
    static func hidingDigits(of value: [UInt8], keepFirst first: Int, keepLast last: Int) -> [UInt8] {
        let count = 2 * value.count
        let hidesAll = first + last >= count
        func keeps(_ digit: Int) -> Bool { !hidesAll && (digit < first || digit >= count - last) }
        return value.enumerated().map { index, byte in
            (keeps(2 * index) ? byte & 0xf0 : 0) | (keeps(2 * index + 1) ? byte & 0x0f : 0)
        }
    }

    /// bytea in its hex output format, or raw in binary.
    func appendBytea(_ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        var value: [UInt8] = []
        switch format {
        case .binary: value.append(cell)
        case .text:
            guard let parsed = Self.bytea(cell) else { return false }
            value = parsed
        }
        let masked: [UInt8]
        switch method {
        case .null: return false
        case .redact(let text): masked = text
        case .partial(let first, let last):
            let hidesAll = value.count <= first + last
            masked = value.enumerated().map { index, byte in
                !hidesAll && (index < first || index >= value.count - last) ? byte : UInt8(ascii: "*")
            }
        case .hash(let key): masked = Array(key.code(.hash, value.span).prefix(16))
        case .tokenize(let tokenizer):
            guard let token = tokenizer.bytes(value) else { return false }
            masked = token
        }
        switch format {
        case .binary: out.append(contentsOf: masked)
        case .text:
            out.append(contentsOf: #"\x"#.utf8)
            for byte in masked { out.appendHexadecimal(byte) }
        }
        return true
    }

    private static func bytea(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count >= 2, text.count.isMultiple(of: 2), text[0] == UInt8(ascii: "\\"),
            text[1] == UInt8(ascii: "x")
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        for index in stride(from: 2, to: text.count, by: 2) {
            guard let high = text[index].hexadecimalValue, let low = text[index + 1].hexadecimalValue else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
