extension Span<UInt8> {
    /// The first position from `start` on where `table` has true, or the count. `table` has 256 entries.
    func firstIndex(from start: Int, in table: Span<Bool>) -> Int {
        guard table.count == 256 else { return start }
        var index = start
        // Sound: the index is checked against the count, and a byte is below 256.
        while index < count, unsafe !table[unchecked: Int(self[unchecked: index])] { index += 1 }
        return index
    }

    /// All but the carriage return that ends the lines of some clients' files.
    var lineRange: Range<Int> { 0..<(count > 0 && self[count - 1] == 0x0d ? count - 1 : count) }

    func bigEndianUInt16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    func bigEndianUInt32(at offset: Int) -> UInt32 {
        UInt32(self[offset]) << 24 | UInt32(self[offset + 1]) << 16 | UInt32(self[offset + 2]) << 8
            | UInt32(self[offset + 3])
    }

    func bigEndianUInt64(at offset: Int) -> UInt64 {
        UInt64(bigEndianUInt32(at: offset)) << 32 | UInt64(bigEndianUInt32(at: offset + 4))
    }

    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        // Sound: the pointer lives for the call only, and the array is not the one it points into (exclusivity).
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    mutating func appendBigEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        // Sound: the bytes of an integer, which has no padding, read while it lives.
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { unsafe append(contentsOf: $0) }
    }

    mutating func setBigEndian(_ value: UInt32, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 24)
        self[offset + 1] = UInt8(truncatingIfNeeded: value >> 16)
        self[offset + 2] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 3] = UInt8(truncatingIfNeeded: value)
    }
}
