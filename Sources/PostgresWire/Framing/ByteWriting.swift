extension [UInt8] {
    @inlinable
    package mutating func appendUInt16(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    @inlinable
    package mutating func appendUInt32(_ value: UInt32) {
        append(UInt8(truncatingIfNeeded: value >> 24))
        append(UInt8(truncatingIfNeeded: value >> 16))
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// The text and a terminator. A NUL has no place in the protocol's strings; one inside the text is written as `?`,
    /// so that no text of a peer can begin a field of its own.
    package mutating func appendCString(_ text: String) {
        for byte in text.utf8 { append(byte == 0 ? UInt8(ascii: "?") : byte) }
        append(0)
    }

    /// One frame: type byte, length word, and what `body` appends.
    @inlinable
    package mutating func appendFrame(_ type: UInt8, _ body: (inout [UInt8]) -> Void) {
        append(type)
        appendLengthPrefixed(body)
    }

    /// A length word that counts itself, and what `body` appends.
    @inlinable
    package mutating func appendLengthPrefixed(_ body: (inout [UInt8]) -> Void) {
        let start = count
        appendUInt32(0)
        body(&self)
        setUInt32(UInt32(truncatingIfNeeded: count - start), at: start)
    }

    @inlinable
    package mutating func setUInt32(_ value: UInt32, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 24)
        self[offset + 1] = UInt8(truncatingIfNeeded: value >> 16)
        self[offset + 2] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 3] = UInt8(truncatingIfNeeded: value)
    }

    /// A length word and the bytes, or -1 for NULL: a parameter or a cell.
    package mutating func appendValue(_ value: [UInt8]?) {
        guard let value else { return appendUInt32(.max) }
        appendUInt32(UInt32(truncatingIfNeeded: value.count))
        append(contentsOf: value)
    }
}
