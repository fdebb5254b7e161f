extension TokenCipher {
    /// A number of as many digits, the same sign, and the same width of two, four or eight bytes, so that a value has one
    /// token in columns of every width. From 12 digits on the Luhn digit keeps its distance.
    func integer(_ value: Int64) -> Int64? {
        guard value != .min else { return nil }
        let magnitude = value.magnitude
        var token = magnitude
        repeat {
            guard let next = digits(token, isNegative: value < 0) else { return nil }
            token = next
        } while Self.width(token) != Self.width(magnitude)
        guard let result = Int64(exactly: token) else { return nil }
        return value < 0 ? -result : result
    }

    /// Which of the integer types is the first to hold it.
    private static func width(_ magnitude: UInt64) -> Int {
        switch magnitude {
        case 0...32_767: 0
        case 32_768...2_147_483_647: 1
        case 2_147_483_648...4_294_967_295: 2
        case 4_294_967_296...UInt64(Int64.max): 3
        default: 4
        }
    }

    /// One step of the walk among the numbers of as many digits.
    private func digits(_ magnitude: UInt64, isNegative: Bool) -> UInt64? {
        let text = Array((isNegative ? "-" : "").utf8) + Array(String(magnitude).utf8)
        guard let token = decimal(text) else { return nil }
        var value: UInt64 = 0
        for byte in token where byte.isDigit {
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 0x30))
            // Beyond 64 bits: a number to walk on from does not exist.
            if over || carry { return nil }
            value = sum
        }
        return value
    }

    /// The text of a numeric. Up to 18 digits without a fraction have the token of the same integer.
    func numeric(_ text: [UInt8]) -> [UInt8]? {
        if text.count <= 18, let value = IntegerCodec.parse(text.span), String(value).utf8.elementsEqual(text)
        {
            return integer(value).map { Array(String($0).utf8) }
        }
        return decimal(text)
    }

    /// Digits for digits; a leading one is 0 or not as before, the sign and the point stay.
    func decimal(_ text: [UInt8]) -> [UInt8]? {
        var digits: [UInt32] = []
        for byte in text where byte.isDigit { digits.append(UInt32(byte - 0x30)) }
        guard !digits.isEmpty, digits.count <= Self.maximumLength else { return nil }
        // A single digit may become 0, but not behind a minus, which would be lost.
        let leads = digits[0] > 0 && (digits.count > 1 || text[0] == UInt8(ascii: "-"))
        var radices = Array(repeating: UInt32(10), count: digits.count)
        if leads {
            radices[0] = 9
            digits[0] -= 1
        } else if digits.count > 1 {
            // A leading 0 stays, else the way back would not know it.
            radices[0] = 1
        }
        if (12...19).contains(digits.count), !text.contains(UInt8(ascii: ".")) {
            digits = luhnKeeping(digits, radices: radices, offset: leads ? 1 : 0)
        } else {
            permute(&digits, radices: radices, domain: .number)
        }
        if leads { digits[0] += 1 }
        var next = digits.makeIterator()
        return text.map { $0.isDigit ? UInt8(truncatingIfNeeded: next.next() ?? 0) + 0x30 : $0 }
    }

    /// A date of 1900 to 2099 stays there, another one elsewhere. Midnight stays midnight, whole seconds stay whole.
    func dateTime(_ value: DateTime) -> DateTime? {
        let recent = -36_524..<36_525
        let earliest = -730_119
        let count = 2_921_939 - earliest + 1
        var days = value.days
        if recent.contains(days) {
            days = permute(days - recent.lowerBound, below: recent.count, domain: .date) + recent.lowerBound
        } else {
            repeat {
                days = permute(days - earliest, below: count, domain: .date) + earliest
            } while recent.contains(days)
        }
        guard let date = DateTime(days: days) else { return nil }
        var result = timeOfDay(value)
        (result.year, result.month, result.day) = (date.year, date.month, date.day)
        return result
    }

    /// Another time on the same day.
    func timeOfDay(_ value: DateTime) -> DateTime {
        var result = value
        let seconds = (value.hour * 60 + value.minute) * 60 + value.second
        let token = seconds == 0 ? 0 : permute(seconds - 1, below: 86_399, domain: .time) + 1
        result.hour = token / 3_600
        result.minute = token / 60 % 60
        result.second = token % 60
        if value.microsecond != 0 {
            result.microsecond = permute(value.microsecond - 1, below: 999_999, domain: .fraction) + 1
        }
        return result
    }

    /// Other months, days and seconds where there are any; whole seconds stay whole. Nil beyond what the type is sure to hold.
    func interval(_ value: IntervalValue) -> IntervalValue? {
        /// 0 stays, and nothing else becomes 0.
        func nonZero(_ number: Int64) -> Int64? {
            guard number != 0 else { return 0 }
            var token = integer(number)
            while let next = token, next == 0 { token = integer(next) }
            return token
        }
        let (seconds, fraction) = value.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        guard seconds.magnitude < 1_000_000_000_000, let months = nonZero(Int64(value.months)),
            let days = nonZero(Int64(value.days)), let whole = nonZero(seconds),
            let tokenMonths = Int32(exactly: months), let tokenDays = Int32(exactly: days)
        else { return nil }
        var part = Int64(0)
        if fraction != 0 {
            part = Int64(permute(Int(fraction.magnitude) - 1, below: 999_999, domain: .fraction) + 1)
            if fraction < 0 { part = -part }
        }
        return IntervalValue(months: tokenMonths, days: tokenDays, microseconds: whole * 1_000_000 + part)
    }

    /// As many digits below the radix.
    func digits(_ digits: [UInt32], radix: UInt32, domain: Domain) -> [UInt32]? {
        guard digits.count <= Self.maximumLength else { return nil }
        var token = digits
        permute(&token, radices: Array(repeating: radix, count: token.count), domain: domain)
        return token
    }

    /// Other digits but for the version and the variant (RFC 9562, section 4).
    func uuid(_ bytes: [UInt8]) -> [UInt8] {
        var nibbles = bytes.flatMap { [UInt32($0 >> 4), UInt32($0 & 15)] }
        let kept = [12, 16]
        var changed = nibbles.indices.filter { !kept.contains($0) }.map { nibbles[$0] }
        permute(&changed, radices: Array(repeating: 16, count: changed.count), domain: .uuid)
        var next = changed.makeIterator()
        for index in nibbles.indices where !kept.contains(index) { nibbles[index] = next.next() ?? 0 }
        return stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
    }

    func bytes(_ bytes: [UInt8]) -> [UInt8]? {
        digits(bytes.map { UInt32($0) }, radix: 256, domain: .bytes)?.map { UInt8(truncatingIfNeeded: $0) }
    }
}
