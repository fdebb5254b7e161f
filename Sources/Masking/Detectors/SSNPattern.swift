/// A US Social Security number: area (not 000, 666, 900 and up), group (not 00), serial (not 0000). With dashes it speaks
/// for itself; with blanks, or in one piece, a word before it has to.
enum SSNPattern {
    /// Where the number that begins at `start` ends.
    ///
    /// - Parameter isNamed: whether a word before it says what it is; asked for only where that matters.
    static func match(at start: Int, _ bytes: Span<UInt8>, isNamed: () -> Bool) -> Int? {
        let first = bytes.run(from: start, atMost: 10) { $0.isDigit }
        let separator = bytes.byte(first)
        let end: Int
        if first == start + 3, separator == UInt8(ascii: "-") || separator == 0x20 {
            end = start + 11
            guard bytes.count >= end, isDigits(start + 4, 2, bytes), bytes[start + 6] == separator,
                isDigits(start + 7, 4, bytes)
            else { return nil }
        } else if first == start + 9 {
            end = first
        } else {
            return nil
        }
        guard isStandalone(start..<end, bytes), isAssignable(start..<end, bytes) else { return nil }
        if separator == UInt8(ascii: "-"), first == start + 3 { return end }
        return isNamed() ? end : nil
    }

    private static func isDigits(_ start: Int, _ count: Int, _ bytes: Span<UInt8>) -> Bool {
        bytes.run(from: start, atMost: count) { $0.isDigit } == start + count
    }

    private static func isStandalone(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        let before = bytes.byte(range.lowerBound - 1)
        let after = bytes.byte(range.upperBound)
        if bytes.isWord(range.upperBound) || bytes.isWord(range.lowerBound - 1) { return false }
        if before == UInt8(ascii: "-") || before == UInt8(ascii: "."),
            bytes.byte(range.lowerBound - 2).isDigit
        {
            return false
        }
        return
            !((after == UInt8(ascii: "-") || after == UInt8(ascii: "."))
            && bytes.byte(range.upperBound + 1).isDigit)
    }

    private static func isAssignable(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        var number = 0
        for index in range where bytes[index].isDigit { number = 10 * number + Int(bytes[index] - 0x30) }
        let area = number / 1_000_000
        return area != 0 && area != 666 && area < 900 && number / 10_000 % 100 != 0 && number % 10_000 != 0
    }
}
