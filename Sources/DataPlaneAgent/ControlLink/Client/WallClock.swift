import APIModels
import Glibc

extension Timestamp {
    /// The time of the system's clock.
    static var now: Timestamp { read(CLOCK_REALTIME) }

    /// The same as of the kernel's last tick, at most some milliseconds ago: for what is asked with each statement.
    static var coarseNow: Timestamp { read(CLOCK_REALTIME_COARSE) }

    private static func read(_ clock: clockid_t) -> Timestamp {
        var time = timespec()
        clock_gettime(clock, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
