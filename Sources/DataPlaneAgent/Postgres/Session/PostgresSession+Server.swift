internal import APIModels
internal import Masking
internal import Policy
internal import PostgresWire
internal import Reactor
internal import Recording
internal import SQLInspection

/// What the server's pump waits for before it goes on.
enum ServerStep {
    case read
    /// The record of a result's end has to reach the disk before the client sees that end.
    case settle(SpoolPosition)
    /// The catalog has been changed, or is being, since the statement was judged whose answer comes: was it what it seemed?
    case verify
    /// What was kept of a large row goes to the client, as fast as it takes it.
    case unspill
}

/// The server's pump: reads answers, follows them in the ledger, masks, counts, and passes them on.
extension PostgresSession {
    func runServerPump() async {
        do throws(SessionEnd) {
            try await pumpServer()
        } catch {
            finish(error)
        }
    }

    private func pumpServer() async throws(SessionEnd) {
        var reads = false
        var burst = 0
        while end == nil {
            let step = try parkedOrNextServerStep(reading: reads)
            try await drainClient()
            reads = false
            switch step {
            case .read:
                reads = true
                try await waitForServer()
            case .settle(let position):
                do throws(SpoolError) {
                    try await recorder.settle(position)
                } catch {
                    throw .unrecordable(error)
                }
                settledPosition = position
            case .verify:
                try await verify()
            case .unspill:
                if let row = largeRow { try await unspill(row) }
            }
            burst += 1
            if burst >= limits.burst {
                burst = 0
                await Task.yield()
            }
        }
    }

    /// As `waitForClient`.
    private func waitForServer() async throws(SessionEnd) {
        do throws(IOError) {
            try await upstream.readable(handledBy: { self.handleServerInput() })
        } catch {
            throw end ?? .upstreamFailed(error)
        }
    }

    private func handleServerInput() -> Bool {
        guard end == nil else { return false }
        do throws(SessionEnd) {
            let step = try stepServer(reading: true)
            if case .read = step, toClient.backlog == 0 { return true }
            parkedServerStep = .success(step)
        } catch {
            parkedServerStep = .failure(error)
        }
        return false
    }

    private func parkedOrNextServerStep(reading: Bool) throws(SessionEnd) -> ServerStep {
        guard let parked = parkedServerStep else { return try stepServer(reading: reading) }
        parkedServerStep = nil
        return try parked.get()
    }

    /// One synchronous stretch: read (unless an answer waits), follow, write.
    private func stepServer(reading: Bool) throws(SessionEnd) -> ServerStep {
        var step = ServerStep.read
        var failure: SessionEnd?
        let outcome: InputBuffer.Read
        if reading { verified = nil }
        do throws(IOError) {
            outcome = try serverInput.process(upstream, reading: reading) { input in
                do throws(SessionEnd) {
                    let (consumed, next) = try relay(input)
                    step = next
                    try passOnNow(input)
                    return consumed
                } catch {
                    failure = error
                    toClient.settle(input)
                    return input.count
                }
            }
        } catch {
            throw end ?? .upstreamFailed(error)
        }
        if outcome == .endOfStream { throw end ?? (clientHasEnded ? .clientClosed : .upstreamClosed) }
        if let failure { throw failure }
        if ledger.isEmpty || isCopyIn { resumeReplyWaiter() }
        if ledger.isEmpty { endIfDrained() }
        return step
    }

    private func passOnNow(_ input: UnsafeRawBufferPointer) throws(SessionEnd) {
        do throws(IOError) {
            _ = try toClient.flush(input, to: client)
        } catch {
            throw end ?? .clientFailed(error)
        }
    }

    /// Follows the messages of `input` up to one that waits or is not whole.
    private func relay(_ input: UnsafeRawBufferPointer) throws(SessionEnd) -> (
        consumed: Int, step: ServerStep
    ) {
        var position = 0
        if serverStreaming > 0 {
            position = min(serverStreaming, input.count)
            serverStreaming -= position
            if let step = try relayRest(0..<position, input) { return (position, step) }
        }
        insertPendingNotices(input)
        let span = Span<UInt8>(_unsafeBytes: input)
        var scanner = FrameScanner<BackendType>(limits: limits.wire, cursor: position)
        while true {
            switch scanner.next(in: span) {
            case .frame(let frame):
                let run = ledger.currentRun
                if let step = stepToVerify(run, at: frame.type) { return (frame.start, step) }
                if frame.type.isRow, let run, run.passesRowsOn, run.limitExceeded == nil {
                    passRows(from: frame, of: run, &scanner, input, span)
                } else if frame.type == .dataRow, let run, case .masked(let masker) = run.result {
                    try relayRows(from: frame, &scanner, masker, of: run, input, span)
                } else if let step = try follow(frame, input, span) {
                    return (frame.start, step)
                }
            case .partial(let frame, let missing):
                if let step = stepToVerify(ledger.currentRun, at: frame.type) { return (frame.start, step) }
                return try relayPartial(frame, missing: missing, input)
            case .needMore:
                return (scanner.cursor, .read)
            case .violation(let violation):
                throw .upstreamViolation("\(violation)")
            }
        }
    }

    /// Rows that are passed on as they are: as many as lie there one behind the other, in one piece.
    private func passRows(
        from first: Frame<BackendType>, of run: StatementRun, _ scanner: inout FrameScanner<BackendType>,
        _ input: UnsafeRawBufferPointer, _ span: Span<UInt8>
    ) {
        if first.type == .copyData, run.rowsUntilLimit != .max {
            countRow(first, of: run)
            if run.limitExceeded == nil { passRow(first.whole, input) }
            return
        }
        scanner.cursor = first.start
        let room = first.type == .dataRow ? run.rowsUntilLimit : .max
        let rows = scanner.skip(first.type, atMost: room, in: span)
        if rows == 0 {
            // The one that is too many.
            scanner.cursor = first.end
            countRow(first, of: run)
            return
        }
        if first.type == .dataRow { run.rows += UInt64(rows) }
        passRow(first.start..<scanner.cursor, input)
    }

    /// The beginning of a message whose end has not come. Rows that are passed on as they are go out as they come.
    private func relayPartial(
        _ frame: Frame<BackendType>, missing: Int, _ input: UnsafeRawBufferPointer
    ) throws(SessionEnd) -> (consumed: Int, step: ServerStep) {
        if frame.type.isRow, let run = ledger.currentRun, run.passesRowsOn {
            countRow(frame, of: run)
            guard run.limitExceeded == nil else { return (frame.start, .read) }
            passRow(frame.start..<input.count, input)
            serverStreaming = missing
            return (input.count, .read)
        }
        if frame.bodyLength > limits.heldRowBytes, let run = ledger.currentRun,
            try beginsMasking(frame, of: run)
        {
            serverStreaming = missing
            return (input.count, try relayRest(frame.bodyStart..<input.count, input) ?? .read)
        }
        guard frame.bodyLength <= limits.rewrittenMessageBytes else {
            throw .upstreamViolation(
                "a message of \(frame.bodyLength) bytes has to be rewritten, more than the limit")
        }
        return (frame.start, .read)
    }

    /// Follows one message; a step when it has to wait, and then it is followed again.
    private func follow(
        _ frame: Frame<BackendType>, _ input: UnsafeRawBufferPointer, _ span: Span<UInt8>
    ) throws(SessionEnd) -> ServerStep? {
        if let step = try settleEnd(of: frame, span) { return step }
        switch ledger.received(frame.type) {
        case .asynchronous:
            try relayAsynchronous(frame, input, span)
        case .part(let entry):
            try relayPart(frame, of: entry, input, span)
        case .completes(let entry):
            try relayCompletion(frame, of: entry, input, span)
        case .fails(let entry, let skipped):
            relayFailure(frame, of: entry, skipping: skipped, input, span)
        case .failsOutside:
            // At the commit of a pipeline, or between statements.
            relayError(frame, of: nil, input, span.extracting(frame.body))
        case .unexpected:
            throw .upstreamViolation("\(frame.type) came where nothing that was sent explains it")
        }
        return nil
    }

    // MARK: Asynchronous messages

    private func relayAsynchronous(
        _ frame: Frame<BackendType>, _ input: UnsafeRawBufferPointer, _ span: Span<UInt8>
    ) throws(SessionEnd) {
        if frame.type == .parameterStatus {
            let body = span.extracting(frame.body)
            guard let status = try? ParameterStatus(decoding: body) else {
                throw .upstreamViolation("ParameterStatus")
            }
            if body.matches(status.name, "standard_conforming_strings"), !body.matches(status.value, "on") {
                throw .unpinned("standard_conforming_strings")
            }
            // Ours, in front of the end of what the gateway asked itself: the client sees the session as it is without.
            if case .sync(hidden: true, _)? = ledger.first,
                body.matches(status.name, "default_transaction_read_only")
            {
                return
            }
            if body.matches(status.name, "client_encoding"), !body.matches(status.value, "UTF8") {
                throw .unpinned("client_encoding")
            }
        }
        relayBeside(frame, input, span.extracting(frame.body))
    }

    // MARK: Parts of an answer

    private func relayPart(
        _ frame: Frame<BackendType>, of entry: ReplyLedger.Entry, _ input: UnsafeRawBufferPointer,
        _ span: Span<UInt8>
    ) throws(SessionEnd) {
        switch entry {
        case .query(let run, _), .execute(let run):
            try relayResult(frame, of: run, input, span)
        case .refusal(let report, simple: true):
            // A server looks at no statement before the aborted transaction is ended.
            let shown = transaction == .failed ? report.map { _ in .abortedTransaction } : report
            if let shown { toClient.insert(of: input) { shown.writeError(into: &$0) } }
        case .wrap(let part):
            relayWrap(frame, part, input, span.extracting(frame.body))
        case .describe(let hidden):
            if hidden == nil { toClient.pass(frame.whole, of: input) }
        case .own(_, let purpose):
            if frame.type == .dataRow { takeOwnRow(span.extracting(frame.body), for: purpose) }
        case .parse, .bind, .close, .sync, .refusal, .copyEnd:
            throw .upstreamViolation("\(frame.type) inside an answer that has no parts")
        }
    }

    func relayResult(
        _ frame: Frame<BackendType>, of run: StatementRun, _ input: UnsafeRawBufferPointer,
        _ span: Span<UInt8>
    ) throws(SessionEnd) {
        let body = span.extracting(frame.body)
        switch frame.type {
        case .rowDescription:
            try describeResult(of: run, body)
            pass(frame, of: run, input)
        case .dataRow:
            // Rows without a description: Execute of a portal that needs no masking.
            guard run.passesRowsOn else {
                throw .upstreamViolation("a row without a description of its columns")
            }
            countRow(frame, of: run)
            if run.limitExceeded == nil { passRow(frame.whole, input) }
        case .copyOutResponse:
            try beginCopy(of: run, body)
            pass(frame, of: run, input)
        case .copyData:
            countRow(frame, of: run)
            try relayCopy(frame.whole, body, of: run, input)
        case .copyDone:
            try endCopy(of: run)
            pass(frame, of: run, input)
        case .copyInResponse:
            try beginCopyIn(of: run, body)
            pass(frame, of: run, input)
        case .commandComplete, .emptyQueryResponse:
            // Of a simple query; there may be more results before ReadyForQuery.
            completeStatement(frame, body, of: run)
            passUnlessExceeded(frame, of: run, input)
        case .errorResponse:
            fail(run, body)
            relayError(frame, of: run, input, body)
        default:
            throw .upstreamViolation("\(frame.type) inside a result")
        }
    }

    func pass(_ frame: Frame<BackendType>, of run: StatementRun, _ input: UnsafeRawBufferPointer) {
        guard run.limitExceeded == nil else { return }
        recorder.capture(UnsafeRawBufferPointer(rebasing: input[frame.whole]), of: run)
        toClient.pass(frame.whole, of: input)
    }

    /// Bytes of rows, whole or in part, that go on as they are.
    func passRow(_ range: Range<Int>, _ input: UnsafeRawBufferPointer) {
        guard !range.isEmpty else { return }
        if let run = ledger.currentRun {
            recorder.capture(UnsafeRawBufferPointer(rebasing: input[range]), of: run)
        }
        toClient.pass(range, of: input)
    }

    /// Learns the columns of the result that begins, and how each is masked.
    func describeResult(of run: StatementRun, _ body: Span<UInt8>) throws(SessionEnd) {
        guard run.plan.masksColumnsOrValues else {
            run.result = .plain
            return
        }
        do throws(WireViolation) {
            let description = try RowDescription(decoding: body)
            let masker = ResultMasker(description, of: run.plan, statement: run.statementIndex, desk)
            run.result = masker.map(StatementRun.ResultState.masked) ?? .plain
        } catch {
            throw .upstreamViolation("\(error)")
        }
    }

    func countRow(_ frame: Frame<BackendType>, of run: StatementRun) {
        guard run.counts(frame) else { return }
        run.rows += 1
        guard let limit = run.plan.decision.limits.maxRows, run.rows > UInt64(max(0, limit)),
            run.limitExceeded == nil
        else { return }
        run.limitExceeded = .tooManyRows(limit)
        cancelUpstream()
    }

    func passUnlessExceeded(
        _ frame: Frame<BackendType>, of run: StatementRun, _ input: UnsafeRawBufferPointer
    ) {
        if let report = run.limitExceeded {
            // The result was complete before the cancel arrived; the client is told all the same.
            if !run.isTold { toClient.insert(of: input) { report.writeError(into: &$0) } }
            run.isTold = true
        } else if case .wrapped = run.guarding, run.isFinished {
            run.heldCompletion = Array(input[frame.whole])
        } else {
            pass(frame, of: run, input)
        }
    }

    /// The answers to the gateway's own BEGIN, COMMIT and ROLLBACK. Of these the client learns what concerns it: that its
    /// statement is complete, once it is committed, or why it could not be.
    func relayWrap(
        _ frame: Frame<BackendType>, _ part: ReplyLedger.WrapPart, _ input: UnsafeRawBufferPointer,
        _ body: Span<UInt8>
    ) {
        if frame.type == .errorResponse {
            relayError(frame, of: nil, input, body)
        } else if case .end(let run) = part, !run.heldCompletion.isEmpty {
            toClient.insert(of: input) { $0.append(contentsOf: run.heldCompletion) }
        }
    }
}

extension BackendType {
    /// Rows of a result, or of a COPY out of the database.
    fileprivate var isRow: Bool { self == .dataRow || self == .copyData }
}
