import Glibc

/// A wall-clock time as log lines show it, in UTC with milliseconds.
package struct LogTime: Sendable {
    private let secondsSinceEpoch: Int64
    private let milliseconds: Int64

    package init(secondsSinceEpoch: Int64, milliseconds: Int64) {
        self.secondsSinceEpoch = secondsSinceEpoch
        self.milliseconds = milliseconds
    }

    package static func now() -> LogTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(secondsSinceEpoch: Int64(time.tv_sec), milliseconds: Int64(time.tv_nsec / 1_000_000))
    }

    /// `2026-01-31T23:59:59.123Z`
    var rfc3339: String {
        let (year, month, day) = civilDate
        return pad(year, 4) + "-" + pad(month, 2) + "-" + pad(day, 2) + "T" + timeOfDay + "Z"
    }

    /// `23:59:59.123`
    var timeOfDay: String {
        let second = secondsSinceEpoch.modulo(86_400)
        return pad(second / 3600, 2) + ":" + pad(second / 60 % 60, 2) + ":" + pad(second % 60, 2) + "."
            + pad(milliseconds, 3)
    }

    /// Days since the epoch to a date of the proleptic Gregorian calendar, by eras of 400 years.
    private var civilDate: (year: Int64, month: Int64, day: Int64) {
        let days = (secondsSinceEpoch - secondsSinceEpoch.modulo(86_400)) / 86_400 + 719_468
        let dayOfEra = days.modulo(146_097)
        let era = (days - dayOfEra) / 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Int64 {
    /// The remainder that is never negative.
    fileprivate func modulo(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
