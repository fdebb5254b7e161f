internal import CLinux
internal import Glibc
internal import Synchronization

/// How a wait for readiness ended.
enum WaitOutcome: Sendable {
    case ready, closed, timedOut
}

/// One kind of readiness of one descriptor, and the tasks that wait for it.
///
/// A reader and a writer may both wait for the same kind: under TLS a read can need room to write, and the reverse.
struct Readiness {
    /// Set by an event, cleared by whoever found the descriptor dry.
    var isReady: Bool
    private var first: Waiter?
    private var second: Waiter?

    struct Waiter {
        let id: UInt32
        let continuation: UnsafeContinuation<WaitOutcome, Never>
        /// The reactor, where the task waits within one of its actors.
        let host: Reactor?
        let deadline: Deadline
        /// Deals with the readiness in the waiter's place, as long as it returns true.
        let handler: (() -> Bool)?

        func resume(_ outcome: WaitOutcome) {
            guard let host else { return continuation.resume(returning: outcome) }
            host.resumeWithinActor { continuation.resume(returning: outcome) }
        }
    }

    init(isReady: Bool) {
        self.isReady = isReady
    }

    /// A third waiter is a programmer's error: a stream has one reader and one writer.
    mutating func add(_ waiter: Waiter) {
        if first == nil {
            first = waiter
        } else {
            precondition(second == nil, "more than a reader and a writer wait for one stream")
            second = waiter
        }
    }

    /// Wakes those who wait, but for one who has a handler: that one is for `Registration.serve`.
    mutating func signal() {
        isReady = true
        guard let waiter = first, waiter.handler != nil else { return resumeAll(.ready) }
        second?.resume(.ready)
        second = nil
    }

    var handled: Waiter? { first.flatMap { $0.handler == nil ? nil : $0 } }

    /// Wakes the waiter, if it is still there.
    mutating func resume(_ id: UInt32, _ outcome: WaitOutcome) {
        if let waiter = first, waiter.id == id {
            first = second
            second = nil
            waiter.resume(outcome)
        } else if let waiter = second, waiter.id == id {
            second = nil
            waiter.resume(outcome)
        }
    }

    mutating func resumeAll(_ outcome: WaitOutcome) {
        guard let waiter = first else { return }
        let other = second
        first = nil
        second = nil
        waiter.resume(outcome)
        other?.resume(outcome)
    }

    /// The earliest deadline of those who wait.
    var deadline: Deadline { min(first?.deadline ?? .never, second?.deadline ?? .never) }

    /// Ends the waits whose deadline is not after `now`.
    mutating func expire(now: UInt64) {
        for waiter in [first, second] {
            if let waiter, waiter.deadline.nanoseconds <= now { resume(waiter.id, .timedOut) }
        }
    }
}

/// A descriptor in the reactor's epoll set.
///
/// Invariant of `@unchecked`: every member is touched on the reactor's thread only (`assertConfined` at the entries).
final class Registration: @unchecked Sendable {
    let descriptor: Int32
    let reactor: Reactor
    /// Whether the descriptor is closed with the registration; if so it counts in the reactor's load.
    private let ownsDescriptor: Bool
    /// The place in the reactor's table, and which use of that place this is.
    private(set) var token: RegistrationToken
    private(set) var isClosed = false
    /// The peer has closed its side, or the connection is gone; data may still wait to be read.
    private(set) var isPeerClosed = false
    // A new descriptor is taken to be ready: the first attempt finds out.
    var read = Readiness(isReady: true)
    var write = Readiness(isReady: true)
    private var hangUp = Readiness(isReady: false)
    private var lastWaiter: UInt32 = 0
    /// Rings at the earliest deadline, or before it: a wait that ends sooner leaves it set, because the next one's deadline is
    /// later as a rule. So a connection whose waits all end in time costs a timer now and then, and not one for each wait.
    private var alarm: ScheduledTimer?

    /// Takes `descriptor` over when `owned`: it is closed with the registration, and at once when that fails.
    init(descriptor: Int32, owned: Bool, on reactor: Reactor) throws(IOError) {
        reactor.assertConfined()
        self.descriptor = descriptor
        self.reactor = reactor
        ownsDescriptor = owned
        token = RegistrationToken(slot: 0, generation: 0)
        token = reactor.registrations.insert(self)
        do {
            try reactor.watch(descriptor, token: token)
        } catch {
            reactor.registrations.remove(token)
            isClosed = true
            if owned { Glibc.close(descriptor) }
            throw error
        }
        if owned { reactor.load.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Takes what epoll reported: wakes those who waited for it.
    func handle(events: UInt32) {
        let error = EPOLLERR.rawValue | EPOLLHUP.rawValue
        if events & (EPOLLRDHUP.rawValue | error) != 0 {
            peerHasClosed()
        }
        if events & (EPOLLOUT.rawValue | error) != 0 { write.signal() }
        if events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | error) != 0 {
            read.signal()
            serve()
        }
    }

    /// Lets the handler of the waiting reader deal with what is there, until the descriptor is dry, the turn is spent, or
    /// the handler wants its task to go on.
    private func serve() {
        guard let waiter = read.handled, let handler = waiter.handler else { return }
        reactor.beginTurn()
        while read.isReady, !isClosed {
            guard handler(), !reactor.isTurnSpent else { return read.resume(waiter.id, .ready) }
        }
    }

    enum Interest { case read, write, hangUp }

    /// The end of the stream was seen, in an event or by reading up to it.
    func peerHasClosed() {
        isPeerClosed = true
        hangUp.signal()
    }

    /// Returns as soon as the descriptor is taken to be ready; a passed deadline counts only when it is not.
    ///
    /// With a `handler`, each readiness that comes later is first dealt with by it, on the reactor's thread and within no
    /// task; the wait ends when it returns false.
    func wait(
        for interest: Interest, deadline: Deadline, handler: (() -> Bool)? = nil
    ) async throws(IOError) {
        reactor.assertConfined()
        if isClosed { throw .closed }
        if isReady(for: interest) {
            guard reactor.isTurnSpent else { return }
            await reactor.yield()
            if isClosed { throw .closed }
            if isReady(for: interest) { return }
        }
        let host = host(of: #isolation)
        let outcome = await withUnsafeContinuation { continuation in
            // Coming here may have let the loop run: an event that came meanwhile would not come again.
            if isClosed {
                continuation.resume(returning: WaitOutcome.closed)
            } else if isReady(for: interest) {
                continuation.resume(returning: WaitOutcome.ready)
            } else {
                suspend(continuation, host, for: interest, deadline: deadline, handler)
            }
        }
        switch outcome {
        case .ready: return
        case .closed: throw .closed
        case .timedOut: throw .timedOut
        }
    }

    /// What an actor runs on this thread is run by the reactor, which is its executor.
    ///
    /// Not inlined, because the compiler (Swift 6.3) fails where `#isolation` is compared.
    @inline(never)
    private func host(of actor: (any Actor)?) -> Reactor? { actor == nil ? nil : reactor }

    private func suspend(
        _ continuation: UnsafeContinuation<WaitOutcome, Never>, _ host: Reactor?, for interest: Interest,
        deadline: Deadline, _ handler: (() -> Bool)?
    ) {
        lastWaiter &+= 1
        let waiter = Readiness.Waiter(
            id: lastWaiter, continuation: continuation, host: host, deadline: deadline, handler: handler)
        switch interest {
        case .read: read.add(waiter)
        case .write: write.add(waiter)
        case .hangUp: hangUp.add(waiter)
        }
        setAlarm(deadline)
    }

    private func setAlarm(_ deadline: Deadline) {
        guard !deadline.isNever else { return }
        if let alarm {
            guard deadline < alarm.deadline else { return }
            alarm.cancel()
        }
        alarm = reactor.schedule(at: deadline) { self.alarmRang() }
    }

    private func alarmRang() {
        alarm = nil
        let now = monotonicNanoseconds()
        read.expire(now: now)
        write.expire(now: now)
        hangUp.expire(now: now)
        setAlarm(min(read.deadline, write.deadline, hangUp.deadline))
    }

    private func isReady(for interest: Interest) -> Bool {
        switch interest {
        case .read: read.isReady
        case .write: write.isReady
        case .hangUp: hangUp.isReady
        }
    }

    /// Has epoll look again, for an owner who may not have read until dry.
    func refresh() throws(IOError) {
        reactor.assertConfined()
        if isClosed { throw .closed }
        try reactor.rewatch(descriptor, token: token)
    }

    /// Leaves the epoll set and ends every wait with `.closed`; an owned descriptor is closed. Idempotent.
    func close() {
        reactor.assertConfined()
        guard !isClosed else { return }
        isClosed = true
        alarm?.cancel()
        alarm = nil
        reactor.unwatch(descriptor)
        reactor.registrations.remove(token)
        if ownsDescriptor {
            Glibc.close(descriptor)
            reactor.load.wrappingSubtract(1, ordering: .relaxed)
        }
        read.resumeAll(.closed)
        write.resumeAll(.closed)
        hangUp.resumeAll(.closed)
    }
}

/// Names a registration in epoll's user data, so that an event for a descriptor that was closed meanwhile finds nothing.
struct RegistrationToken: Equatable {
    let slot: UInt32
    let generation: UInt32

    var packed: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    init(packed: UInt64) {
        self.init(slot: UInt32(truncatingIfNeeded: packed), generation: UInt32(packed >> 32))
    }
}

/// The registrations of one reactor: slots that are used again under a new generation.
struct RegistrationTable {
    private var slots: [(generation: UInt32, registration: Registration?)] = []
    private var free: [UInt32] = []

    var count: Int { slots.count - free.count }

    mutating func insert(_ registration: Registration) -> RegistrationToken {
        if let slot = free.popLast() {
            slots[Int(slot)].registration = registration
            return RegistrationToken(slot: slot, generation: slots[Int(slot)].generation)
        }
        slots.append((generation: 0, registration: registration))
        return RegistrationToken(slot: UInt32(slots.count - 1), generation: 0)
    }

    mutating func remove(_ token: RegistrationToken) {
        let index = Int(token.slot)
        guard slots[index].generation == token.generation, slots[index].registration != nil else { return }
        slots[index] = (generation: token.generation &+ 1, registration: nil)
        free.append(token.slot)
    }

    subscript(token: RegistrationToken) -> Registration? {
        let slot = slots[Int(token.slot)]
        return slot.generation == token.generation ? slot.registration : nil
    }

    var all: [Registration] { slots.compactMap(\.registration) }
}
