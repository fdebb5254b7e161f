/// A moment in UTC, to the nanosecond, from 1678 to 2262. JSON carries it as RFC 3339.
package struct Timestamp: Hashable, Sendable, Comparable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    package init(microseconds: Int64) { nanoseconds = Self.scaled(microseconds, by: 1000) }
    package init(milliseconds: Int64) { nanoseconds = Self.scaled(milliseconds, by: 1_000_000) }
    package init(seconds: Int64) { nanoseconds = Self.scaled(seconds, by: 1_000_000_000) }

    package var microseconds: Int64 { Self.floorDivide(nanoseconds, 1000) }
    package var milliseconds: Int64 { Self.floorDivide(nanoseconds, 1_000_000) }
    package var seconds: Int64 { Self.floorDivide(nanoseconds, 1_000_000_000) }

    package static let distantPast = Timestamp(nanoseconds: .min)
    package static let distantFuture = Timestamp(nanoseconds: .max)

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Later by a duration; the ends of the range hold it.
    package func advanced(by duration: Duration) -> Timestamp {
        let (sum, overflowed) = nanoseconds.addingReportingOverflow(Self.nanoseconds(of: duration))
        if overflowed { return duration < .zero ? .distantPast : .distantFuture }
        return Timestamp(nanoseconds: sum)
    }

    package func advanced(by duration: DurationText) -> Timestamp { advanced(by: duration.duration) }

    /// The time from another moment to this one.
    package func duration(since other: Timestamp) -> Duration {
        .nanoseconds(nanoseconds) - .nanoseconds(other.nanoseconds)
    }

    private static func nanoseconds(of duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflowed else { return seconds < 0 ? .min : .max }
        let (sum, tooLarge) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return tooLarge ? (seconds < 0 ? .min : .max) : sum
    }

    private static func scaled(_ value: Int64, by factor: Int64) -> Int64 {
        let (product, overflowed) = value.multipliedReportingOverflow(by: factor)
        return overflowed ? (value < 0 ? .min : .max) : product
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : (value + 1) / divisor - 1
    }
}

extension Timestamp: JSONText {
    /// RFC 3339 with `Z` or a numeric offset; up to nine digits of a second. Leap seconds are refused.
    package init(text: String) throws(InvalidValue) {
        guard let value = Timestamp.parse(Array(text.utf8)) else {
            throw InvalidValue("must be an RFC 3339 time such as 2027-01-01T00:00:00Z")
        }
        self = value
    }

    private static func parse(_ text: [UInt8]) -> Timestamp? {
        var reader = DigitReader(text)
        guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2),
            reader.take("-"),
            let day = reader.number(digits: 2), reader.take("T", "t"), let hour = reader.number(digits: 2),
            reader.take(":"), let minute = reader.number(digits: 2), reader.take(":"),
            let second = reader.number(digits: 2), hour < 24, minute < 60, second < 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        guard let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd else {
            return nil
        }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        let (scaled, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, tooLarge) = scaled.addingReportingOverflow(fraction)
        return overflowed || tooLarge ? nil : Timestamp(nanoseconds: sum)
    }

    /// In UTC, with as many digits of the second as there are: `2027-01-01T00:00:00Z`,
    /// `2027-01-01T00:00:00.25Z`.
    package var description: String {
        let days = Self.floorDivide(seconds, 86_400)
        let date = CivilDate(daysSince1970: days)
        let time = seconds - days * 86_400
        let remainder = nanoseconds % 1_000_000_000
        let fraction = remainder < 0 ? remainder + 1_000_000_000 : remainder
        var text = "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))T"
        text +=
            "\(Self.padded(time / 3600, 2)):\(Self.padded(time / 60 % 60, 2)):\(Self.padded(time % 60, 2))"
        if fraction != 0 {
            var digits = Self.padded(fraction, 9)
            while digits.hasSuffix("0") { digits.removeLast() }
            text += ".\(digits)"
        }
        return text + "Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    package static var placeholder: Timestamp { Timestamp(nanoseconds: 0) }
}

private struct DigitReader {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    mutating func take(_ choices: Unicode.Scalar...) -> Bool {
        guard position < text.count, choices.contains(Unicode.Scalar(text[position])) else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard position < text.count, (0x30...0x39).contains(text[position]) else { return nil }
        defer { position += 1 }
        return Int64(text[position]) - 0x30
    }

    mutating func number(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Nanoseconds; 0 when there is no fraction, nil when it is malformed.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        var value: Int64 = 0
        var count = 0
        while let digit = digit() {
            guard count < 9 else { return nil }
            value = value * 10 + digit
            count += 1
        }
        guard count > 0 else { return nil }
        while count < 9 {
            value *= 10
            count += 1
        }
        return value
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int64? {
        if take("Z", "z") { return 0 }
        let sign: Int64
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), take(":"), let minutes = number(digits: 2), hours < 24,
            minutes < 60
        else {
            return nil
        }
        return sign * (hours * 3600 + minutes * 60)
    }
}
