/// An addr-spec of RFC 5322 without quoted strings and literals, as people write it: at least two labels in the domain, the
/// last one of letters (or `xn--`). Bytes outside ASCII count as letters (RFC 6531).
enum EmailPattern {
    /// The address around the `@` at `index`. Lengths as RFC 5321, section 4.5.3.1.
    static func match(around index: Int, _ bytes: Span<UInt8>) -> Range<Int>? {
        var start = index
        while start > 0, index - start < 64, isLocal(bytes[start - 1]) { start -= 1 }
        // Neither a dot nor an opening quote begins the local part.
        while start < index, !bytes.isWord(start), bytes[start] != UInt8(ascii: "_") { start += 1 }
        guard start < index, bytes[index - 1] != UInt8(ascii: ".") else { return nil }
        guard let end = domain(from: index + 1, bytes) else { return nil }
        return start..<end
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "'"), UInt8(ascii: "&"), UInt8(ascii: "~"), UInt8(ascii: "#"), UInt8(ascii: "!"):
            true
        default: byte.isWordByte
        }
    }

    private static func domain(from start: Int, _ bytes: Span<UInt8>) -> Int? {
        var labelStart = start
        var end: Int?
        var labels = 0
        while labelStart - start < 253 {
            let labelEnd = bytes.run(from: labelStart, atMost: 63) {
                $0.isWordByte || $0 == UInt8(ascii: "-")
            }
            guard labelEnd > labelStart, bytes[labelStart] != UInt8(ascii: "-") else { break }
            labels += 1
            var last = labelEnd
            while last > labelStart, bytes[last - 1] == UInt8(ascii: "-") { last -= 1 }
            if labels >= 2, isTopLevel(labelStart..<last, bytes) { end = last }
            guard last == labelEnd, bytes.byte(labelEnd) == UInt8(ascii: ".") else { break }
            labelStart = labelEnd + 1
        }
        return end
    }

    private static func isTopLevel(_ label: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        guard label.count >= 2 else { return false }
        if bytes.starts(with: "xn--", at: label.lowerBound) { return true }
        for index in label where !bytes[index].isASCIILetter && bytes[index] < 0x80 { return false }
        return true
    }
}
