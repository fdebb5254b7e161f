/// IPv4 in dotted decimal, IPv6 as RFC 4291, section 2.2 writes it.
enum IPAddressPattern {
    static func matchIPv4(at start: Int, _ bytes: Span<UInt8>) -> Int? {
        // Not the tail of a longer dotted number, such as a version or an object identifier.
        if bytes.byte(start - 1) == UInt8(ascii: "."), bytes.byte(start - 2).isDigit { return nil }
        var index = start
        for part in 0..<4 {
            let end = bytes.run(from: index, atMost: 3) { $0.isDigit }
            guard end > index else { return nil }
            var value = 0
            for position in index..<end { value = 10 * value + Int(bytes[position] - 0x30) }
            guard value <= 255, end == index + 1 || bytes[index] != UInt8(ascii: "0") else { return nil }
            index = end
            guard part < 3 else { break }
            guard bytes.byte(index) == UInt8(ascii: ".") else { return nil }
            index += 1
        }
        if bytes.isWord(index) { return nil }
        if bytes.byte(index) == UInt8(ascii: "."), bytes.byte(index + 1).isDigit { return nil }
        return index
    }

    /// The address of which the colon at `index` is the first one: eight groups, or at least two and a `::`, one of them
    /// with a digit.
    static func matchIPv6(around colon: Int, _ bytes: Span<UInt8>) -> Range<Int>? {
        guard isGroup(bytes.byte(colon + 1)) || bytes.byte(colon + 1) == UInt8(ascii: ":") else { return nil }
        var start = colon
        while start > 0, isGroup(bytes[start - 1]) { start -= 1 }
        guard colon - start <= 4, !bytes.isWord(start - 1), bytes.byte(start - 1) != UInt8(ascii: ":") else {
            return nil
        }
        guard start < colon || bytes.byte(colon + 1) == UInt8(ascii: ":") else { return nil }
        var index = start
        var groups = 0
        var hasGap = false
        var hasDigit = false
        while true {
            let end = bytes.run(from: index, atMost: 5, isGroup)
            if end > index {
                if bytes.byte(end) == UInt8(ascii: "."), let tail = matchIPv4(at: index, bytes) {
                    groups += 2
                    hasDigit = true
                    index = tail
                    break
                }
                guard end - index <= 4 else { return nil }
                for position in index..<end where bytes[position].isDigit { hasDigit = true }
                groups += 1
                index = end
            }
            guard bytes.byte(index) == UInt8(ascii: ":") else { break }
            if bytes.byte(index + 1) == UInt8(ascii: ":") {
                guard !hasGap else { return nil }
                hasGap = true
                index += 2
            } else if isGroup(bytes.byte(index + 1)) {
                index += 1
            } else {
                break
            }
        }
        guard !bytes.isWord(index), hasDigit, hasGap ? (2...7).contains(groups) : groups == 8 else {
            return nil
        }
        return start..<index
    }

    private static func isGroup(_ byte: UInt8) -> Bool { byte.hexadecimalValue != nil }
}
