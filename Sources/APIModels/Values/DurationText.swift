/// A span of time as people write it in JSON: `"30s"`, `"15m"`, `"1h30m"`, `"7d"`, `"250ms"`. Never negative.
package struct DurationText: Hashable, Sendable, Comparable {
    package let milliseconds: Int64

    /// The longest that can be written: ten years. What a field permits may be less.
    package static let longest = DurationText(milliseconds: 3650 * 86_400_000)

    private init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Rounded down to milliseconds and held between zero and `longest`.
    package init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let held = min(max(seconds, 0), Self.longest.milliseconds / 1000)
        let rest = seconds < 0 || held < seconds ? 0 : max(0, attoseconds / 1_000_000_000_000_000)
        milliseconds = held * 1000 + rest
    }

    package var duration: Duration { .milliseconds(milliseconds) }
    package var seconds: Int64 { milliseconds / 1000 }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    package static func days(_ count: Int64) -> Self { Self(.seconds(count * 86_400)) }
    package static func hours(_ count: Int64) -> Self { Self(.seconds(count * 3600)) }
    package static func minutes(_ count: Int64) -> Self { Self(.seconds(count * 60)) }
    package static func seconds(_ count: Int64) -> Self { Self(.seconds(count)) }
    package static func milliseconds(_ count: Int64) -> Self { Self(.milliseconds(count)) }
}

extension DurationText: JSONText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Units come largest first, each at most once, each with a whole number.
    package init(text: String) throws(InvalidValue) {
        let malformed = InvalidValue("must be a duration such as \"30s\", \"15m\" or \"1h30m\"")
        var rest = text[...]
        var units = Self.units[...]
        var total: Int64 = 0
        guard !text.isEmpty, text.utf8.count <= 32 else { throw malformed }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let unit = rest.dropFirst(digits.count).prefix { $0.isASCII && $0.isLetter }
            guard let count = Int64(digits), let index = units.firstIndex(where: { $0.name == unit }) else {
                throw malformed
            }
            let (part, overflowed) = count.multipliedReportingOverflow(by: units[index].milliseconds)
            guard !overflowed, part <= Self.longest.milliseconds - total else {
                throw InvalidValue("must be at most ten years", code: .outOfRange)
            }
            total += part
            units = units[(index + 1)...]
            rest = rest.dropFirst(digits.count + unit.count)
        }
        milliseconds = total
    }

    package var description: String {
        guard milliseconds > 0 else { return "0s" }
        var rest = milliseconds
        var text = ""
        // Days are written as hours: "24h" is how the configuration of access spells a day.
        for unit in Self.units.dropFirst() where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }

    package static var placeholder: DurationText { .seconds(1) }
}
