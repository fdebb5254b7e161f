/// A cursor over the body of one message. Every read is checked against the body's end; integers are in network byte
/// order (manual, 55.6 "Message Data Types"). The body is handed to each call, so that the cursor owns nothing.
struct BodyReader {
    private(set) var offset: Int
    let end: Int

    init(_ body: Span<UInt8>, from offset: Int = 0) {
        self.offset = offset
        end = body.count
    }

    var remaining: Int { end - offset }

    mutating func uint8(_ body: Span<UInt8>) throws(WireViolation) -> UInt8 {
        guard offset < end else { throw .truncatedBody }
        defer { offset += 1 }
        return body[offset]
    }

    mutating func uint16(_ body: Span<UInt8>) throws(WireViolation) -> UInt16 {
        guard end - offset >= 2 else { throw .truncatedBody }
        defer { offset += 2 }
        return body.bigEndianUInt16(at: offset)
    }

    mutating func uint32(_ body: Span<UInt8>) throws(WireViolation) -> UInt32 {
        guard end - offset >= 4 else { throw .truncatedBody }
        defer { offset += 4 }
        return body.bigEndianUInt32(at: offset)
    }

    /// A signed 16-bit count, which may not be negative.
    mutating func count16(_ body: Span<UInt8>) throws(WireViolation) -> Int {
        let count = Int(Int16(bitPattern: try uint16(body)))
        guard count >= 0 else { throw .invalidCount(count) }
        return count
    }

    /// The bytes of a NUL-terminated string, without the NUL.
    mutating func string(_ body: Span<UInt8>) throws(WireViolation) -> Range<Int> {
        guard let terminator = body.firstNUL(from: offset) else { throw .unterminatedString }
        defer { offset = terminator + 1 }
        return offset..<terminator
    }

    mutating func skip(_ count: Int) throws(WireViolation) -> Range<Int> {
        guard count >= 0, count <= end - offset else { throw .truncatedBody }
        defer { offset += count }
        return offset..<(offset + count)
    }

    mutating func rest() -> Range<Int> {
        defer { offset = end }
        return offset..<end
    }

    func finish() throws(WireViolation) {
        guard offset == end else { throw .trailingBytes(end - offset) }
    }
}

extension Span<UInt8> {
    /// Bounds are checked by the subscripts; the compiler folds the four loads into one.
    @inlinable
    package func bigEndianUInt32(at offset: Int) -> UInt32 {
        UInt32(self[offset]) << 24 | UInt32(self[offset + 1]) << 16 | UInt32(self[offset + 2]) << 8
            | UInt32(self[offset + 3])
    }

    @inlinable
    package func bigEndianUInt16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    package func firstNUL(from start: Int) -> Int? {
        var index = start
        while index < count {
            if self[index] == 0 { return index }
            index += 1
        }
        return nil
    }

    /// Whether the bytes of `range` are those of `text`.
    package func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        var pointer = unsafe text.utf8Start
        for index in range {
            if unsafe self[index] != pointer.pointee { return false }
            unsafe pointer += 1
        }
        return true
    }

    /// A copy of the bytes of `range`.
    package func copy(_ range: Range<Int>) -> [UInt8] {
        let part = extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// The bytes of `range` as text; bytes that are not UTF-8 become U+FFFD, so it is for people and never for decisions.
    package func text(_ range: Range<Int>) -> String {
        let part = extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
