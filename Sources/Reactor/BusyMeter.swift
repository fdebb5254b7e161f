internal import Synchronization

/// How much of its time a loop works and does not wait, in windows of some length.
///
/// Invariant of `@unchecked`: the variables are touched by the loop alone; what others ask for is atomic.
final class BusyMeter: @unchecked Sendable {
    private var windowBegan = monotonicNanoseconds()
    private var waited: UInt64 = 0
    /// Until when what the last window said holds; 0 when that was that there is time left.
    private let busyUntil = Atomic<UInt64>(0)

    /// Long against one turn of the loop, short against the time between two connections.
    private static let window: UInt64 = 50_000_000
    /// A loop that waits closes no window: what it said last is forgotten after a while.
    private static let validity = 4 * window

    /// The loop goes round, and has waited before; in nanoseconds of the monotonic clock.
    func turned(at now: UInt64, waited time: UInt64) {
        waited += time
        let length = now - windowBegan
        guard length >= BusyMeter.window else { return }
        busyUntil.store(waited < length / 2 ? now + BusyMeter.validity : 0, ordering: .relaxed)
        windowBegan = now
        waited = 0
    }

    /// Callable from any thread.
    func isBusy(at now: UInt64) -> Bool { now < busyUntil.load(ordering: .relaxed) }
}
