internal import Reactor

/// A bounded queue between executors and threads that wait for it.
///
/// The thread that became idle last gets the next job: its caches are warm, and it may not have fallen asleep yet.
final class JobQueue<Job: Sendable>: Sendable {
    /// Where one thread waits.
    ///
    /// Invariant of `@unchecked`: `job` is written before the signal and read behind the wait for it; `wait` is the thread's own.
    final class Seat: @unchecked Sendable {
        private var job: Job?
        private var wait = BriefWait()
        private let given = Semaphore()

        /// Without a job it says that there will be none.
        fileprivate func give(_ job: Job?) {
            self.job = job
            given.signal()
        }

        fileprivate func take() -> Job? {
            wait.end(polling: given.tryWait, asleep: given.wait)
            defer { job = nil }
            return job
        }
    }

    private struct State: Sendable {
        /// There are some only while no seat is idle.
        var jobs = FIFO<Job>()
        var idle: [Seat] = []
        var isClosed = false
    }

    private let state = Locked(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// False when the queue is full or closed.
    func append(_ job: Job) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            if let seat = state.idle.popLast() {
                seat.give(job)
                return true
            }
            guard state.jobs.count < capacity else { return false }
            state.jobs.append(job)
            return true
        }
    }

    /// Waits for a job; `nil` when the queue is closed and empty.
    func next(for seat: Seat) -> Job? {
        let (job, isOver) = state.withLock { state in
            let job = state.jobs.popFirst()
            let isOver = job == nil && state.isClosed
            if job == nil, !isOver { state.idle.append(seat) }
            return (job, isOver)
        }
        if job != nil || isOver { return job }
        return seat.take()
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            for seat in state.idle { seat.give(nil) }
            state.idle.removeAll()
        }
    }
}
