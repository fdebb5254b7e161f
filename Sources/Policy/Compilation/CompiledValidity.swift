import APIModels

/// When a policy counts, in a form that is checked anew for each statement: time goes on while a session
/// lasts.
struct CompiledValidity: Sendable {
    private struct Window {
        let zone: TimeZoneOffsets
        /// Bit 0 is Monday.
        let days: UInt8
        let from: Int64
        /// In minutes from midnight of the day on which it starts; above 1440 when it runs into the next day.
        let to: Int64
    }

    private let notBefore: Timestamp?
    private let notAfter: Timestamp?
    private let windows: [Window]?

    /// Nil for one that always holds.
    init?(_ validity: PolicyValidity?, zones: [String: TimeZoneOffsets]) {
        guard let validity, validity != PolicyValidity() else { return nil }
        notBefore = validity.notBefore
        notAfter = validity.notAfter
        windows = validity.weekly?.compactMap { window in
            zones[window.timeZone].map { zone in
                let from = Int64(window.from.minutes)
                let to = Int64(window.to.minutes)
                let days = window.days.reduce(0 as UInt8) {
                    $0 | 1 << UInt8(Weekday.allCases.firstIndex(of: $1) ?? 0)
                }
                return Window(zone: zone, days: days, from: from, to: to > from ? to : to + 1440)
            }
        }
    }

    /// The bounds are `not_before` inclusive and `not_after` exclusive, a window's `from` and `to` likewise.
    func holds(at time: Timestamp) -> Bool {
        if let notBefore, time < notBefore { return false }
        if let notAfter, time >= notAfter { return false }
        guard let windows else { return true }
        return windows.contains { Self.isInside($0, time) }
    }

    private static func isInside(_ window: Window, _ time: Timestamp) -> Bool {
        let seconds = time.seconds
        let localMinutes = floorDivide(seconds + window.zone.secondsEast(at: seconds), 60)
        let day = floorDivide(localMinutes, 1440)
        let minute = localMinutes - day * 1440
        return starts(window, on: day) && minute >= window.from && minute < window.to
            || starts(window, on: day - 1) && minute + 1440 < window.to
    }

    /// Days are counted from 1970-01-01, a Thursday.
    private static func starts(_ window: Window, on day: Int64) -> Bool {
        let weekday = ((day + 3) % 7 + 7) % 7
        return window.days >> UInt8(weekday) & 1 == 1
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : (value + 1) / divisor - 1
    }
}
