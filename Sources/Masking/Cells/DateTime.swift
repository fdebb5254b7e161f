/// A date and time of day of the proleptic Gregorian calendar, years 1 to 9999: what masks work on. The binary formats
/// count from 2000-01-01: days for date, microseconds for timestamps (manual, 8.5 "Date/Time Types").
struct DateTime: Equatable {
    var year: Int
    var month: Int
    var day: Int
    var hour = 0
    var minute = 0
    var second = 0
    var microsecond = 0

    static let microsecondsPerDay: Int64 = 86_400_000_000
    private static let daysFromYear0To2000 = 730_485

    /// Days since 2000-01-01 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    var days: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - (Self.daysFromYear0To2000 - 60)
    }

    /// Nil outside the years 1 to 9999.
    init?(days: Int) {
        guard (-730_119...2_921_939).contains(days) else { return nil }
        let shifted = days + Self.daysFromYear0To2000 - 60
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    init?(microseconds: Int64) {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: Self.microsecondsPerDay)
        let days = remainder < 0 ? quotient - 1 : quotient
        let rest = Int(remainder < 0 ? remainder + Self.microsecondsPerDay : remainder)
        guard let wholeDays = Int(exactly: days) else { return nil }
        self.init(days: wholeDays)
        hour = rest / 3_600_000_000
        minute = rest / 60_000_000 % 60
        second = rest / 1_000_000 % 60
        microsecond = rest % 1_000_000
    }

    var microseconds: Int64 {
        let time = ((Int64(hour) * 60 + Int64(minute)) * 60 + Int64(second)) * 1_000_000 + Int64(microsecond)
        return Int64(days) * Self.microsecondsPerDay + time
    }

    /// Reads `YYYY-MM-DD`, and the time behind it when `hasTime`; DateStyle ISO only. What follows is returned.
    init?(_ text: Span<UInt8>, hasTime: Bool, rest: inout Int) {
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= text.count else { return nil }
            var value = 0
            for index in range {
                guard text[index].isDigit else { return nil }
                value = 10 * value + Int(text[index] - 0x30)
            }
            return value
        }
        func isByte(_ offset: Int, _ byte: UInt8) -> Bool { offset < text.count && text[offset] == byte }
        guard let year = number(0..<4), isByte(4, 0x2d), let month = number(5..<7), isByte(7, 0x2d),
            let day = number(8..<10), year >= 1, (1...12).contains(month),
            (1...Self.length(ofMonth: month, year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        rest = 10
        guard hasTime else { return }
        guard isByte(10, 0x20), let hour = number(11..<13), isByte(13, 0x3a), let minute = number(14..<16),
            isByte(16, 0x3a), let second = number(17..<19), hour < 24, minute < 60, second < 60
        else { return nil }
        self.hour = hour
        self.minute = minute
        self.second = second
        rest = 19
        guard isByte(19, 0x2e) else { return }
        var end = 20
        while end < text.count, text[end].isDigit { end += 1 }
        guard (21...26).contains(end), let fraction = number(20..<end) else { return nil }
        var scaled = fraction
        for _ in end..<26 { scaled *= 10 }
        microsecond = scaled
        rest = end
    }

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    func appendDate(into out: inout [UInt8]) {
        Self.append(year, 4, into: &out)
        out.append(0x2d)
        Self.append(month, 2, into: &out)
        out.append(0x2d)
        Self.append(day, 2, into: &out)
    }

    func appendDateTime(into out: inout [UInt8]) {
        appendDate(into: &out)
        out.append(0x20)
        appendTime(into: &out)
    }

    func appendTime(into out: inout [UInt8]) {
        Self.append(hour, 2, into: &out)
        out.append(0x3a)
        Self.append(minute, 2, into: &out)
        out.append(0x3a)
        Self.append(second, 2, into: &out)
        guard microsecond != 0 else { return }
        out.append(0x2e)
        Self.append(microsecond, 6, into: &out)
        while out.last == 0x30 { out.removeLast() }
    }

    private static func append(_ value: Int, _ width: Int, into out: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            out.append(UInt8(truncatingIfNeeded: value / divisor % 10) + 0x30)
            divisor /= 10
        }
    }
}
