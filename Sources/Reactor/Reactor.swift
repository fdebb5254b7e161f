internal import CLinux
internal import Glibc
package import Synchronization

/// One epoll loop on one thread: a `SerialExecutor` for actors and a `TaskExecutor` for tasks.
///
/// A connection is an actor whose executor is a reactor; its tasks are started with `spawn`, so that every continuation
/// resumes on the reactor's own thread without a hop. All state that is not marked otherwise is confined to that thread.
///
/// Invariant of `@unchecked`: members below "confined" are touched on the loop's thread only; `assertConfined` guards the
/// ways in, in release builds too. The rest is immutable, atomic or behind the mutex.
package final class Reactor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    package let index: Int
    /// Open streams of this reactor, for the balance between reactors.
    package let load = Atomic<Int>(0)

    private let epoll: Int32
    private let wakeUp: Int32
    private let inbox = Mutex<Inbox>(Inbox())
    private let isStopping = Atomic<Bool>(false)

    // Confined.
    var registrations = RegistrationTable()
    var timers = TimerHeap()
    private var jobs: [UnownedJob] = []
    private var runningJobs: [UnownedJob] = []
    /// Tasks that gave way until the next look at the events.
    private var afterEvents: [UnsafeContinuation<Void, Never>] = []
    private let readAreaStorage = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Reactor.readAreaSize, alignment: 64)

    /// Bytes of the read area; more brought nothing when it was measured (io-foundation).
    package static let readAreaSize = 64 << 10

    /// What other threads ask of this one.
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var actions: [@Sendable () -> Void] = []
        var isEmpty: Bool { jobs.isEmpty && actions.isEmpty }
    }

    init(index: Int) throws(IOError) {
        self.index = index
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .system(errno: errno, operation: "epoll_create1") }
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeUp >= 0 else { throw .system(errno: errno, operation: "eventfd") }
        try watch(wakeUp, token: Reactor.wakeUpToken)
    }

    deinit {
        Glibc.close(epoll)
        Glibc.close(wakeUp)
        readAreaStorage.deallocate()
    }

    // MARK: Confinement

    /// The reactor whose thread this is.
    package static var current: Reactor? {
        guard let owner = sallyport_get_thread_owner() else { return nil }
        return Unmanaged<Reactor>.fromOpaque(owner).takeUnretainedValue()
    }

    package var isCurrent: Bool {
        sallyport_get_thread_owner() == Unmanaged.passUnretained(self).toOpaque()
    }

    /// Traps unless called on this reactor's thread: what follows would mix two sessions' state.
    package func assertConfined() {
        precondition(isCurrent, "touched off its reactor's thread")
    }

    package func checkIsolated() { assertConfined() }

    /// Room to read into and to work on, shared by all connections of this reactor. To be used within one synchronous
    /// stretch only: after an `await` it holds another session's bytes.
    package var readArea: UnsafeMutableRawBufferPointer {
        assertConfined()
        return readAreaStorage
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
        } else {
            post { $0.jobs.append(job) }
        }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Starts a task that runs on this reactor, and resumes on it after every wait.
    @discardableResult
    package func spawn(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self) { await body() }
    }

    /// Runs `action` on the reactor's thread, soon; callable from any thread.
    package func execute(_ action: @escaping @Sendable () -> Void) {
        post { $0.actions.append(action) }
    }

    private func post(_ change: (inout Inbox) -> Void) {
        let wasEmpty = inbox.withLock { inbox in
            let wasEmpty = inbox.isEmpty
            change(&inbox)
            return wasEmpty
        }
        if wasEmpty {
            var one: UInt64 = 1
            _ = write(wakeUp, &one, MemoryLayout<UInt64>.size)
        }
    }

    // MARK: Timers

    /// Runs `action` on the reactor's thread once `deadline` has passed. Callable from any thread.
    @discardableResult
    package func schedule(at deadline: Deadline, _ action: @escaping @Sendable () -> Void) -> ScheduledTimer {
        let timer = ScheduledTimer(deadline: deadline, reactor: self, action: action)
        if isCurrent {
            timers.insert(timer)
        } else {
            execute { self.timers.insert(timer) }
        }
        return timer
    }

    @discardableResult
    package func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> ScheduledTimer {
        schedule(at: .after(delay), action)
    }

    /// Waits; throws `.cancelled` as soon as the task is cancelled.
    package func sleep(for duration: Duration) async throws(IOError) {
        let sleeper = Sleeper()
        let deadline = Deadline.after(duration)
        let finished = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Bool, Never>) in
                execute {
                    sleeper.start(continuation)
                    sleeper.timer = self.schedule(at: deadline) { sleeper.finish(true) }
                }
            }
        } onCancel: {
            execute { sleeper.finish(false) }
        }
        if !finished { throw .cancelled }
    }

    /// Lets the reactor's other work have its turn: resumes after the events that wait now were looked at.
    package func yield() async {
        assertConfined()
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            afterEvents.append(continuation)
        }
    }

    // MARK: epoll

    private static let wakeUpToken = RegistrationToken(slot: .max, generation: .max)

    func watch(_ descriptor: Int32, token: RegistrationToken) throws(IOError) {
        let events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        var event = epoll_event(
            events: token == Reactor.wakeUpToken ? EPOLLIN.rawValue : events, data: .init(u64: token.packed))
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw .system(errno: errno, operation: "epoll_ctl")
        }
    }

    func unwatch(_ descriptor: Int32) {
        var event = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
    }

    // MARK: The loop

    /// The thread's whole life: jobs, then events, then timers, until `stop`.
    func runLoop() {
        sallyport_set_thread_owner(Unmanaged.passUnretained(self).toOpaque())
        let capacity = 256
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
        defer { events.deallocate() }
        while !isStopping.load(ordering: .acquiring) {
            runJobs()
            let count = Int(epoll_wait(epoll, events, Int32(capacity), waitMilliseconds()))
            if count < 0 {
                precondition(errno == EINTR, "epoll_wait: \(describe(errno: errno))")
                continue
            }
            for event in UnsafeBufferPointer(start: events, count: count) {
                let token = RegistrationToken(packed: event.data.u64)
                if token == Reactor.wakeUpToken {
                    drainInbox()
                } else {
                    registrations[token]?.handle(events: event.events)
                }
            }
            expireTimers()
            resumeYielded()
        }
        sallyport_set_thread_owner(nil)
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        execute {}
    }

    /// One batch only: jobs that these enqueue wait until the events were looked at, so that none starves the others.
    private func runJobs() {
        swap(&jobs, &runningJobs)
        for job in runningJobs {
            unsafe job.runSynchronously(
                isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
        runningJobs.removeAll(keepingCapacity: true)
    }

    private func waitMilliseconds() -> Int32 {
        if !jobs.isEmpty || !afterEvents.isEmpty { return 0 }
        guard let next = timers.next else { return -1 }
        let now = monotonicNanoseconds()
        guard next.nanoseconds > now else { return 0 }
        return Int32(clamping: (next.nanoseconds - now + 999_999) / 1_000_000)
    }

    private func drainInbox() {
        var count: UInt64 = 0
        _ = read(wakeUp, &count, MemoryLayout<UInt64>.size)
        let taken = inbox.withLock { inbox in
            defer { inbox = Inbox() }
            return inbox
        }
        jobs.append(contentsOf: taken.jobs)
        for action in taken.actions { action() }
    }

    private func resumeYielded() {
        for continuation in afterEvents { continuation.resume() }
        afterEvents.removeAll(keepingCapacity: true)
    }

    private func expireTimers() {
        guard timers.count > 0 else { return }
        let now = monotonicNanoseconds()
        while let timer = timers.popExpired(now: now) { timer.fire() }
    }
}

/// One `sleep`. Confined to the reactor's thread: all calls come through `execute`.
private final class Sleeper: @unchecked Sendable {
    var timer: ScheduledTimer?
    private var continuation: UnsafeContinuation<Bool, Never>?
    private var outcome: Bool?

    func start(_ continuation: UnsafeContinuation<Bool, Never>) {
        if let outcome {
            continuation.resume(returning: outcome)
        } else {
            self.continuation = continuation
        }
    }

    func finish(_ outcome: Bool) {
        guard self.outcome == nil else { return }
        self.outcome = outcome
        timer?.cancel()
        continuation?.resume(returning: outcome)
        continuation = nil
    }
}
