internal import CLibpq
internal import Glibc
package import Reactor

/// One connection to PostgreSQL, on one reactor: libpq without blocking, always in pipeline mode (PostgreSQL manual,
/// section 34.5), with a cache of prepared statements.
///
/// One caller at a time: a pool lends it to one, and the next `run` starts when the last has ended.
package actor PostgresConnection {
    package nonisolated let reactor: Reactor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    let limits: PostgresConfiguration.Limits
    private var handle: ConnectionHandle?
    private var prepared = PreparedStatements()
    private var isRunning = false
    /// The server refused something for the state of this connection, which a new one does not have.
    private(set) var isTainted = false

    private init(limits: PostgresConfiguration.Limits, on reactor: Reactor) {
        self.limits = limits
        self.reactor = reactor
    }

    /// Connects and logs in.
    /// - Throws: `.connection` with the reason, `.timedOut`.
    package static func connect(
        _ configuration: PostgresConfiguration, on reactor: Reactor
    ) async throws(PostgresError) -> PostgresConnection {
        let connection = PostgresConnection(limits: configuration.limits, on: reactor)
        do {
            try await connection.open(configuration)
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    /// Closes it at once; what waits on it ends with `.closed`. Idempotent.
    package func close() {
        handle?.unwatch()
        handle = nil
    }

    package var isOpen: Bool { handle != nil }

    /// Whether an idle connection can be lent: still open, not tainted, and the server has not hung up meanwhile.
    func isLendable() -> Bool {
        guard let handle, !isTainted else { return false }
        if hasInput(handle) { PQconsumeInput(handle.pointer) }
        return !handle.isLost
    }

    // MARK: Connecting

    private func open(_ configuration: PostgresConfiguration) async throws(PostgresError) {
        let deadline = Deadline.after(limits.connectTimeout)
        let parameters = try await configuration.resolved()
        guard let handle = ConnectionHandle(parameters: parameters, on: reactor) else {
            throw .connection("out of memory")
        }
        self.handle = handle
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard state != PGRES_POLLING_FAILED, !handle.isLost else {
                throw .connection(handle.errorMessage)
            }
            try await waitOnce(handle, toWrite: state == PGRES_POLLING_WRITING, deadline: deadline)
            state = PQconnectPoll(handle.pointer)
        }
        do {
            _ = try handle.watch()
        } catch {
            throw .connection("\(error)")
        }
        guard PQsetnonblocking(handle.pointer, 1) == 0, PQenterPipelineMode(handle.pointer) == 1 else {
            throw .connection(handle.errorMessage)
        }
        try await applySettings()
    }

    /// Waits for the socket that libpq connects with at the moment.
    private func waitOnce(
        _ handle: ConnectionHandle, toWrite: Bool, deadline: Deadline
    ) async throws(PostgresError) {
        do {
            let watched = try handle.watch()
            defer { handle.unwatch() }
            // Edge-triggered and taken to be ready at first: `poll` says whether it is, the next event that it became so.
            while !isReady(handle, for: toWrite ? Int16(POLLOUT) : Int16(POLLIN)) {
                if toWrite {
                    try await watched.writable(deadline: deadline)
                } else {
                    try await watched.readable(deadline: deadline)
                }
            }
        } catch {
            throw Self.failure(error)
        }
    }

    private func applySettings() async throws(PostgresError) {
        let statement = String(limits.statementTimeout.wholeMilliseconds)
        let idle = String(limits.idleInTransactionTimeout.wholeMilliseconds)
        _ = try await run([
            """
            SELECT set_config('statement_timeout', \(statement), false), set_config('TimeZone', 'UTC', false),
                   set_config('idle_in_transaction_session_timeout', \(idle), false)
            """
        ])
    }

    // MARK: Running statements

    /// Runs the statements in one round trip. They are one transaction unless they control transactions themselves: when
    /// one fails, those after it are not run and those before it are undone.
    /// - Returns: one result for each statement.
    package func run(_ statements: [SQL]) async throws(PostgresError) -> [PostgresResult] {
        guard let handle else { throw .closed }
        guard !statements.contains(where: \.containsNUL) else { throw .textContainsNUL }
        precondition(!isRunning, "two callers on one connection")
        isRunning = true
        defer { isRunning = false }
        do {
            return try await exchange(statements, on: handle)
        } catch {
            switch error {
            case .server(let failure):
                if failure.state == .featureNotSupported || failure.state == .invalidStatementName {
                    isTainted = true
                }
            case .connection, .timedOut, .closed:
                // Answers of this exchange may still come: nobody may take them for those of the next.
                close()
            case .poolExhausted, .textContainsNUL, .decoding:
                break
            }
            throw error
        }
    }

    private func exchange(
        _ statements: [SQL], on handle: ConnectionHandle
    ) async throws(PostgresError) -> [PostgresResult] {
        var commands: [Command] = []
        for statement in statements { try send(statement, on: handle, commands: &commands) }
        guard PQpipelineSync(handle.pointer) == 1 else { throw .connection(handle.errorMessage) }
        let deadline = Deadline.after(limits.answerTimeout)
        try await flush(handle, deadline: deadline)

        var results: [PostgresResult] = []
        results.reserveCapacity(statements.count)
        var failure: PostgresServerError?
        for command in commands {
            let outcome = try await outcome(of: command, on: handle, deadline: deadline)
            switch (command, outcome) {
            case (.execute, .finished(let result)): results.append(result)
            case (.prepare(let key), .finished): prepared.confirm(key)
            case (_, .failed(let error)):
                if failure == nil { failure = error }
                command.forget(in: &prepared)
            case (_, .skipped): command.forget(in: &prepared)
            }
        }
        try await expectSync(on: handle, deadline: deadline)
        if let failure { throw .server(failure) }
        return results
    }

    /// Queues one statement in libpq's buffer: the preparation first, when this connection has not seen it.
    private func send(
        _ statement: SQL, on handle: ConnectionHandle, commands: inout [Command]
    ) throws(PostgresError) {
        let text = statement.text
        let key = PreparedStatements.Key(text: text, types: statement.values.map(\.type.oid))
        let parameters = StatementParameters(statement.values)
        let sent: Int32
        switch prepared.use(key, limit: limits.preparedStatements) {
        case .ready(let name):
            sent = parameters.sendPrepared(name, on: handle.pointer)
        case .new(let name):
            guard
                PQsendPrepare(handle.pointer, name, text, Int32(key.types.count), key.types) == 1
            else { throw .connection(handle.errorMessage) }
            commands.append(.prepare(key))
            sent = parameters.sendPrepared(name, on: handle.pointer)
        case .unprepared:
            sent = parameters.send(text, types: key.types, on: handle.pointer)
        }
        guard sent == 1 else { throw .connection(handle.errorMessage) }
        commands.append(.execute)
    }

    private enum Command {
        case prepare(PreparedStatements.Key)
        case execute

        func forget(in prepared: inout PreparedStatements) {
            if case .prepare(let key) = self { prepared.forget(key) }
        }
    }

    private enum Outcome {
        case finished(PostgresResult)
        case failed(PostgresServerError)
        /// Not run, for an earlier statement of the batch failed.
        case skipped
    }

    /// The outcome of the next command of the pipeline, up to the NULL that ends it.
    private func outcome(
        of command: Command, on handle: ConnectionHandle, deadline: Deadline
    ) async throws(PostgresError) -> Outcome {
        var outcome: Outcome?
        while true {
            try await awaitResult(on: handle, deadline: deadline)
            guard let result = PQgetResult(handle.pointer) else { break }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                outcome = .finished(PostgresResult(owning: result))
            case PGRES_PIPELINE_ABORTED:
                PQclear(result)
                outcome = .skipped
            default:
                let error = PostgresServerError(result)
                PQclear(result)
                if handle.isLost { throw .connection(handle.errorMessage) }
                outcome = .failed(error)
            }
        }
        if handle.isLost { throw .connection(handle.errorMessage) }
        guard let outcome else { throw .connection("the server answered out of turn") }
        return outcome
    }

    private func expectSync(on handle: ConnectionHandle, deadline: Deadline) async throws(PostgresError) {
        try await awaitResult(on: handle, deadline: deadline)
        guard let result = PQgetResult(handle.pointer) else {
            throw .connection("the server answered out of turn")
        }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else {
            throw .connection("the server answered out of turn")
        }
    }

    /// Runs a script of several statements, without parameters, by the simple protocol: one transaction unless it says
    /// otherwise. For migrations. A failure closes the connection, for it may be anywhere in the script.
    package func runScript(_ script: String) async throws(PostgresError) {
        guard let handle else { throw .closed }
        guard !script.utf8.contains(0) else { throw .textContainsNUL }
        precondition(!isRunning, "two callers on one connection")
        isRunning = true
        defer { isRunning = false }
        do {
            try await exchange(script: script, on: handle)
        } catch {
            close()
            throw error
        }
    }

    private func exchange(script: String, on handle: ConnectionHandle) async throws(PostgresError) {
        guard PQexitPipelineMode(handle.pointer) == 1, PQsendQuery(handle.pointer, script) == 1 else {
            throw .connection(handle.errorMessage)
        }
        let deadline = Deadline.after(limits.answerTimeout)
        try await flush(handle, deadline: deadline)
        while true {
            try await awaitResult(on: handle, deadline: deadline)
            guard let result = PQgetResult(handle.pointer) else { break }
            defer { PQclear(result) }
            if PQresultStatus(result) == PGRES_FATAL_ERROR { throw .server(PostgresServerError(result)) }
        }
        guard PQenterPipelineMode(handle.pointer) == 1 else { throw .connection(handle.errorMessage) }
    }

    // MARK: Notifications

    /// Waits until notifications have come, at most until `deadline`, and returns them: empty when none came in time.
    package func notifications(until deadline: Deadline) async throws(PostgresError) -> [PostgresNotification]
    {
        guard let handle else { throw .closed }
        while true {
            try drainInput(handle)
            var notifications: [PostgresNotification] = []
            while let notification = PQnotifies(handle.pointer) {
                notifications.append(PostgresNotification(notification.pointee))
                PQfreemem(notification)
            }
            if !notifications.isEmpty { return notifications }
            do {
                try await readable(deadline: deadline)
            } catch .timedOut {
                return []
            }
        }
    }

    // MARK: The socket

    /// Reads until the next result is whole, or known to be the end.
    private func awaitResult(on handle: ConnectionHandle, deadline: Deadline) async throws(PostgresError) {
        while PQisBusy(handle.pointer) != 0 {
            try drainInput(handle)
            if PQisBusy(handle.pointer) == 0 { return }
            try await readable(deadline: deadline)
        }
    }

    /// Takes all that has come. One call of libpq may leave bytes in the socket, for which no new edge would come, or in
    /// the TLS layer, where no `poll` sees them: a record is at most 16 KiB, and each call takes at least 8.
    private func drainInput(_ handle: ConnectionHandle) throws(PostgresError) {
        for _ in 0..<(PQsslInUse(handle.pointer) != 0 ? 3 : 1) {
            guard PQconsumeInput(handle.pointer) == 1 else { throw .connection(handle.errorMessage) }
        }
        while hasInput(handle) {
            guard PQconsumeInput(handle.pointer) == 1 else { throw .connection(handle.errorMessage) }
        }
    }

    /// Sends what libpq has queued. While the socket is full the answers are read as well: a server that cannot send
    /// does not read either. Both cannot be waited for at once, so the wait to write is short.
    private func flush(_ handle: ConnectionHandle, deadline: Deadline) async throws(PostgresError) {
        while true {
            let pending = PQflush(handle.pointer)
            if pending == 0 { return }
            guard pending == 1 else { throw .connection(handle.errorMessage) }
            try drainInput(handle)
            guard let descriptor = handle.descriptor else { throw .closed }
            do {
                try await descriptor.writable(deadline: min(deadline, .after(.milliseconds(20))))
            } catch {
                guard error == .timedOut, deadline.remaining > .zero else { throw Self.failure(error) }
            }
        }
    }

    private func readable(deadline: Deadline) async throws(PostgresError) {
        guard let descriptor = handle?.descriptor else { throw .closed }
        do {
            try await descriptor.readable(deadline: deadline)
        } catch {
            throw Self.failure(error)
        }
    }

    private func hasInput(_ handle: ConnectionHandle) -> Bool {
        isReady(handle, for: Int16(POLLIN))
    }

    private func isReady(_ handle: ConnectionHandle, for events: Int16) -> Bool {
        var descriptor = pollfd(fd: handle.socket, events: events, revents: 0)
        guard descriptor.fd >= 0 else { return true }
        return poll(&descriptor, 1, 0) > 0 && !handle.isLost
    }

    private static func failure(_ error: IOError) -> PostgresError {
        switch error {
        case .closed, .cancelled: .closed
        case .timedOut: .timedOut
        case .system, .resolution, .tls: .connection("\(error)")
        }
    }
}

extension Duration {
    var wholeMilliseconds: Int64 { Int64(clamping: wholeNanoseconds / 1_000_000) }
}
