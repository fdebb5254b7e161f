/// A payment card number (ISO/IEC 7812): the issuer's range, the length that goes with it, and the Luhn digit. In one
/// piece, or in groups with one blank or dash between, the first of four digits.
enum CardPattern {
    /// Where the number that begins at `start` ends.
    ///
    /// - Parameter isNamed: whether a word before it says card; asked for only where that matters.
    static func match(at start: Int, _ bytes: Span<UInt8>, isNamed: () -> Bool) -> Int? {
        guard bytes[start] >= UInt8(ascii: "1"), isBoundary(before: start, bytes) else { return nil }
        var digits = InlineArray<19, UInt8>(repeating: 0)
        var count = 0
        var index = start
        var separator: UInt8 = 0
        var best: Int?
        while true {
            let group = index
            while index < bytes.count, bytes[index].isDigit {
                guard count < 19 else { return best }
                digits[count] = bytes[index] - 0x30
                count += 1
                index += 1
            }
            if group == start, index - start < 4 { return nil }
            if count >= 12, isBoundary(after: index, bytes), isCard(digits, count, isNamed) {
                best = index
            }
            // The next group of the same writing.
            let next = bytes.byte(index)
            guard next == 0x20 || next == UInt8(ascii: "-"), separator == 0 || next == separator,
                bytes.byte(index + 1).isDigit, index - group <= 7, separator != 0 || index - group == 4
            else { return best }
            separator = next
            index += 1
        }
    }

    private static func isBoundary(before start: Int, _ bytes: Span<UInt8>) -> Bool {
        let before = bytes.byte(start - 1)
        return
            !((before == UInt8(ascii: ".") || before == UInt8(ascii: "-")) && bytes.byte(start - 2).isDigit)
    }

    private static func isBoundary(after end: Int, _ bytes: Span<UInt8>) -> Bool {
        if bytes.isWord(end) { return false }
        return !(bytes.byte(end) == UInt8(ascii: ".") && bytes.byte(end + 1).isDigit)
    }

    private static func isCard(_ digits: InlineArray<19, UInt8>, _ count: Int, _ isNamed: () -> Bool) -> Bool
    {
        var prefix = 0
        for index in 0..<6 { prefix = 10 * prefix + Int(digits[index]) }
        switch issuer(prefix, length: count) {
        case .certain: return isLuhn(digits, count)
        case .shortMaestro: return isLuhn(digits, count) && isNamed()
        case .unknown: return false
        }
    }

    private enum Issuer {
        case certain
        /// Twelve to fifteen digits of Maestro: too much like any number without a word that says card.
        case shortMaestro
        case unknown
    }

    /// By the first six digits. Ranges as the networks publish them; JCB's is taken as all of 35.
    private static func issuer(_ prefix: Int, length: Int) -> Issuer {
        switch prefix / 10_000 {
        case 40...49: return length == 13 || length == 16 || length == 19 ? .certain : .unknown
        case 51...55: return length == 16 ? .certain : .unknown
        case 22...27 where (2_200...2_204).contains(prefix / 100) || (2_221...2_720).contains(prefix / 100):
            return length == 16 ? .certain : .unknown
        case 34, 37: return length == 15 ? .certain : .unknown
        case 35: return length >= 16 ? .certain : .unknown
        case 30 where (300...305).contains(prefix / 1_000) || prefix / 1_000 == 309, 36, 38, 39:
            return length == 14 || length >= 16 ? .certain : .unknown
        case 18 where prefix / 100 == 1_800, 21 where prefix / 100 == 2_131:
            return length == 15 ? .certain : .unknown
        case 60, 62, 64, 65, 81, 82: return length >= 16 ? .certain : maestro(prefix, length)
        case 50, 56, 57, 58, 61, 63, 66, 67, 68, 69: return maestro(prefix, length)
        case 97 where prefix / 100 == 9_792: return length == 16 ? .certain : .unknown
        default: return .unknown
        }
    }

    private static func maestro(_ prefix: Int, _ length: Int) -> Issuer {
        length >= 16 ? .certain : .shortMaestro
    }

    private static func isLuhn(_ digits: InlineArray<19, UInt8>, _ count: Int) -> Bool {
        var sum = 0
        for offset in 0..<count {
            let digit = Int(digits[count - 1 - offset])
            let doubled = 2 * digit
            sum += offset.isMultiple(of: 2) ? digit : (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum.isMultiple(of: 10)
    }
}
