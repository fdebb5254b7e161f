import Reactor

/// One task's wait for something that happens on the same reactor.
///
/// Invariant of `@unchecked`: touched on the reactor's thread only. A cancelled task says so through `execute`, a deadline
/// through the reactor's timer.
final class HTTPSignal: @unchecked Sendable {
    enum Outcome {
        case fired, timedOut, cancelled
    }

    private let reactor: Reactor
    private var waiter: UnsafeContinuation<Outcome, Never>?
    private var timer: ScheduledTimer?
    /// Which wait a late cancellation means.
    private var turn = 0

    init(_ reactor: Reactor) {
        self.reactor = reactor
    }

    var hasWaiter: Bool { waiter != nil }

    /// Waits for the next `fire`. One task at a time.
    func wait(deadline: Deadline) async -> Outcome {
        reactor.assertConfined()
        precondition(waiter == nil, "two tasks wait for the same signal")
        if Task.isCancelled { return .cancelled }
        turn += 1
        let turn = turn
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                waiter = continuation
                if !deadline.isNever { timer = reactor.schedule(at: deadline) { self.resume(.timedOut) } }
            }
        } onCancel: {
            reactor.execute { if self.turn == turn { self.resume(.cancelled) } }
        }
    }

    /// Wakes the waiter, if there is one.
    func fire() { resume(.fired) }

    private func resume(_ outcome: Outcome) {
        guard let waiter else { return }
        self.waiter = nil
        timer?.cancel()
        timer = nil
        waiter.resume(returning: outcome)
    }
}
