extension DigitWriting {
    /// The digits times their weights.
    func sum(_ weights: [Int]) -> Int {
        var sum = 0
        for index in weights.indices { sum += weights[index] * self[index] }
        return sum
    }
}

extension NationalNumber {
    /// GB 11643-1999, by ISO/IEC 7064, MOD 11-2.
    static let chineseWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

    static func isDay(_ day: Int, month: Int) -> Bool {
        switch month {
        case 1, 3, 5, 7, 8, 10, 12: (1...31).contains(day)
        case 4, 6, 9, 11: (1...30).contains(day)
        case 2: (1...29).contains(day)
        default: false
        }
    }

    static func isLuhn(_ digits: DigitWriting, _ range: Range<Int>) -> Bool {
        var sum = 0
        for index in range {
            let isDoubled = (range.upperBound - index).isMultiple(of: 2)
            let digit = isDoubled ? 2 * digits[index] : digits[index]
            sum += digit > 9 ? digit - 9 : digit
        }
        return sum.isMultiple(of: 10)
    }

    /// ISO/IEC 7064, MOD 11,10.
    static func isModulo11And10(_ digits: DigitWriting, _ count: Int) -> Bool {
        var product = 10
        for index in 0..<(count - 1) {
            let sum = (digits[index] + product) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return (11 - product) % 10 == digits[count - 1]
    }

    /// Of the first ten digits one comes two or three times, and no other one more than once.
    static func hasOneRepeatedDigit(_ digits: DigitWriting) -> Bool {
        var counts = InlineArray<10, Int>(repeating: 0)
        for index in 0..<10 { counts[digits[index]] += 1 }
        var repeated = 0
        for digit in 0..<10 where counts[digit] > 1 {
            guard counts[digit] <= 3 else { return false }
            repeated += 1
        }
        return repeated == 1
    }

    static func allSame(_ digits: DigitWriting, _ count: Int) -> Bool {
        (1..<count).allSatisfy { digits[$0] == digits[0] }
    }

    /// The check digit behind as many digits as there are weights.
    static func isBrazilian(_ digits: DigitWriting, _ weights: [Int]) -> Bool {
        let rest = digits.sum(weights) % 11
        return digits[weights.count] == (rest < 2 ? 0 : 11 - rest)
    }

    /// Year, month and day (60 more for a coordination number), three digits and Luhn's.
    static func isPersonnummer(_ digits: DigitWriting, from start: Int) -> Bool {
        isDay(digits.number((start + 4)..<(start + 6)) % 60, month: digits.number((start + 2)..<(start + 4)))
            && isLuhn(digits, start..<(start + 10))
    }

    /// J. Verhoeff, "Error detecting decimal codes", 1969: the dihedral group of order ten.
    static func isVerhoeff(_ digits: DigitWriting, _ count: Int) -> Bool {
        var check = 0
        for position in 0..<count {
            var digit = digits[count - 1 - position]
            for _ in 0..<(position % 8) { digit = permutation[digit] }
            check = product(check, digit)
        }
        return check == 0
    }

    private static let permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

    private static func product(_ left: Int, _ right: Int) -> Int {
        switch (left < 5, right < 5) {
        case (true, true): (left + right) % 5
        case (true, false): (left + right - 5) % 5 + 5
        case (false, true): (left - 5 - right + 5) % 5 + 5
        case (false, false): (left - right + 5) % 5
        }
    }
}
