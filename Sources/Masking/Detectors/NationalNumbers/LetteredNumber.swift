/// National numbers that have letters in them. Where letters check the digits, in capitals as they are printed.
enum LetteredNumber {
    /// A number that begins with the letter at `start`, whose word ends at `end`.
    static func match(word range: Range<Int>, _ bytes: Span<UInt8>) -> Finding? {
        let start = range.lowerBound
        guard !bytes.continuesNumber(before: start) else { return nil }
        let detector: Detector? =
            switch range.count {
            case 9: nineLetters(start, bytes)
            case 10: isIndianPAN(start, bytes) ? .inPAN : nil
            case 16: isCodiceFiscale(start, bytes) ? .itCF : nil
            case 18: isCURP(start, bytes) ? .mxCURP : nil
            default: nil
            }
        guard let detector else { return spacedNINO(range, bytes) }
        return bytes.continuesNumber(after: range.upperBound)
            ? nil : Finding(detector: detector, range: range)
    }

    /// A number that begins with the digits from `start` to `digits`.
    static func match(
        digits range: Range<Int>, _ bytes: Span<UInt8>, enabled: UInt64, context: () -> UInt64
    ) -> Finding? {
        guard !bytes.continuesNumber(before: range.lowerBound) else { return nil }
        let start = range.lowerBound
        func found(_ detector: Detector, _ end: Int) -> Finding? {
            detector.bit & enabled != 0 && !bytes.continuesNumber(after: end)
                ? Finding(detector: detector, range: start..<end) : nil
        }
        switch range.count {
        case 6:
            if isCorsican(start, bytes) { return found(.frNIR, start + 15) }
            return isHETU(start, bytes) ? found(.fiHETU, start + 11) : nil
        case 7:
            guard let end = endOfPPS(start, bytes), context() & Detector.iePPS.bit != 0 else { return nil }
            return found(.iePPS, end)
        case 8:
            let letter = range.upperBound + (bytes.byte(range.upperBound) == UInt8(ascii: "-") ? 1 : 0)
            return isSpanish(number(range, bytes), bytes.byte(letter)) ? found(.esDNI, letter + 1) : nil
        case 17: return isChinese(start, bytes) ? found(.cnID, start + 18) : nil
        default: return nil
        }
    }

    // MARK: Nine characters

    private static func nineLetters(_ start: Int, _ bytes: Span<UInt8>) -> Detector? {
        if isNINOPrefix(bytes[start], bytes[start + 1]), areDigits(start + 2, 6, bytes),
            (UInt8(ascii: "A")...UInt8(ascii: "D")).contains(bytes[start + 8])
        {
            return .ukNINO
        }
        guard areDigits(start + 1, 7, bytes), isCapital(bytes[start + 8]) else { return nil }
        if bytes[start] >= UInt8(ascii: "X"), bytes[start] <= UInt8(ascii: "Z") {
            let prefixed = Int(bytes[start] - UInt8(ascii: "X")) * 10_000_000
            let number = prefixed + number((start + 1)..<(start + 8), bytes)
            return isSpanish(number, bytes[start + 8]) ? .esNIE : nil
        }
        return isNRIC(start, bytes) ? .sgNRIC : nil
    }

    /// HM Revenue & Customs, NIM39110: two letters, six digits, A to D.
    private static func isNINOPrefix(_ first: UInt8, _ second: UInt8) -> Bool {
        guard isCapital(first), isCapital(second) else { return false }
        switch first {
        case UInt8(ascii: "D"), UInt8(ascii: "F"), UInt8(ascii: "I"), UInt8(ascii: "Q"), UInt8(ascii: "U"),
            UInt8(ascii: "V"):
            return false
        default: break
        }
        switch second {
        case UInt8(ascii: "D"), UInt8(ascii: "F"), UInt8(ascii: "I"), UInt8(ascii: "O"), UInt8(ascii: "Q"),
            UInt8(ascii: "U"), UInt8(ascii: "V"):
            return false
        default: break
        }
        let unused: [StaticString] = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"]
        // Sound: each literal has two bytes.
        return !unused.contains { unsafe $0.utf8Start[0] == first && $0.utf8Start[1] == second }
    }

    /// `AB 12 34 56 C`.
    private static func spacedNINO(_ word: Range<Int>, _ bytes: Span<UInt8>) -> Finding? {
        let start = word.lowerBound
        guard word.count == 2, bytes.byte(start + 2) == 0x20, isNINOPrefix(bytes[start], bytes[start + 1])
        else {
            return nil
        }
        for pair in 0..<3 {
            guard bytes.byte(start + 2 + 3 * pair) == 0x20, areDigits(start + 3 + 3 * pair, 2, bytes) else {
                return nil
            }
        }
        guard bytes.byte(start + 11) == 0x20,
            (UInt8(ascii: "A")...UInt8(ascii: "D")).contains(bytes.byte(start + 12)),
            !bytes.continuesNumber(after: start + 13)
        else { return nil }
        return Finding(detector: .ukNINO, range: start..<(start + 13))
    }

    /// Singapore: a letter for the century or status, seven digits, a check letter.
    private static func isNRIC(_ start: Int, _ bytes: Span<UInt8>) -> Bool {
        let weights = [2, 7, 6, 5, 4, 3, 2]
        var sum = 0
        for index in 0..<7 { sum += weights[index] * Int(bytes[start + 1 + index] - 0x30) }
        let letters: StaticString
        switch bytes[start] {
        case UInt8(ascii: "S"): letters = "JZIHGFEDCBA"
        case UInt8(ascii: "T"):
            sum += 4
            letters = "JZIHGFEDCBA"
        case UInt8(ascii: "F"): letters = "XWUTRQPNMLK"
        case UInt8(ascii: "G"):
            sum += 4
            letters = "XWUTRQPNMLK"
        case UInt8(ascii: "M"):
            sum += 3
            letters = "KLJNPQRTUWX"
        default: return false
        }
        let index = bytes[start] == UInt8(ascii: "M") ? 10 - sum % 11 : sum % 11
        return letter(index, of: letters) == bytes[start + 8]
    }

    // MARK: Others

    /// The fourth letter says what kind of holder it is; there is no published check.
    private static func isIndianPAN(_ start: Int, _ bytes: Span<UInt8>) -> Bool {
        guard areCapitals(start, 5, bytes), areDigits(start + 5, 4, bytes), isCapital(bytes[start + 9]) else {
            return false
        }
        switch bytes[start + 3] {
        case UInt8(ascii: "A"), UInt8(ascii: "B"), UInt8(ascii: "C"), UInt8(ascii: "F"), UInt8(ascii: "G"),
            UInt8(ascii: "H"), UInt8(ascii: "J"), UInt8(ascii: "L"), UInt8(ascii: "P"), UInt8(ascii: "T"):
            return true
        default: return false
        }
    }

    /// Decreto ministeriale 23 dicembre 1976. Digits may stand as letters (omocodia).
    private static func isCodiceFiscale(_ start: Int, _ bytes: Span<UInt8>) -> Bool {
        guard areCapitals(start, 6, bytes), isCapital(bytes[start + 8]), isCapital(bytes[start + 11]),
            isCapital(bytes[start + 15])
        else { return false }
        let odd = [
            1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
        ]
        var sum = 0
        for position in 0..<15 {
            let byte = bytes[start + position]
            guard byte.isDigit || isCapital(byte) else { return false }
            let value = Int(byte.isDigit ? byte - 0x30 : byte - 0x41)
            sum += position.isMultiple(of: 2) ? odd[value] : value
        }
        return sum % 26 == Int(bytes[start + 15] - 0x41)
    }

    /// Mexico: four letters, the date of birth, H, M or X, five letters, two characters, the last a check digit.
    private static func isCURP(_ start: Int, _ bytes: Span<UInt8>) -> Bool {
        guard areCapitals(start, 4, bytes), areDigits(start + 4, 6, bytes), areCapitals(start + 10, 6, bytes),
            bytes[start + 17].isDigit
        else { return false }
        var sum = 0
        for position in 0..<17 {
            let byte = bytes[start + position]
            guard byte.isDigit || isCapital(byte) else { return false }
            // The alphabet has an Ñ behind the N.
            let value =
                byte.isDigit ? Int(byte) - 0x30 : Int(byte) - 0x41 + (byte > UInt8(ascii: "N") ? 11 : 10)
            sum += value * (18 - position)
        }
        return (10 - sum % 10) % 10 == Int(bytes[start + 17] - 0x30)
    }

    private static func isSpanish(_ number: Int, _ byte: UInt8) -> Bool {
        letter(number % 23, of: "TRWAGMYFPDXBNJZSQVHLCKE") == byte
    }

    /// Finland: date of birth, a sign for the century, three digits, a check character.
    private static func isHETU(_ start: Int, _ bytes: Span<UInt8>) -> Bool {
        guard areDigits(start + 7, 3, bytes) else { return false }
        switch bytes.byte(start + 6) {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "U")...UInt8(ascii: "Y"):
            break
        default: return false
        }
        let day = number(start..<(start + 2), bytes)
        let month = number((start + 2)..<(start + 4), bytes)
        let whole = 1_000 * number(start..<(start + 6), bytes) + number((start + 7)..<(start + 10), bytes)
        return NationalNumber.isDay(day, month: month)
            && letter(whole % 31, of: "0123456789ABCDEFHJKLMNPRSTUVWXY") == bytes.byte(start + 10)
    }

    /// A French NIR of Corsica, whose department is 2A or 2B; for the check they count as 19 and 18.
    private static func isCorsican(_ start: Int, _ bytes: Span<UInt8>) -> Bool {
        let letter = bytes.byte(start + 6)
        guard bytes[start] == UInt8(ascii: "1") || bytes[start] == UInt8(ascii: "2"),
            bytes[start + 5] == UInt8(ascii: "2"),
            letter == UInt8(ascii: "A") || letter == UInt8(ascii: "B"), areDigits(start + 7, 8, bytes)
        else { return false }
        let department = letter == UInt8(ascii: "A") ? 19 : 18
        let head = number(start..<(start + 5), bytes) * 100 + department
        let whole = head * 1_000_000 + number((start + 7)..<(start + 13), bytes)
        return 97 - whole % 97 == number((start + 13)..<(start + 15), bytes)
    }

    /// Ireland: seven digits, a check letter, and since 2013 a second letter.
    private static func endOfPPS(_ start: Int, _ bytes: Span<UInt8>) -> Int? {
        let second = bytes.byte(start + 8)
        let extra = isCapital(second) ? Int(second - 0x40) : 0
        var sum = 9 * extra
        for index in 0..<7 { sum += (8 - index) * Int(bytes[start + index] - 0x30) }
        guard letter(sum % 23, of: "WABCDEFGHIJKLMNOPQRSTUV") == bytes.byte(start + 7) else { return nil }
        return start + (extra == 0 ? 8 : 9)
    }

    /// GB 11643-1999 with an X, which is 10, as its check character.
    private static func isChinese(_ start: Int, _ bytes: Span<UInt8>) -> Bool {
        guard bytes.byte(start + 17) | 0x20 == UInt8(ascii: "x") else { return false }
        var sum = 10
        for (index, weight) in NationalNumber.chineseWeights.enumerated() {
            sum += weight * Int(bytes[start + index] - 0x30)
        }
        return sum % 11 == 1
            && NationalNumber.isDay(
                number((start + 12)..<(start + 14), bytes), month: number((start + 10)..<(start + 12), bytes))
    }

    // MARK: Characters

    private static func isCapital(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5a }

    private static func areCapitals(_ start: Int, _ count: Int, _ bytes: Span<UInt8>) -> Bool {
        bytes.run(from: start, atMost: count, isCapital) == start + count
    }

    private static func areDigits(_ start: Int, _ count: Int, _ bytes: Span<UInt8>) -> Bool {
        bytes.run(from: start, atMost: count) { $0.isDigit } == start + count
    }

    private static func number(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Int {
        range.reduce(0) { 10 * $0 + Int(bytes[$1] - 0x30) }
    }

    private static func letter(_ index: Int, of letters: StaticString) -> UInt8 {
        // Sound: the index is checked against the literal's length.
        index < letters.utf8CodeUnitCount ? unsafe letters.utf8Start[index] : 0
    }
}
