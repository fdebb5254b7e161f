extension Reactor {
    /// Runs `action` on the reactor's thread once `deadline` has passed. Callable from any thread.
    @discardableResult
    package func schedule(at deadline: Deadline, _ action: @escaping @Sendable () -> Void) -> ScheduledTimer {
        let timer = ScheduledTimer(deadline: deadline, reactor: self, action: action)
        perform { self.timers.insert(timer) }
        return timer
    }

    @discardableResult
    package func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> ScheduledTimer {
        schedule(at: .after(delay), action)
    }

    /// Waits; throws `.cancelled` as soon as the task is cancelled, or the reactor stops.
    package func sleep(for duration: Duration) async throws(IOError) {
        try await sleep(until: .after(duration))
    }

    package func sleep(until deadline: Deadline) async throws(IOError) {
        let sleeper = Sleeper()
        let finished = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                perform { sleeper.start(continuation, until: deadline, on: self) }
            }
        } onCancel: {
            perform { sleeper.finish(false) }
        }
        if !finished { throw .cancelled }
    }
}

/// One `sleep`. Invariant of `@unchecked`: touched on the reactor's thread only, all calls come through `perform`.
final class Sleeper: @unchecked Sendable {
    private var timer: ScheduledTimer?
    private var continuation: UnsafeContinuation<Bool, Never>?
    private var isFinished = false

    fileprivate func start(
        _ continuation: UnsafeContinuation<Bool, Never>, until deadline: Deadline, on reactor: Reactor
    ) {
        if isFinished { return continuation.resume(returning: false) }
        self.continuation = continuation
        let timer = ScheduledTimer(deadline: deadline, reactor: reactor, sleeper: self)
        self.timer = timer
        reactor.timers.insert(timer)
    }

    /// `inTime` is false when the sleep was cut short.
    func finish(_ inTime: Bool) {
        guard !isFinished else { return }
        isFinished = true
        timer?.cancel()
        timer = nil
        continuation?.resume(returning: inTime)
        continuation = nil
    }
}
