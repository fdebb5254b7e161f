/// A closure that the reactor runs once, at a time; cancellable until then.
///
/// Invariant of `@unchecked`: `action` is touched on the reactor's thread only.
package final class ScheduledTimer: @unchecked Sendable {
    let deadline: Deadline
    private let reactor: Reactor
    private var action: (@Sendable () -> Void)?

    init(deadline: Deadline, reactor: Reactor, action: @escaping @Sendable () -> Void) {
        self.deadline = deadline
        self.reactor = reactor
        self.action = action
    }

    var isCancelled: Bool { action == nil }

    /// Callable from any thread; a timer that has fired is left alone.
    package func cancel() {
        if reactor.isCurrent {
            if action != nil {
                action = nil
                reactor.timers.noteCancelled()
            }
        } else {
            reactor.execute { self.cancel() }
        }
    }

    func fire() {
        let action = action
        self.action = nil
        action?()
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

    mutating func insert(_ timer: ScheduledTimer) {
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
        heap.removeAll { $0.isCancelled }
        cancelled = 0
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    @discardableResult
    private mutating func removeFirst() -> ScheduledTimer {
        let first = heap[0]
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
