/// Something that the reactor does once, at a time; cancellable until then.
///
/// Invariant of `@unchecked`: the variables are touched on the reactor's thread only, or before the timer gets there.
package final class ScheduledTimer: @unchecked Sendable {
    private enum Action {
        case run(@Sendable () -> Void)
        case wake(Sleeper)
        case nothing
    }

    let deadline: Deadline
    private let reactor: Reactor
    private var action: Action
    /// Whether the reactor's heap holds it; kept by the heap.
    fileprivate var isInHeap = false

    init(deadline: Deadline, reactor: Reactor, action: @escaping @Sendable () -> Void) {
        self.deadline = deadline
        self.reactor = reactor
        self.action = .run(action)
    }

    init(deadline: Deadline, reactor: Reactor, sleeper: Sleeper) {
        self.deadline = deadline
        self.reactor = reactor
        action = .wake(sleeper)
    }

    var isCancelled: Bool {
        if case .nothing = action { true } else { false }
    }

    /// Callable from any thread; a timer that has fired is left alone.
    package func cancel() {
        guard reactor.isCurrent else { return reactor.execute { self.cancel() } }
        guard !isCancelled else { return }
        action = .nothing
        if isInHeap { reactor.timers.noteCancelled() }
    }

    func fire() {
        switch take() {
        case .run(let action): action()
        case .wake(let sleeper): sleeper.finish(true)
        case .nothing: break
        }
    }

    /// The reactor stops: a sleeper learns of it, an action does not run any more.
    func abandon() {
        if case .wake(let sleeper) = take() { sleeper.finish(false) }
    }

    private func take() -> Action {
        defer { action = .nothing }
        return action
    }
}

/// A binary heap of timers, the earliest on top. Cancelled ones are dropped when they surface, or all at once when they
/// are the greater part.
struct TimerHeap {
    private var heap: [ScheduledTimer] = []
    private var cancelled = 0

    var count: Int { heap.count }

    /// The earliest deadline of a live timer.
    var next: Deadline? {
        mutating get {
            while let first = heap.first, first.isCancelled {
                removeFirst()
                cancelled -= 1
            }
            return heap.first?.deadline
        }
    }

    /// Takes a timer in; one that was cancelled on its way here is let go.
    mutating func insert(_ timer: ScheduledTimer) {
        guard !timer.isCancelled else { return }
        timer.isInHeap = true
        heap.append(timer)
        siftUp(heap.count - 1)
    }

    /// The next live timer whose deadline is not after `now`, taken out.
    mutating func popExpired(now: UInt64) -> ScheduledTimer? {
        guard let next, next.nanoseconds <= now else { return nil }
        return removeFirst()
    }

    mutating func noteCancelled() {
        cancelled += 1
        guard cancelled > 64, cancelled * 2 > heap.count else { return }
        heap.removeAll { timer in
            if timer.isCancelled { timer.isInHeap = false }
            return timer.isCancelled
        }
        cancelled = 0
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    /// Empties the heap; its timers are to be abandoned.
    mutating func removeAll() -> [ScheduledTimer] {
        defer {
            heap = []
            cancelled = 0
        }
        for timer in heap { timer.isInHeap = false }
        return heap
    }

    @discardableResult
    private mutating func removeFirst() -> ScheduledTimer {
        let first = heap[0]
        first.isInHeap = false
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown(0)
        }
        return first
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].deadline < heap[parent].deadline else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && heap[child].deadline < heap[smallest].deadline {
                smallest = child
            }
            if smallest == index { return }
            heap.swapAt(index, smallest)
            index = smallest
        }
    }
}
