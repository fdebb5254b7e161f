import Reactor

/// One task's wait for something that happens on the same reactor.
///
/// A `fire` that comes before the wait ends the next one at once, so nothing is lost between looking and
/// waiting. Whoever waits looks again afterwards: a wait may end without news.
///
/// Invariant of `@unchecked`: touched on the reactor's thread only. A cancelled task says so through
/// `execute`, a deadline through the reactor's timer.
final class HTTPSignal: @unchecked Sendable {
    enum Outcome {
        case fired, timedOut, cancelled
    }

    private let reactor: Reactor
    private var waiter: UnsafeContinuation<Outcome, Never>?
    private var timer: ScheduledTimer?
    private var hasFired = false
    /// Which wait a late cancellation means, and the last one that was cancelled.
    private var turn = 0
    private var cancelledTurn = 0

    init(_ reactor: Reactor) {
        self.reactor = reactor
    }

    /// Waits for the next `fire`. One task at a time.
    ///
    /// `isolation` keeps the closures on the caller's actor: without it they would run wherever the task
    /// prefers, which is not this reactor when the task came from elsewhere.
    func wait(deadline: Deadline, isolation: isolated (any Actor)? = #isolation) async -> Outcome {
        turn += 1
        let turn = turn
        return await withTaskCancellationHandler {
            await withUnsafeContinuation(isolation: isolation) { continuation in
                reactor.assertConfined()
                precondition(waiter == nil, "two tasks wait for the same signal")
                if hasFired {
                    hasFired = false
                    continuation.resume(returning: .fired)
                } else if cancelledTurn == turn {
                    continuation.resume(returning: .cancelled)
                } else {
                    waiter = continuation
                    if !deadline.isNever { timer = reactor.schedule(at: deadline) { self.resume(.timedOut) } }
                }
            }
        } onCancel: {
            reactor.execute { self.cancel(turn) }
        }
    }

    /// Wakes the waiter, or the next one.
    func fire() {
        if waiter == nil { hasFired = true }
        resume(.fired)
    }

    private func cancel(_ turn: Int) {
        cancelledTurn = turn
        if self.turn == turn { resume(.cancelled) }
    }

    private func resume(_ outcome: Outcome) {
        guard let waiter else { return }
        self.waiter = nil
        timer?.cancel()
        timer = nil
        waiter.resume(returning: outcome)
    }
}
