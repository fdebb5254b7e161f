package enum Weekday: String, Hashable, Sendable, Codable, CaseIterable {
    case mon, tue, wed, thu, fri, sat, sun
}

/// A time of the day, `00:00` to `24:00`.
package struct TimeOfDay: Hashable, Sendable, Comparable, JSONText {
    package let minutes: Int

    package init(text: String) throws(InvalidValue) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count == 5, parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 24 * 60
        else { throw InvalidValue("must be a time of the day such as \"09:00\"") }
        minutes = hour * 60 + minute
    }

    package var description: String {
        let hour = minutes / 60
        let minute = minutes % 60
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    package static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.minutes < right.minutes }
    package static var placeholder: TimeOfDay { TimeOfDay(midnight: ()) }

    private init(midnight: Void) { minutes = 0 }
}

/// Some hours of some days in a named time zone. One that ends at or before its start runs into the next day.
package struct WeeklyWindow: Hashable, Sendable, Codable {
    /// The days on which it starts.
    package var days: [Weekday]
    package var from: TimeOfDay
    package var to: TimeOfDay
    /// Of the IANA time zone database: `Europe/Paris`.
    package var timeZone: String

    package init(days: [Weekday], from: TimeOfDay, to: TimeOfDay, timeZone: String) {
        self.days = days
        self.from = from
        self.to = to
        self.timeZone = timeZone
    }
}

extension WeeklyWindow: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if days.isEmpty { report(["days"], InvalidValue("must name at least one day", code: .outOfRange)) }
        if from == to { report(["to"], InvalidValue("must differ from from")) }
        if from.minutes == 24 * 60 {
            report(["from"], InvalidValue("must be before 24:00", code: .outOfRange))
        }
        if let error = TextCheck.term(timeZone) { report(["time_zone"], error) }
    }
}

/// When a policy is valid: inside the bounds and, when there are weekly windows, inside one of them.
package struct PolicyValidity: Hashable, Sendable, Codable {
    package var notBefore: Timestamp?
    package var notAfter: Timestamp?
    package var weekly: [WeeklyWindow]?

    package init(notBefore: Timestamp? = nil, notAfter: Timestamp? = nil, weekly: [WeeklyWindow]? = nil) {
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.weekly = weekly
    }
}

extension PolicyValidity: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if let notBefore, let notAfter, notAfter <= notBefore {
            report(["not_after"], InvalidValue("must be later than not_before", code: .outOfRange))
        }
        RuleMatcher.check(weekly, "weekly", maximum: PolicyLimits.weeklyWindows, report)
    }
}
