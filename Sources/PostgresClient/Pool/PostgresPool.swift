package import Logging
package import Reactor
internal import Synchronization

/// A bounded set of connections to one database, over all reactors of the process.
///
/// Callers that find none free wait in order of arrival, up to a deadline. A connection on the caller's own reactor is
/// preferred, because using it costs no hop.
package final class PostgresPool: PostgresDatabase, Sendable {
    package let configuration: PostgresConfiguration
    private let reactors: ReactorGroup
    private let logger: Logger
    private let state = Mutex(PoolState())

    package init(_ configuration: PostgresConfiguration, on reactors: ReactorGroup, logger: Logger) {
        self.configuration = configuration
        self.reactors = reactors
        self.logger = logger
    }

    /// Connections that are open and how many of them are idle, and callers that wait.
    package var statistics: (open: Int, idle: Int, waiting: Int) {
        state.withLock { ($0.open, $0.idle.count, $0.waiters.count) }
    }

    // MARK: Running

    package func run(_ statements: [SQL]) async throws(PostgresError) -> [PostgresResult] {
        let connection = try await acquire()
        do {
            let results = try await connection.run(statements)
            await release(connection)
            return results
        } catch {
            await release(connection)
            throw error
        }
    }

    /// Lends a connection for the time of `body`.
    package func withConnection<T: Sendable>(
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        let connection = try await acquire()
        do {
            let value = try await body(connection)
            await release(connection)
            return value
        } catch {
            await release(connection)
            throw error
        }
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws. When the transaction failed
    /// for what others did at the same time (a serialization failure, a deadlock), it is run again from the start, so
    /// `body` must have no effects but on the transaction.
    package func transaction<T: Sendable>(
        _ isolation: PostgresTransaction.Isolation = .readCommitted,
        _ body: (PostgresTransaction) async throws -> T
    ) async throws -> T {
        var attempt = 1
        while true {
            do {
                return try await withConnection { connection in
                    try await PostgresTransaction.run(on: connection, isolation, body)
                }
            } catch let error as PostgresError where error.server?.state.isTransient == true {
                guard attempt < configuration.limits.transactionAttempts else { throw error }
                attempt += 1
                try await backOff(attempt)
            }
        }
    }

    /// A short random pause, longer with each attempt, so that those who collided do not collide again.
    private func backOff(_ attempt: Int) async throws(PostgresError) {
        let reactor = Reactor.current ?? reactors.next()
        do {
            try await reactor.sleep(for: .milliseconds(Int64.random(in: 1...(4 << attempt))))
        } catch {
            throw .closed
        }
    }

    /// Closes idle connections at once, and those in use when they come back. Waiting callers get `.closed`.
    package func close() async {
        let (idle, waiters) = state.withLock { $0.close() }
        for waiter in waiters { waiter.resume(.closed) }
        for connection in idle { await connection.close() }
    }

    // MARK: Lending

    private func acquire() async throws(PostgresError) -> PostgresConnection {
        let deadline = Deadline.after(configuration.limits.acquireTimeout)
        while true {
            let decision = state.withLock {
                $0.acquire(preferring: Reactor.current, limits: configuration.limits)
            }
            switch decision {
            case .lend(let connection):
                if await connection.isLendable() { return connection }
                await connection.close()
                forgetOne()
            case .open:
                return try await open()
            case .wait(let waiter):
                if let connection = try await waitForTurn(waiter, deadline) { return connection }
            case .refuse(let error):
                throw error
            }
        }
    }

    private func open() async throws(PostgresError) -> PostgresConnection {
        let reactor = Reactor.current ?? reactors.next()
        do {
            return try await PostgresConnection.connect(configuration, on: reactor)
        } catch {
            forgetOne()
            logger.warning("cannot connect to PostgreSQL", metadata: ["error": "\(error)"])
            throw error
        }
    }

    /// Waits in line. `nil` means: a place has become free, try again.
    private func waitForTurn(
        _ waiter: PoolWaiter, _ deadline: Deadline
    ) async throws(PostgresError) -> PostgresConnection? {
        let timer = (Reactor.current ?? reactors.next()).schedule(at: deadline) { [self] in
            if state.withLock({ $0.remove(waiter) }) { waiter.resume(.timedOut) }
        }
        let turn = await withTaskCancellationHandler {
            await waiter.wait()
        } onCancel: {
            if state.withLock({ $0.remove(waiter) }) { waiter.resume(.closed) }
        }
        timer.cancel()
        switch turn {
        case .lent(let connection): return connection
        case .placeFree: return nil
        case .timedOut: throw .poolExhausted
        case .closed: throw .closed
        }
    }

    private func release(_ connection: PostgresConnection) async {
        guard await connection.isLendable() else {
            await connection.close()
            forgetOne()
            return
        }
        switch state.withLock({ $0.release(connection) }) {
        case .handOver(let waiter): waiter.resume(.lent(connection))
        case .keep: break
        case .discard: await connection.close()
        }
    }

    /// A connection is gone: whoever waits first may open another.
    private func forgetOne() {
        state.withLock { $0.forgetOne() }?.resume(.placeFree)
    }
}
