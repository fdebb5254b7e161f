/// Writes the fields of a payload into memory that the caller lends.
///
/// A field that does not fit marks the writer as overflown and is not written: nothing is ever written past the end, and
/// the record is not committed.
package struct PayloadWriter {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count: Int
    private(set) var overflown = false

    init(_ memory: UnsafeMutableRawBufferPointer, from offset: Int) {
        self.memory = memory
        count = offset
    }

    private mutating func room(for bytes: Int) -> Bool {
        if bytes <= memory.count - count { return true }
        overflown = true
        return false
    }

    mutating func byte(_ value: UInt8) {
        guard room(for: 1) else { return }
        memory[count] = value
        count += 1
    }

    mutating func fixed(_ value: UInt64) {
        guard room(for: 8) else { return }
        memory.storeBytes(of: value.littleEndian, toByteOffset: count, as: UInt64.self)
        count += 8
    }

    mutating func varint(_ value: UInt64) {
        guard room(for: 10) else { return }
        var rest = value
        while rest >= 0x80 {
            memory[count] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            count += 1
        }
        memory[count] = UInt8(truncatingIfNeeded: rest)
        count += 1
    }

    mutating func varint(_ value: Int) { varint(UInt64(max(value, 0))) }

    mutating func time(_ value: RecordTime) { fixed(UInt64(bitPattern: value.microsecondsSinceEpoch)) }

    mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        guard room(for: bytes.count) else { return }
        guard let source = bytes.baseAddress, let target = memory.baseAddress else { return }
        (target + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    mutating func hash(_ value: RecordHash) {
        withUnsafeBytes(of: (value.word0, value.word1, value.word2, value.word3)) { raw($0) }
    }

    mutating func bytes(_ value: UnsafeRawBufferPointer) {
        varint(value.count)
        raw(value)
    }

    mutating func bytes(_ value: [UInt8]) { value.withUnsafeBytes { bytes($0) } }

    mutating func text(_ value: String) {
        var value = value
        value.withUTF8 { bytes(UnsafeRawBufferPointer($0)) }
    }

    mutating func optionalText(_ value: String?) {
        byte(value == nil ? 0 : 1)
        if let value { text(value) }
    }

    mutating func list<Element>(_ values: [Element], _ write: (inout PayloadWriter, Element) -> Void) {
        varint(values.count)
        for value in values { write(&self, value) }
    }

    mutating func texts(_ values: [String]) { list(values) { $0.text($1) } }

    /// Keeps at most `cap` bytes of `value`, and the digest of all of them when there were more.
    mutating func capped(_ value: UnsafeRawBufferPointer, cap: Int) {
        let kept = min(value.count, cap)
        varint(value.count)
        bytes(UnsafeRawBufferPointer(rebasing: value[..<kept]))
        if kept < value.count { hash(RecordHash(of: value)) }
    }

    /// The most that `capped` takes.
    static func cappedBound(_ length: Int, cap: Int) -> Int { 20 + min(length, cap) + RecordHash.length }
}
