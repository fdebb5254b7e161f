internal import CLinux

/// How a wait for readiness ended.
enum WaitOutcome: Sendable {
    case ready, closed, timedOut
}

/// One kind of readiness of one descriptor, and the task that waits for it: at most one, a second is a programmer's error.
///
/// Invariant of `@unchecked`: touched on the reactor's thread only, as the registration that owns it.
final class Readiness: @unchecked Sendable {
    /// Set by an event, cleared by whoever found the descriptor dry.
    var isReady: Bool
    private var waiter: UnsafeContinuation<WaitOutcome, Never>?
    private var timer: ScheduledTimer?

    init(isReady: Bool) {
        self.isReady = isReady
    }

    func wait(on reactor: Reactor, deadline: Deadline) async throws(IOError) {
        precondition(waiter == nil, "two tasks wait for the same readiness")
        let outcome = await withUnsafeContinuation { continuation in
            waiter = continuation
            if !deadline.isNever { timer = reactor.schedule(at: deadline) { self.resume(.timedOut) } }
        }
        switch outcome {
        case .ready: return
        case .closed: throw .closed
        case .timedOut: throw .timedOut
        }
    }

    func signal() {
        isReady = true
        resume(.ready)
    }

    func resume(_ outcome: WaitOutcome) {
        guard let waiter else { return }
        self.waiter = nil
        timer?.cancel()
        timer = nil
        waiter.resume(returning: outcome)
    }
}

/// A descriptor in the reactor's epoll set.
///
/// Invariant of `@unchecked`: every member is touched on the reactor's thread only (`assertConfined` at the entries).
final class Registration: @unchecked Sendable {
    let descriptor: Int32
    let reactor: Reactor
    /// The place in the reactor's table, and which use of that place this is.
    private(set) var token: RegistrationToken
    private(set) var isClosed = false
    /// The peer has closed its side, or the connection is gone; data may still wait to be read.
    private(set) var isPeerClosed = false
    // A new descriptor is taken to be ready: the first attempt finds out.
    let read = Readiness(isReady: true)
    let write = Readiness(isReady: true)
    let hangUp = Readiness(isReady: false)

    init(descriptor: Int32, on reactor: Reactor) throws(IOError) {
        reactor.assertConfined()
        self.descriptor = descriptor
        self.reactor = reactor
        token = RegistrationToken(slot: 0, generation: 0)
        token = reactor.registrations.insert(self)
        do {
            try reactor.watch(descriptor, token: token)
        } catch {
            reactor.registrations.remove(token)
            isClosed = true
            throw error
        }
    }

    /// Takes what epoll reported: wakes those who waited for it.
    func handle(events: UInt32) {
        let error = EPOLLERR.rawValue | EPOLLHUP.rawValue
        if events & (EPOLLRDHUP.rawValue | error) != 0 {
            isPeerClosed = true
            hangUp.signal()
        }
        if events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | error) != 0 { read.signal() }
        if events & (EPOLLOUT.rawValue | error) != 0 { write.signal() }
    }

    func wait(for readiness: Readiness, deadline: Deadline) async throws(IOError) {
        reactor.assertConfined()
        if isClosed { throw .closed }
        if readiness.isReady { return }
        try await readiness.wait(on: reactor, deadline: deadline)
    }

    /// Leaves the epoll set and ends every wait; the descriptor itself stays open.
    func detach() {
        reactor.assertConfined()
        guard !isClosed else { return }
        isClosed = true
        reactor.unwatch(descriptor)
        reactor.registrations.remove(token)
        read.resume(.closed)
        write.resume(.closed)
        hangUp.resume(.closed)
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
}
