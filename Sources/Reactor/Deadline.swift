internal import Glibc

/// A point on the monotonic clock by which something must have happened.
package struct Deadline: Sendable, Comparable {
    /// Nanoseconds of CLOCK_MONOTONIC.
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// A deadline that never passes.
    package static let never = Deadline(nanoseconds: .max)

    /// The deadline `duration` from now; a negative duration has passed already.
    package static func after(_ duration: Duration) -> Deadline {
        let (sum, overflow) = monotonicNanoseconds().addingReportingOverflow(duration.wholeNanoseconds)
        return overflow ? .never : Deadline(nanoseconds: sum)
    }

    package var isNever: Bool { nanoseconds == .max }

    /// The time that is left, zero once passed.
    package var remaining: Duration {
        let now = monotonicNanoseconds()
        return .nanoseconds(Int64(clamping: nanoseconds > now ? nanoseconds - now : 0))
    }

    /// The deadline of the first of `parts` equal parts of the time that is left.
    func share(of parts: Int) -> Deadline {
        isNever ? .never : .after(remaining / max(1, parts))
    }

    package static func < (left: Deadline, right: Deadline) -> Bool { left.nanoseconds < right.nanoseconds }
}

/// CLOCK_MONOTONIC in nanoseconds.
package func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}

extension Duration {
    /// Nanoseconds, zero for a negative duration, saturating.
    package var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole &+ UInt64(attoseconds / 1_000_000_000)
    }
}
