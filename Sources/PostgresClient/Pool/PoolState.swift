internal import Reactor
internal import Synchronization

/// Who has which connection: decisions only, taken under the pool's lock and acted on after it.
struct PoolState {
    enum Acquisition {
        case lend(PostgresConnection)
        /// A place was counted for the caller, who opens a connection.
        case open
        /// The caller stands in line.
        case wait(PoolWaiter)
        case refuse(PostgresError)
    }

    enum Release {
        case handOver(PoolWaiter)
        case keep
        case discard
    }

    /// Connections that exist or are being opened.
    private(set) var open = 0
    private(set) var idle: [PostgresConnection] = []
    private(set) var waiters: [PoolWaiter] = []
    private var isClosed = false

    mutating func acquire(preferring reactor: Reactor?, limits: PostgresConfiguration.Limits) -> Acquisition {
        if isClosed { return .refuse(.closed) }
        if let index = idle.lastIndex(where: { $0.reactor === reactor }) {
            return .lend(idle.remove(at: index))
        }
        if let connection = idle.popLast() { return .lend(connection) }
        if open < limits.connections {
            open += 1
            return .open
        }
        guard waiters.count < limits.waiters else { return .refuse(.poolExhausted) }
        let waiter = PoolWaiter()
        waiters.append(waiter)
        return .wait(waiter)
    }

    mutating func release(_ connection: PostgresConnection) -> Release {
        if isClosed {
            open -= 1
            return .discard
        }
        if waiters.isEmpty {
            idle.append(connection)
            return .keep
        }
        return .handOver(waiters.removeFirst())
    }

    /// - Returns: the waiter to be told that a place is free.
    mutating func forgetOne() -> PoolWaiter? {
        open -= 1
        return waiters.isEmpty ? nil : waiters.removeFirst()
    }

    /// - Returns: whether it still waited.
    mutating func remove(_ waiter: PoolWaiter) -> Bool {
        guard let index = waiters.firstIndex(where: { $0 === waiter }) else { return false }
        waiters.remove(at: index)
        return true
    }

    mutating func close() -> (idle: [PostgresConnection], waiters: [PoolWaiter]) {
        isClosed = true
        defer {
            open -= idle.count
            idle = []
            waiters = []
        }
        return (idle, waiters)
    }
}

/// One caller in line for a connection; told exactly once how its wait ended.
final class PoolWaiter: Sendable {
    enum Turn: Sendable {
        case lent(PostgresConnection)
        case placeFree
        case timedOut
        case closed
    }

    private enum State {
        case new
        case waiting(CheckedContinuation<Turn, Never>)
        case told(Turn)
        case done
    }

    private let state = Mutex(State.new)

    /// Waits to be told, which it may have been already.
    func wait() async -> Turn {
        await withCheckedContinuation { continuation in
            let told = state.withLock { state -> Turn? in
                if case .told(let turn) = state {
                    state = .done
                    return turn
                }
                state = .waiting(continuation)
                return nil
            }
            if let told { continuation.resume(returning: told) }
        }
    }

    func resume(_ turn: Turn) {
        let continuation = state.withLock { state -> CheckedContinuation<Turn, Never>? in
            switch state {
            case .new:
                state = .told(turn)
                return nil
            case .waiting(let continuation):
                state = .done
                return continuation
            case .told, .done:
                return nil
            }
        }
        continuation?.resume(returning: turn)
    }
}
