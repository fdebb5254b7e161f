internal import Glibc
internal import Reactor

/// A wait that does not fall asleep where what it waits for comes within microseconds.
///
/// Between a statement and its inspection three threads hand over to each other, and an idle virtual machine takes some 10 µs
/// to wake one. So a wait polls first, but only if the one before it was as short as polling may be: texts that come now and
/// then cost no CPU. While it polls it gives way to whoever else wants the core.
struct BriefWait {
    private static let nanoseconds: UInt64 = 100_000
    private var lastWasBrief = false

    /// Returns when `polling` has returned true, which it is asked at least once, or `asleep` has come back.
    mutating func end(polling: () -> Bool, asleep: () -> Void) {
        if polling() { return }
        let began = monotonicNanoseconds()
        defer { lastWasBrief = monotonicNanoseconds() - began < Self.nanoseconds }
        while lastWasBrief, monotonicNanoseconds() - began < Self.nanoseconds {
            sched_yield()
            if polling() { return }
        }
        asleep()
    }
}
