internal import Glibc
internal import Reactor

/// A bounded queue between executors and threads that wait for it.
///
/// The thread that became idle last gets the next job: its caches are warm, and it may not have fallen asleep yet.
final class JobQueue<Job: Sendable>: Sendable {
    /// Where one thread waits.
    ///
    /// Invariant of `@unchecked`: `job` is written before the post and read behind the wait for it; `wait` is the thread's own.
    final class Seat: @unchecked Sendable {
        private var job: Job?
        private var wait = BriefWait()
        private let posts = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

        init() { sem_init(posts, 0, 0) }

        deinit {
            sem_destroy(posts)
            posts.deallocate()
        }

        /// Without a job it says that there will be none.
        fileprivate func give(_ job: Job?) {
            self.job = job
            sem_post(posts)
        }

        fileprivate func take() -> Job? {
            wait.end(polling: { sem_trywait(posts) == 0 }, asleep: { while sem_wait(posts) != 0 {} })
            defer { job = nil }
            return job
        }
    }

    private struct State: Sendable {
        /// From `head` on; there are some only while no seat is idle.
        var jobs: [Job?] = []
        var head = 0
        var idle: [Seat] = []
        var isClosed = false

        mutating func removeFirst(compactingAt bound: Int) -> Job? {
            guard head < jobs.count else { return nil }
            defer {
                jobs[head] = nil
                head += 1
                if head == jobs.count || head > bound {
                    jobs.removeFirst(head)
                    head = 0
                }
            }
            return jobs[head]
        }
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
            guard state.jobs.count - state.head < capacity else { return false }
            state.jobs.append(job)
            return true
        }
    }

    /// Waits for a job; `nil` when the queue is closed and empty.
    func next(for seat: Seat) -> Job? {
        let (job, isOver) = state.withLock { state in
            let job = state.removeFirst(compactingAt: capacity)
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
