/// One method, applied to a value of any kind. Each function appends the masked value and returns true, or returns false
/// for NULL: because the method says so, the type cannot hold the mask, or the value could not be read.
struct ValueMask {
    let method: MaskMethod

    func append(
        _ kind: ValueKind, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]
    ) -> Bool {
        if case .null = method { return false }
        switch kind {
        case .text: return appendText(cell, into: &out)
        case .xml: return appendXML(cell, into: &out)
        case .boundedText(let maximum): return appendBounded(maximum, cell, into: &out)
        case .integer(let bytes, let isSigned):
            return appendInteger(IntegerCodec(bytes: bytes, isSigned: isSigned), format, cell, into: &out)
        case .numeric: return appendNumeric(format, cell, into: &out)
        case .float(let bytes): return appendFloat(bytes, format, cell, into: &out)
        case .boolean: return appendBoolean(format, into: &out)
        case .date: return appendDate(format, cell, into: &out)
        case .timestamp(let hasZone): return appendTimestamp(hasZone, format, cell, into: &out)
        case .time(let hasZone): return appendTime(hasZone, format, cell, into: &out)
        case .network(let isNetwork): return appendNetwork(isNetwork, format, cell, into: &out)
        case .hardwareAddress(let bytes): return appendHardwareAddress(bytes, format, cell, into: &out)
        case .bits: return appendBits(format, cell, into: &out)
        case .uuid: return appendUUID(format, cell, into: &out)
        case .interval: return appendInterval(format, cell, into: &out)
        case .money: return appendMoney(format, cell, into: &out)
        case .range(let bound): return appendRange(bound, format, cell, into: &out)
        case .multirange(let bound): return appendMultirange(bound, format, cell, into: &out)
        case .hstore:
            return HstoreRewriter(format: format)
                .rewrite(cell, into: &out) { value, out in appendText(value, into: &out) ? .masked : .null }
                != .null
        case .json: return appendJSON(cell, into: &out)
        case .jsonb: return appendJSONB(format, cell, into: &out)
        case .bytea: return appendBytea(format, cell, into: &out)
        case .array(let element, let elementType):
            return ArrayRewriter(element: element, elementType: elementType, format: format)
                .rewrite(cell, into: &out) { value, out in
                    append(element, format, value, into: &out) ? .masked : .null
                } != .null
        case .composite(let fields):
            return CompositeRewriter(fields: fields, format: format)
                .rewrite(cell, into: &out) { kind, value, out in
                    append(kind, format, value, into: &out) ? .masked : .null
                } != .null
        case .enumeration(let labels): return appendEnumeration(labels, cell, into: &out)
        case .opaque: return false
        }
    }

    /// A text without markup is XML content; one in the shape of the document would seldom be a document.
    private func appendXML(_ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        switch method {
        case .null, .partial, .tokenize: return false
        case .redact(let text):
            if text.contains(UInt8(ascii: "<")) || text.contains(UInt8(ascii: "&")) { return false }
            return appendText(cell, into: &out)
        case .hash: return appendText(cell, into: &out)
        }
    }

    private func appendBounded(_ maximum: Int, _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        let start = out.count
        guard appendText(cell, into: &out) else { return false }
        guard out.count - start > maximum else { return true }
        var end = start + maximum
        // Not inside a UTF-8 sequence.
        while end > start, out[end] & 0xc0 == 0x80 { end -= 1 }
        out.removeSubrange(end...)
        return true
    }

    /// The first 16 bytes of the hash in lower-case hexadecimal.
    func appendHashText(_ key: MaskKey, _ value: Span<UInt8>, into out: inout [UInt8]) {
        for byte in key.code(.hash, value).prefix(16) { out.appendHexadecimal(byte) }
    }

    /// The first eight bytes of the hash as a number.
    func hashNumber(_ key: MaskKey, _ value: Span<UInt8>) -> UInt64 {
        key.code(.hash, value).span.bigEndianUInt64(at: 0)
    }
}
