/// The number of a US driver's licence. Each state has a form of its own and none has a check that it publishes, so a word
/// before it has to say what it is; then it is five to twenty letters, digits and dashes, and more than half of it digits.
enum DriverLicensePattern {
    static func match(at start: Int, _ bytes: Span<UInt8>) -> Int? {
        guard bytes.byte(start - 1) != UInt8(ascii: "-") || !bytes.isWord(start - 2) else { return nil }
        var end = bytes.run(from: start, atMost: 21) {
            $0.isDigit || $0.isASCIILetter || $0 == UInt8(ascii: "-")
        }
        while end > start, bytes[end - 1] == UInt8(ascii: "-") { end -= 1 }
        guard (5...20).contains(end - start), !bytes.isWord(end) else { return nil }
        var digits = 0
        var dashes = 0
        for index in start..<end {
            if bytes[index].isDigit { digits += 1 }
            if bytes[index] == UInt8(ascii: "-") { dashes += 1 }
        }
        return digits >= 4 && 2 * digits > end - start - dashes && !isDate(start..<end, dashes, bytes)
            ? end : nil
    }

    /// `2024-05-17`, `17-05-2024`.
    private static func isDate(_ range: Range<Int>, _ dashes: Int, _ bytes: Span<UInt8>) -> Bool {
        guard range.count == 10, dashes == 2 else { return false }
        let start = range.lowerBound
        return bytes[start + 4] == UInt8(ascii: "-") && bytes[start + 7] == UInt8(ascii: "-")
            || bytes[start + 2] == UInt8(ascii: "-") && bytes[start + 5] == UInt8(ascii: "-")
    }
}
