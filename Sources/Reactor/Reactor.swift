internal import CLinux
internal import Glibc
internal import Synchronization

/// One epoll loop on one thread: a `TaskExecutor` for tasks, and the serial executor of the actors that live on it.
///
/// A connection is an actor whose executor is a reactor; its tasks are started with `spawn`, so that every continuation
/// resumes on the reactor's own thread without a hop. All state that is not marked otherwise is confined to that thread.
///
/// Invariant of `@unchecked`: members below "confined" are touched on the loop's thread only; `assertConfined` guards the
/// ways in, in release builds too. The rest is immutable, atomic or behind the mutex.
package final class Reactor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    package let index: Int
    /// Open streams of this reactor, for the balance between reactors.
    let load = Atomic<Int>(0)
    /// How much of its time the loop works.
    let meter = BusyMeter()

    private let epoll: Int32
    private let wakeUp: Int32
    private let inbox = Locked<Inbox>(Inbox())
    private let isStopping = Atomic<Bool>(false)
    /// What actors know this reactor as; see `ActorExecutor`.
    private let actorExecutor = ActorExecutor()

    // Confined.
    var registrations = RegistrationTable()
    var timers = TimerHeap()
    private var jobs: [Job] = []
    private var runningJobs: [Job] = []
    /// What gives way until the events were looked at once more.
    private var deferred: [Deferred] = []
    private var runningDeferred: [Deferred] = []
    /// The task that is being resumed waits within an actor: see `resumeWithinActor`.
    private var resumesActor = false
    /// What the running job has cost so far, in bytes: see `charge`.
    private var turnCost = 0
    private let readAreaStorage = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Reactor.readAreaSize, alignment: 64)
    private lazy var gatherAreaStorage = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Reactor.gatherAreaSize, alignment: 64)
    private var hasGatherArea = false

    /// Bytes of the read area; more brought nothing when it was measured (io-foundation).
    package static let readAreaSize = 64 << 10
    /// One TLS record's worth (RFC 8446, section 5.1).
    static let gatherAreaSize = 16 << 10
    /// What one task may move before it gives way: four read areas, some 50 µs of work.
    private static let turnLimit = 256 << 10
    /// What an attempt to read or write counts for besides its bytes, so that many tiny ones end a turn as well.
    private static let attemptCost = 512
    /// Batches of jobs between two looks at the events.
    private static let jobBatches = 8

    /// A job that is to run, and whether as its task's own or as its actor's.
    private struct Job: Sendable {
        let job: UnownedJob
        let isActors: Bool
    }

    /// What other threads ask of this one.
    private struct Inbox: Sendable {
        var jobs: [Job] = []
        var actions: [@Sendable () -> Void] = []
        var isEmpty: Bool { jobs.isEmpty && actions.isEmpty }
    }

    private enum Deferred {
        case resume(UnsafeContinuation<Void, Never>)
        case action(@Sendable () -> Void)
    }

    init(index: Int) throws(IOError) {
        self.index = index
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .system(errno: errno, operation: "epoll_create1") }
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeUp >= 0 else { throw .system(errno: errno, operation: "eventfd") }
        actorExecutor.reactor = self
        try watch(wakeUp, token: Reactor.wakeUpToken)
    }

    deinit {
        Glibc.close(epoll)
        Glibc.close(wakeUp)
        readAreaStorage.deallocate()
        if hasGatherArea { gatherAreaStorage.deallocate() }
    }

    // MARK: Load

    /// Callable from any thread, as `isBusy`.
    var streamCount: Int { load.load(ordering: .relaxed) }

    /// It has worked for most of its time just now.
    var isBusy: Bool { meter.isBusy(at: monotonicNanoseconds()) }

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

    /// Room to gather small pieces in, within one synchronous stretch; never the read area, where they may come from.
    var gatherArea: UnsafeMutableRawBufferPointer {
        assertConfined()
        hasGatherArea = true
        return gatherAreaStorage
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        enqueue(Job(job: UnownedJob(job), isActors: isCurrent && resumesActor))
    }

    fileprivate func enqueueForActor(_ job: consuming ExecutorJob) {
        enqueue(Job(job: UnownedJob(job), isActors: true))
    }

    private func enqueue(_ job: Job) {
        if isCurrent {
            jobs.append(job)
        } else {
            post { $0.jobs.append(job) }
        }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: actorExecutor)
    }

    /// Resumes a task that waits within one of this reactor's actors, so that it goes on as the actor's at once.
    ///
    /// The runtime has every continuation resumed by the task's executor, and then sent to the actor's: through the queue twice.
    func resumeWithinActor(_ resume: () -> Void) {
        assertConfined()
        resumesActor = true
        resume()
        resumesActor = false
    }

    /// Starts a task that runs on this reactor, and resumes on it after every wait.
    @discardableResult
    package func spawn(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self) { await body() }
    }

    /// Runs `action` on the reactor's thread, soon but never within this call; callable from any thread.
    package func execute(_ action: @escaping @Sendable () -> Void) {
        if isCurrent {
            deferred.append(.action(action))
        } else {
            post { $0.actions.append(action) }
        }
    }

    /// Runs `action` at once when this is the reactor's thread, and soon otherwise.
    func perform(_ action: @escaping @Sendable () -> Void) {
        if isCurrent { action() } else { execute(action) }
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

    // MARK: Fairness

    /// Lets the reactor's other work have its turn: resumes after the events that wait now were looked at.
    package func yield() async {
        assertConfined()
        await withUnsafeContinuation { continuation in
            deferred.append(.resume(continuation))
        }
    }

    /// Counts an attempt to read or write against the running job. A wait for readiness gives way when the turn is spent,
    /// even if there is nothing to wait for: a pump that awaits before each attempt starves nobody.
    func charge(_ bytes: Int) {
        turnCost &+= bytes &+ Reactor.attemptCost
    }

    var isTurnSpent: Bool { turnCost >= Reactor.turnLimit }

    /// What comes now is another one's turn.
    func beginTurn() { turnCost = 0 }

    // MARK: epoll

    private static let wakeUpToken = RegistrationToken(slot: .max, generation: .max)
    /// Everything that a stream may wait for, told once for each change.
    private static let streamEvents =
        EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue

    func watch(_ descriptor: Int32, token: RegistrationToken) throws(IOError) {
        let events = token == Reactor.wakeUpToken ? EPOLLIN.rawValue : Reactor.streamEvents
        try control(EPOLL_CTL_ADD, descriptor, epoll_event(events: events, data: .init(u64: token.packed)))
    }

    /// Has the current readiness of a watched descriptor told once more.
    func rewatch(_ descriptor: Int32, token: RegistrationToken) throws(IOError) {
        try control(
            EPOLL_CTL_MOD, descriptor,
            epoll_event(events: Reactor.streamEvents, data: .init(u64: token.packed)))
    }

    func unwatch(_ descriptor: Int32) {
        // It fails only when the owner of a borrowed descriptor has closed it already.
        try? control(EPOLL_CTL_DEL, descriptor, epoll_event())
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ event: epoll_event) throws(IOError) {
        var event = event
        guard epoll_ctl(epoll, operation, descriptor, &event) == 0 else {
            throw .system(errno: errno, operation: "epoll_ctl")
        }
    }

    // MARK: The loop

    /// The thread's whole life: jobs, then events, then timers, until `stop`.
    func runLoop() {
        sallyport_set_thread_owner(Unmanaged.passUnretained(self).toOpaque())
        let capacity = 256
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
        defer { events.deallocate() }
        while !isStopping.load(ordering: .acquiring) {
            for _ in 0..<Reactor.jobBatches where !jobs.isEmpty { runJobs() }
            let before = monotonicNanoseconds()
            let patience = waitMilliseconds(now: before)
            let count = Int(epoll_wait(epoll, events, Int32(capacity), patience))
            let now = monotonicNanoseconds()
            meter.turned(at: now, waited: patience == 0 ? 0 : now - before)
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
            expireTimers(now: now)
            runDeferred()
        }
        windUp()
        sallyport_set_thread_owner(nil)
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        post { $0.actions.append {} }
    }

    /// Closes what is open and ends what waits, so that the tasks of this reactor can finish; a bounded number of rounds,
    /// because a task may refuse to.
    private func windUp() {
        for _ in 0..<1000 {
            for registration in registrations.all { registration.close() }
            for timer in timers.removeAll() { timer.abandon() }
            drainInbox()
            runDeferred()
            if jobs.isEmpty { return }
            runJobs()
        }
    }

    /// One batch only: jobs that these enqueue come with the next.
    private func runJobs() {
        swap(&jobs, &runningJobs)
        for entry in runningJobs {
            beginTurn()
            if entry.isActors {
                unsafe entry.job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            } else {
                unsafe entry.job.runSynchronously(on: asUnownedTaskExecutor())
            }
        }
        runningJobs.removeAll(keepingCapacity: true)
    }

    private func waitMilliseconds(now: UInt64) -> Int32 {
        if !jobs.isEmpty || !deferred.isEmpty { return 0 }
        guard let next = timers.next else { return -1 }
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

    private func runDeferred() {
        guard !deferred.isEmpty else { return }
        swap(&deferred, &runningDeferred)
        for entry in runningDeferred {
            switch entry {
            case .resume(let continuation): continuation.resume()
            case .action(let action): action()
            }
        }
        runningDeferred.removeAll(keepingCapacity: true)
    }

    private func expireTimers(now: UInt64) {
        while let timer = timers.popExpired(now: now) { timer.fire() }
    }
}

/// The reactor as the executor of actors.
///
/// An object of its own, because the runtime asks for a job to be run either as an actor's or as a task's, and a task's job
/// that runs as an actor's is sent through the queue once more at each call of a nonisolated function.
private final class ActorExecutor: SerialExecutor, @unchecked Sendable {
    /// Set once, before the reactor is handed out. Invariant: a reactor owns its executor and outlives its use, because
    /// whoever has this one has it from the reactor that it holds.
    unowned(unsafe) var reactor: Reactor!

    func enqueue(_ job: consuming ExecutorJob) { reactor.enqueueForActor(job) }

    func checkIsolated() { reactor.assertConfined() }

    func isIsolatingCurrentContext() -> Bool? { reactor.isCurrent }
}
