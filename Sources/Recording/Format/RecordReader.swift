/// One record, checked for its framing and checksum; its payload is decoded on demand.
package struct Record: Sendable {
    /// Header and payload, as they were written.
    package let bytes: ArraySlice<UInt8>
    package let kind: RecordKind
    package let sequence: UInt64
    package let session: RecordSessionID
    /// What it says the hash of the record before is.
    package let previous: RecordHash

    /// SHA-256 of the record: what the next one of the session names as `previous`.
    package var hash: RecordHash { bytes.withUnsafeBytes { RecordHash(of: $0) } }

    package var payload: ArraySlice<UInt8> { bytes.dropFirst(RecordFormat.headerLength) }

    /// `bytes` is one whole record without the zeros behind it.
    package init(parsing bytes: ArraySlice<UInt8>) throws(RecordError) {
        guard bytes.count >= RecordFormat.headerLength else { throw .truncated }
        self = try bytes.withUnsafeBufferPointer { (raw) throws(RecordError) in
            try Record(bytes, UnsafeRawBufferPointer(raw))
        }
    }

    private init(_ bytes: ArraySlice<UInt8>, _ raw: UnsafeRawBufferPointer) throws(RecordError) {
        let length = Record.length(in: raw)
        guard length == raw.count, length <= RecordLimits.recordBytes else { throw .length(length) }
        let checksum = raw.loadUnaligned(fromByteOffset: RecordFormat.checksumOffset, as: UInt32.self)
        let covered = UnsafeRawBufferPointer(rebasing: raw[RecordFormat.versionOffset...])
        guard UInt32(littleEndian: checksum) == CRC32C.checksum(covered) else { throw .checksum }
        guard raw[RecordFormat.versionOffset] == RecordFormat.version else {
            throw .version(raw[RecordFormat.versionOffset])
        }
        guard let kind = RecordKind(rawValue: raw[RecordFormat.kindOffset]) else {
            throw .kind(raw[RecordFormat.kindOffset])
        }
        guard raw[RecordFormat.reservedOffset] == 0, raw[RecordFormat.reservedOffset + 1] == 0 else {
            throw .reserved
        }
        self.bytes = bytes
        self.kind = kind
        sequence = UInt64(
            littleEndian: raw.loadUnaligned(fromByteOffset: RecordFormat.sequenceOffset, as: UInt64.self))
        session = RecordSessionID(
            low: raw.loadUnaligned(fromByteOffset: RecordFormat.sessionOffset, as: UInt64.self),
            high: raw.loadUnaligned(fromByteOffset: RecordFormat.sessionOffset + 8, as: UInt64.self))
        previous = RecordHash(loadedFrom: raw, at: RecordFormat.previousOffset)
    }

    /// The length word at the beginning of `raw`, which has at least four bytes.
    static func length(in raw: UnsafeRawBufferPointer) -> Int {
        Int(
            UInt32(
                littleEndian: raw.loadUnaligned(fromByteOffset: RecordFormat.lengthOffset, as: UInt32.self)))
    }
}

/// Walks a record stream.
///
/// `next` gives nil at the end: where the bytes end, or where a length of zero stands. It throws at the first record that
/// is torn or foreign, and `offset` is then where that one begins; nothing behind it can be trusted to be aligned.
package struct RecordReader {
    private let bytes: ArraySlice<UInt8>
    /// Of the next record, from the beginning of the stream.
    package private(set) var offset = 0

    package init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    package mutating func next() throws(RecordError) -> Record? {
        let rest = bytes.dropFirst(offset)
        if rest.isEmpty { return nil }
        guard rest.count >= 4 else { throw .truncated }
        let length = rest.withUnsafeBytes { Record.length(in: $0) }
        if length == 0 { return nil }
        guard length >= RecordFormat.headerLength, length <= RecordLimits.recordBytes else {
            throw .length(length)
        }
        guard length <= rest.count else { throw .truncated }
        let record = try Record(parsing: rest.prefix(length))
        let stride = min(RecordFormat.stride(length), rest.count)
        guard rest.prefix(stride).dropFirst(length).allSatisfy({ $0 == 0 }) else { throw .reserved }
        offset += stride
        return record
    }
}
