/// Reads the fields of a payload: every length is checked before it is used, nothing is read past the end.
package struct PayloadReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    mutating func byte(_ field: String) throws(RecordError) -> UInt8 {
        guard position < bytes.endIndex else { throw .payload(field: field) }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func flag(_ field: String) throws(RecordError) -> Bool {
        switch try byte(field) {
        case 0: return false
        case 1: return true
        default: throw .payload(field: field)
        }
    }

    mutating func fixed(_ field: String) throws(RecordError) -> UInt64 {
        let raw = try self.raw(8, field)
        return raw.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }

    /// Only the shortest form of a number is one, so that equal records have equal bytes.
    mutating func varint(_ field: String) throws(RecordError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let byte = try self.byte(field)
            if shift == 63, byte > 1 { throw .payload(field: field) }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                if byte == 0, shift > 0 { throw .payload(field: field) }
                return value
            }
        }
        throw .payload(field: field)
    }

    /// A length or count, which cannot be more than the bytes that are left.
    mutating func length(_ field: String) throws(RecordError) -> Int {
        let value = try varint(field)
        guard value <= UInt64(remaining) else { throw .payload(field: field) }
        return Int(value)
    }

    mutating func time(_ field: String) throws(RecordError) -> RecordTime {
        RecordTime(microsecondsSinceEpoch: Int64(bitPattern: try fixed(field)))
    }

    mutating func raw(_ count: Int, _ field: String) throws(RecordError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw .payload(field: field) }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func hash(_ field: String) throws(RecordError) -> RecordHash {
        guard let hash = RecordHash(bytes: try raw(RecordHash.length, field)) else {
            throw .payload(field: field)
        }
        return hash
    }

    mutating func bytes(_ field: String) throws(RecordError) -> [UInt8] {
        let length = try self.length(field)
        return [UInt8](try raw(length, field))
    }

    mutating func text(_ field: String) throws(RecordError) -> String {
        let length = try self.length(field)
        guard let text = String(validating: try raw(length, field), as: UTF8.self) else {
            throw .payload(field: field)
        }
        return text
    }

    mutating func optionalText(_ field: String) throws(RecordError) -> String? {
        try flag(field) ? try text(field) : nil
    }

    mutating func list<Element>(
        _ field: String, _ read: (inout PayloadReader) throws(RecordError) -> Element
    ) throws(RecordError) -> [Element] {
        let count = try length(field)
        var elements: [Element] = []
        elements.reserveCapacity(min(count, 64))
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    mutating func texts(_ field: String) throws(RecordError) -> [String] {
        try list(field) { (reader) throws(RecordError) in try reader.text(field) }
    }

    mutating func capped(_ field: String) throws(RecordError) -> CappedBytes {
        let total = try varint(field)
        let kept = try bytes(field)
        guard UInt64(kept.count) <= total else { throw .payload(field: field) }
        let digest = UInt64(kept.count) < total ? try hash(field) : nil
        return CappedBytes(kept: kept, totalBytes: total, digest: digest)
    }

    /// To be called behind the last field.
    func finish() throws(RecordError) {
        guard remaining == 0 else { throw .payload(field: "end") }
    }
}

/// The beginning of some bytes, and the digest of all of them when there were more than are kept.
package struct CappedBytes: Hashable, Sendable {
    package let kept: [UInt8]
    package let totalBytes: UInt64
    /// SHA-256 of all bytes; nil when all are kept.
    package let digest: RecordHash?

    package var isTruncated: Bool { digest != nil }
}
