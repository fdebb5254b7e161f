/// A telephone number: international (`+`, up to 15 digits, ITU-T E.164), North American by its grouping, and other
/// national forms where a word nearby says what they are.
enum PhonePattern {
    /// Where the number that begins at `start` ends.
    ///
    /// - Parameter isNamed: whether a word before it says what it is; asked for only where that matters.
    static func match(at start: Int, _ bytes: Span<UInt8>, isNamed: () -> Bool) -> Int? {
        let before = bytes.byte(start - 1)
        if before == UInt8(ascii: "-") || before == UInt8(ascii: ".") || before == UInt8(ascii: "/"),
            bytes.byte(start - 2).isDigit
        {
            return nil
        }
        let number = Number(at: start, bytes)
        guard number.digits >= 7, !bytes.isWord(number.end) else { return nil }
        return number.isInternational || number.isNorthAmerican || number.isNational(bytes, isNamed)
            ? number.end : nil
    }

    /// Digits in groups, as they are written.
    private struct Number {
        private(set) var digits = 0
        private(set) var end: Int
        private var hasPlus = false
        private var hasParenthesis = false
        private var groups = 0
        /// Lengths of the first eight groups.
        private var lengths = InlineArray<8, UInt8>(repeating: 0)
        private var separators: UInt8 = 0
        /// The first twelve digits.
        private var leading = InlineArray<12, UInt8>(repeating: 0)

        private static let blank: UInt8 = 1
        private static let dash: UInt8 = 2
        private static let dot: UInt8 = 4
        private static let slash: UInt8 = 8

        init(at start: Int, _ bytes: Span<UInt8>) {
            end = start
            var index = start
            hasPlus = bytes[start] == UInt8(ascii: "+")
            if hasPlus { index += 1 }
            while groups < 8, digits <= 15 {
                let open = bytes.byte(index) == UInt8(ascii: "(")
                if open {
                    guard !hasParenthesis else { break }
                    index += 1
                    if groups == 0, bytes.byte(index) == UInt8(ascii: "+") {
                        hasPlus = true
                        index += 1
                    }
                }
                let group = index
                while index < bytes.count, bytes[index].isDigit {
                    if digits < 12 { leading[digits] = bytes[index] - 0x30 }
                    digits += 1
                    index += 1
                }
                guard index > group, index - group <= 15 else { break }
                lengths[groups] = UInt8(index - group)
                groups += 1
                if open {
                    guard bytes.byte(index) == UInt8(ascii: ")"), index - group <= 5 else { break }
                    hasParenthesis = true
                    index += 1
                }
                end = index
                guard let next = separator(index, bytes) else { break }
                index = next
            }
            end = Self.withExtension(end, bytes)
        }

        /// Behind the separator at `index`, if one and then a digit or bracket stand there.
        private mutating func separator(_ index: Int, _ bytes: Span<UInt8>) -> Int? {
            var next = index
            switch bytes.byte(index) {
            case 0x20: separators |= Self.blank
            case UInt8(ascii: "-"): separators |= Self.dash
            case UInt8(ascii: "."): separators |= Self.dot
            case UInt8(ascii: "/"): separators |= Self.slash
            case UInt8(ascii: "("): return index
            default: return bytes.byte(index).isDigit ? index : nil
            }
            next += 1
            let follows = bytes.byte(next)
            return follows.isDigit || follows == UInt8(ascii: "(") ? next : nil
        }

        /// `x123`, `ext. 123` behind the number.
        private static func withExtension(_ end: Int, _ bytes: Span<UInt8>) -> Int {
            var index = bytes.byte(end) == 0x20 ? end + 1 : end
            if bytes.starts(with: "ext", at: index) {
                index = bytes.run(from: index + 3, atMost: 2) { $0 == UInt8(ascii: ".") || $0 == 0x20 }
            } else if bytes.byte(index) == UInt8(ascii: "x") {
                index += 1
            } else {
                return end
            }
            let last = bytes.run(from: index, atMost: 6) { $0.isDigit }
            return last > index && !bytes.isWord(last) ? last : end
        }

        var isInternational: Bool {
            if hasPlus { return (8...15).contains(digits) && leading[0] != 0 }
            // 00 and the country, in groups.
            return leading[0] == 0 && leading[1] == 0 && leading[2] != 0 && groups > 1
                && (10...15).contains(digits)
        }

        /// NPA-NXX-XXXX with dashes, dots or brackets, an optional 1 before it; N is 2 to 9.
        var isNorthAmerican: Bool {
            let first = digits == 11 && leading[0] == 1 && lengths[0] == 1 ? 1 : 0
            guard digits == 10 + first, groups == 3 + first, lengths[first] == 3, lengths[first + 1] == 3,
                leading[first] >= 2, leading[first + 3] >= 2
            else { return false }
            return (hasParenthesis || separators & (Self.dash | Self.dot) != 0)
                && separators & Self.slash == 0
        }

        func isNational(_ bytes: Span<UInt8>, _ isNamed: () -> Bool) -> Bool {
            guard (7...15).contains(digits), !isDate else { return false }
            return isNamed() || ContextWords.tellsPhoneBehind(end, bytes)
        }

        private var isDate: Bool {
            let century = 10 * leading[0] + leading[1]
            // 20240517: years from 1900 to 2099.
            if groups == 1 {
                return digits == 8 && (19...20).contains(century) && leading[4] <= 1 && leading[6] <= 3
            }
            guard groups == 3 else { return false }
            return lengths[0] == 4 && lengths[1] <= 2 && lengths[2] <= 2
                || lengths[0] <= 2 && lengths[1] <= 2 && lengths[2] == 4
        }
    }
}
