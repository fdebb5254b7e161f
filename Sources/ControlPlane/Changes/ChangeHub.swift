import APIModels
import PostgresClient
import Reactor
import Synchronization

/// Wakes those who wait for a change, on whichever replica it was made: fed by LISTEN, and by every change of the
/// database that this replica may have missed while it did not listen.
///
/// A wake-up says only that it is worth looking again; the state is in the database.
final class ChangeHub: Sendable {
    enum Topic: Sendable, Hashable {
        case configuration
        case approval(ApprovalID)
        case agentRequests(AgentID)
        case agentAnswer(AgentRequestID)
    }

    /// The channels to listen on.
    static let channels = [configurationChannel, "approvals", "agent_requests", "agent_answers"]
    static let configurationChannel = "configuration"

    private struct State {
        var subscriptions: [Topic: [ObjectIdentifier: Weak]] = [:]
        var isDraining = false
    }

    private struct Weak {
        weak var subscription: ChangeSubscription?
    }

    private let reactors: ReactorGroup
    private let state = Mutex(State())

    init(reactors: ReactorGroup) {
        self.reactors = reactors
    }

    /// This replica ends: long waits and streams end with it.
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// To be made before the state is read for the first time, so that no change is missed between the two.
    func subscribe(_ topics: [Topic]) -> ChangeSubscription {
        let subscription = ChangeSubscription(topics: topics, hub: self, reactors: reactors)
        state.withLock { state in
            for topic in topics {
                state.subscriptions[topic, default: [:]][ObjectIdentifier(subscription)] = Weak(
                    subscription: subscription)
            }
        }
        return subscription
    }

    fileprivate func remove(_ id: ObjectIdentifier, from topics: [Topic]) {
        state.withLock { state in
            for topic in topics {
                state.subscriptions[topic]?[id] = nil
                if state.subscriptions[topic]?.isEmpty == true { state.subscriptions[topic] = nil }
            }
        }
    }

    /// Takes what the listening connection says.
    func handle(_ event: NotificationListener.Event) {
        switch event {
        case .listening: wakeAll()
        case .interrupted: break
        case .notified(let notification):
            guard let topic = Self.topic(notification) else { return }
            let woken = state.withLock { state in
                state.subscriptions[topic]?.values.compactMap(\.subscription) ?? []
            }
            for subscription in woken { subscription.fire() }
        }
    }

    /// Ends all waits.
    func drain() {
        state.withLock { $0.isDraining = true }
        wakeAll()
    }

    private func wakeAll() {
        let all = state.withLock { state in
            state.subscriptions.values.flatMap { $0.values.compactMap(\.subscription) }
        }
        for subscription in all { subscription.fire() }
    }

    private static func topic(_ notification: PostgresNotification) -> Topic? {
        switch notification.channel {
        case configurationChannel: .configuration
        case "approvals": ApprovalID(notification.payload).map(Topic.approval)
        case "agent_requests": AgentID(notification.payload).map(Topic.agentRequests)
        case "agent_answers": AgentRequestID(notification.payload).map(Topic.agentAnswer)
        default: nil
        }
    }
}

/// One waiter's interest in some topics. Remembers a change that came while nobody waited.
final class ChangeSubscription: Sendable {
    private struct State {
        var isFired = false
        var waiter: (id: UInt64, continuation: CheckedContinuation<Bool, Never>)?
        var waits: UInt64 = 0
    }

    private let topics: [ChangeHub.Topic]
    private let hub: ChangeHub
    private let reactors: ReactorGroup
    private let state = Mutex(State())

    fileprivate init(topics: [ChangeHub.Topic], hub: ChangeHub, reactors: ReactorGroup) {
        self.topics = topics
        self.hub = hub
        self.reactors = reactors
    }

    deinit {
        hub.remove(ObjectIdentifier(self), from: topics)
    }

    /// Waits for a change since the last call: true when there may be one, false when the deadline passed first or the
    /// task was cancelled. One waiter at a time.
    func next(deadline: Deadline) async -> Bool {
        let wait = state.withLock { state in
            state.waits += 1
            return state.waits
        }
        let timer = (Reactor.current ?? reactors.next()).schedule(at: deadline) { [weak self] in
            self?.end(wait)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.isFired {
                        state.isFired = false
                        return true
                    }
                    if Task.isCancelled || state.waits != wait { return false }
                    state.waiter = (wait, continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            end(wait)
        }
    }

    fileprivate func fire() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            if state.waiter == nil { state.isFired = true }
            return state.waiter
        }
        waiter?.continuation.resume(returning: true)
    }

    /// The deadline of a wait has passed, or its task was cancelled.
    private func end(_ wait: UInt64) {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let waiter = state.waiter, waiter.id == wait else {
                // It has not begun to wait, and is not to: `next` looks at `waits`.
                if state.waits == wait { state.waits += 1 }
                return nil
            }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume(returning: false)
    }
}

extension Services {
    /// Reads with `read` until `isDone`, the deadline of `request`'s `?wait=`, or the end of this replica.
    func waitFor<Value: Sendable>(
        _ request: APIRequest, on topics: [ChangeHub.Topic], read: () async throws -> Value,
        until isDone: (Value) -> Bool
    ) async throws -> Value {
        let deadline = Deadline.after(try request.wait())
        let subscription = changes.subscribe(topics)
        while true {
            let value = try await read()
            if isDone(value) || changes.isDraining || deadline.remaining <= .zero { return value }
            guard await subscription.next(deadline: deadline) else { return try await read() }
        }
    }
}
