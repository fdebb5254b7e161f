/// Passwords and other secrets that have no form of their own: those of URLs and connection strings, what a name such as
/// `password=` or `"api_key":` is given, and long random words.
enum AssignedSecret {
    /// What is looked at: longer values are documents.
    private static let longest = 256

    /// The password in `scheme://user:password@host`, given the colon behind the scheme.
    static func matchURL(at colon: Int, _ bytes: Span<UInt8>) -> Range<Int>? {
        let authority = colon + 3
        let name = bytes.run(from: authority, atMost: longest) {
            isUserInformation($0) && $0 != UInt8(ascii: ":")
        }
        guard bytes.byte(name) == UInt8(ascii: ":") else { return nil }
        let end = bytes.run(from: name + 1, atMost: longest, isUserInformation)
        return end > name + 1 && bytes.byte(end) == UInt8(ascii: "@") ? (name + 1)..<end : nil
    }

    private static func isUserInformation(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != UInt8(ascii: "@") && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "\"")
            && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">")
    }

    /// What the name before the `=` or `:` at `sign` is given.
    static func match(at sign: Int, _ bytes: Span<UInt8>) -> Finding? {
        guard let detector = named(before: sign, bytes), let value = value(behind: sign, bytes) else {
            return nil
        }
        switch detector {
        case .password:
            // Behind a colon prose may follow: a password has more than small letters.
            guard value.count >= 3,
                bytes[sign] == UInt8(ascii: "=") || isQuoted(value, bytes) || !isProse(value, bytes)
            else { return nil }
        default:
            guard value.count >= 12, isMixed(value, bytes), variety(value, bytes) >= 6 else { return nil }
        }
        return Finding(detector: detector, range: value)
    }

    /// By the end of the name, since names have prefixes: `db_password`, `X-Api-Key`.
    private static func named(before sign: Int, _ bytes: Span<UInt8>) -> Detector? {
        var end = sign
        while end > 0, sign - end < 2, bytes[end - 1] == 0x20 { end -= 1 }
        if end > 0, bytes[end - 1] == UInt8(ascii: "\"") || bytes[end - 1] == UInt8(ascii: "'") { end -= 1 }
        let names: [(StaticString, Detector)]
        switch bytes.byte(end - 1) | 0x20 {
        case UInt8(ascii: "d"): names = [("password", .password), ("passwd", .password), ("pwd", .password)]
        case UInt8(ascii: "e"): names = [("passphrase", .password)]
        case UInt8(ascii: "s"): names = [("pass", .password)]
        case UInt8(ascii: "t"): names = [("secret", .secret)]
        case UInt8(ascii: "n"): names = [("token", .secret)]
        case UInt8(ascii: "y"):
            names = [
                ("api_key", .secret), ("api-key", .secret), ("apikey", .secret), ("secret_key", .secret),
                ("secretkey", .secret), ("access_key", .secret), ("accesskey", .secret),
                ("private_key", .secret),
                ("account_key", .secret), ("accountkey", .secret), ("signing_key", .secret),
                ("encryption_key", .secret),
            ]
        default: return nil
        }
        return names.first { bytes.starts(with: $0.0, ignoringCaseAt: end - $0.0.utf8CodeUnitCount) }?.1
    }

    private static func value(behind sign: Int, _ bytes: Span<UInt8>) -> Range<Int>? {
        var start = sign + 1
        // `:=`, `=>`, `==`.
        if bytes.byte(start) == UInt8(ascii: "=") || bytes.byte(start) == UInt8(ascii: ">") { start += 1 }
        start = bytes.run(from: start, atMost: 2) { $0 == 0x20 }
        let quote = bytes.byte(start)
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let end = bytes.run(from: start + 1, atMost: longest) { $0 != quote && $0 != 0x0a }
            return bytes.byte(end) == quote && end > start + 1 ? (start + 1)..<end : nil
        }
        let end = bytes.run(from: start, atMost: longest) { byte in
            byte > 0x20 && byte != UInt8(ascii: ";") && byte != UInt8(ascii: "&") && byte != UInt8(ascii: ",")
                && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'")
        }
        return end > start && end - start < longest ? start..<end : nil
    }

    private static func isQuoted(_ value: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        let before = bytes.byte(value.lowerBound - 1)
        return before == UInt8(ascii: "\"") || before == UInt8(ascii: "'")
    }

    private static func isProse(_ value: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        for index in value.dropFirst() {
            let byte = bytes[index]
            let isLast = index == value.upperBound - 1
            if !(byte >= 0x61 && byte <= 0x7a || byte >= 0x80
                || isLast && !byte.isDigit && !byte.isASCIILetter)
            {
                return false
            }
        }
        return true
    }

    private static func isMixed(_ value: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        var hasDigit = false
        var hasLetter = false
        for index in value {
            hasDigit = hasDigit || bytes[index].isDigit
            hasLetter = hasLetter || bytes[index].isASCIILetter
            // White space in quotes, and the placeholders of templates.
            if bytes[index] <= 0x20 || bytes[index] == UInt8(ascii: "{") || bytes[index] == UInt8(ascii: "<")
            {
                return false
            }
        }
        return hasDigit && hasLetter
    }

    // MARK: Random words

    /// A word of 32 to 200 characters of base64 that looks drawn by lot: small letters, capitals and digits that take turns
    /// more often than in any name, and hardly one that comes often.
    ///
    /// - Parameters:
    ///   - word: the letters and digits that it begins with.
    ///   - deadEnd: below it none begins; kept by the caller for the length of a scan.
    static func matchRandom(_ word: Range<Int>, _ bytes: Span<UInt8>, _ deadEnd: inout Int) -> Int? {
        let start = word.lowerBound
        // Nearly every word of a text ends here.
        guard word.count >= 32 || isBase64(bytes.byte(word.upperBound)), start >= deadEnd else { return nil }
        let kinds = kinds.span
        guard kinds.count == 256 else { return nil }
        var end = start
        var turns = 0
        var digits = 0
        var seen: UInt8 = 0
        var previous = CharacterKind.sign
        while end < bytes.count {
            // Sound: the index is checked against the count, and a byte is below 256.
            let kind = unsafe kinds[unchecked: Int(bytes[unchecked: end])]
            if kind == .other { break }
            turns += kind == previous ? 0 : 1
            digits += kind == .digit ? 1 : 0
            seen |= 1 << kind.rawValue
            previous = kind
            end += 1
        }
        deadEnd = end
        guard (32...200).contains(end - start), seen & CharacterKind.allThree == CharacterKind.allThree,
            digits >= 3,
            10 * turns >= 4 * (end - start), variety(start..<end, bytes) >= 15
        else { return nil }
        return bytes.run(from: end, atMost: 2) { $0 == UInt8(ascii: "=") }
    }

    private enum CharacterKind: UInt8 {
        case other, sign, digit, small, capital

        static let allThree: UInt8 = 1 << digit.rawValue | 1 << small.rawValue | 1 << capital.rawValue
    }

    /// Of each byte.
    private static let kinds: [CharacterKind] = (UInt8.min...UInt8.max).map { byte in
        switch byte {
        case 0x30...0x39: .digit
        case 0x61...0x7a: .small
        case 0x41...0x5a: .capital
        default: isBase64(byte) ? .sign : .other
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        byte.isDigit || byte.isASCIILetter || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// Of how many different characters, all as frequent, a text would repeat itself as much (Simpson's index, inverted).
    private static func variety(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Int {
        var counts = InlineArray<256, UInt16>(repeating: 0)
        for index in range { counts[Int(bytes[index])] += 1 }
        var pairs = 0
        for value in 0..<256 { pairs += Int(counts[value]) * Int(counts[value]) }
        return pairs == 0 ? 0 : range.count * range.count / pairs
    }
}
