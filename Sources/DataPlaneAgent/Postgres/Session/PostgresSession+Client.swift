internal import PostgresWire
internal import Reactor
internal import Recording
internal import SQLInspection

/// Why the client's pump stops before a message. Nearly always it is `read`: what the others carry is kept elsewhere.
enum ClientStep {
    /// Nothing more is there.
    case read
    /// The text has to be inspected by a worker.
    indirect case inspect(text: [UInt8], parameterTypes: [UInt32])
    /// The session's state may have changed: ask the server before anything else is decided.
    case probe
    indirect case hold(HeldStatement)
    /// The record of the start has to reach the disk before the message may go.
    indirect case settle(SpoolPosition, AuthorizedStatement)
    /// Names have too many meanings that the server has not decided between: wait for its answers.
    case awaitAnswers
    /// A COPY FROM STDIN went upstream whose rows are looked at.
    case awaitCopyIn
    /// A statement whose effect is limited went upstream: nothing follows before its outcome is known.
    case awaitOutcome(StatementRun)
    /// The client is done; what it sent before goes on.
    case finished
}

/// What an interruption found out; it belongs to the message that the pump stopped at.
indirect enum Resumption {
    case permitted(Permit)
    case refused(Report, StatementPlan)
    case settled(AuthorizedStatement)
}

/// What was asked for while the first message waits.
struct FreshInspection {
    let text: [UInt8]
    let result: Result<Inspection, InspectionFailure>
    /// The catalog that it holds under, and from when on that is known.
    let catalog: UInt64
    let since: CatalogChanges.Moment
}

/// The client's pump: reads messages, decides, forwards.
extension PostgresSession {
    func runClientPump() async {
        do throws(SessionEnd) {
            try await pumpClient()
        } catch {
            finish(error)
        }
    }

    private func pumpClient() async throws(SessionEnd) {
        var reads = false
        var burst = 0
        while end == nil {
            let step = try parkedOrNextClientStep(reading: reads)
            try await drainUpstream()
            reads = false
            switch step {
            case .read:
                reads = true
                try await waitForClient()
            case .inspect(let text, let types):
                freshInspections.append(try await inspect(text, types))
            case .probe:
                try await probe()
            case .hold(let held):
                resumption = try await outcome(of: held)
                // A hold takes minutes: what runs behind it is looked at again.
                freshInspections = []
            case .settle(let position, let authorized):
                try await settle(position)
                resumption = .settled(authorized)
            case .awaitAnswers:
                toUpstream.insertFlush()
                try await awaitReplies()
            case .awaitCopyIn:
                try await awaitCopyIn()
            case .awaitOutcome(let run):
                try await concludeGuarded(run)
            case .finished:
                clientHasEnded = true
                return
            }
            burst += 1
            if burst >= limits.burst {
                burst = 0
                await Task.yield()
            }
        }
    }

    /// Waits for input that needs more than a stretch of work: the rest is handled as it comes, without waking the pump.
    private func waitForClient() async throws(SessionEnd) {
        do throws(IOError) {
            try await client.readable(handledBy: { self.handleClientInput() })
        } catch {
            throw end ?? .clientFailed(error)
        }
    }

    /// Whether the pump can sleep on.
    private func handleClientInput() -> Bool {
        guard end == nil else { return false }
        do throws(SessionEnd) {
            let step = try stepClient(reading: true)
            if case .read = step, toUpstream.backlog == 0 { return true }
            parkedClientStep = .success(step)
        } catch {
            parkedClientStep = .failure(error)
        }
        return false
    }

    private func parkedOrNextClientStep(reading: Bool) throws(SessionEnd) -> ClientStep {
        guard let parked = parkedClientStep else { return try stepClient(reading: reading) }
        parkedClientStep = nil
        return try parked.get()
    }

    private func settle(_ position: SpoolPosition) async throws(SessionEnd) {
        do throws(SpoolError) {
            try await recorder.settle(position)
        } catch {
            throw .unrecordable(error)
        }
    }

    /// Writes what waits for the resource; the client is not read meanwhile.
    func drainUpstream() async throws(SessionEnd) {
        do throws(IOError) {
            while toUpstream.backlog > 0 {
                if try toUpstream.flush(to: upstream) { return }
                try await upstream.writable()
            }
        } catch {
            throw end ?? .upstreamFailed(error)
        }
    }

    /// One synchronous stretch: read (unless a message waits), look, decide, write.
    private func stepClient(reading: Bool) throws(SessionEnd) -> ClientStep {
        nextClientStep = .read
        var failure: SessionEnd?
        let outcome: InputBuffer.Read
        do throws(IOError) {
            outcome = try clientInput.process(client, reading: reading) { input in
                do throws(SessionEnd) {
                    let (consumed, step) = try take(input)
                    nextClientStep = step
                    try forwardNow(input)
                    return consumed
                } catch {
                    failure = error
                    return input.count
                }
            }
        } catch {
            throw end ?? .clientFailed(error)
        }
        if let failure { throw failure }
        if outcome == .endOfStream {
            // Without Terminate: the resource is told, finishes what it runs, and ends the session.
            toUpstream.insertTerminate()
            return .finished
        }
        return nextClientStep
    }

    private func forwardNow(_ input: UnsafeRawBufferPointer) throws(SessionEnd) {
        do throws(IOError) {
            _ = try toUpstream.flush(input, to: upstream)
        } catch {
            throw end ?? .upstreamFailed(error)
        }
    }

    /// Handles the messages of `input` up to one that waits or is not whole: how far, and what it waits for.
    private func take(_ input: UnsafeRawBufferPointer) throws(SessionEnd) -> (consumed: Int, step: ClientStep)
    {
        var position = 0
        if clientDiscarding > 0 {
            position = min(clientDiscarding, input.count)
            clientDiscarding -= position
        } else if clientStreaming > 0 {
            position = min(clientStreaming, input.count)
            clientStreaming -= position
            relayCopyInPart(0..<position, input)
        }
        let span = Span<UInt8>(_unsafeBytes: input)
        var scanner = FrameScanner<FrontendType>(limits: limits.wire, cursor: position)
        while true {
            switch scanner.next(in: span) {
            case .frame(let frame):
                if let step = try handle(frame, input, span) { return (frame.start, step) }
                if !freshInspections.isEmpty { freshInspections = [] }
                if awaitsCopyIn {
                    awaitsCopyIn = false
                    return (frame.end, .awaitCopyIn)
                }
                if let run = guarded, !isCopyIn {
                    guarded = nil
                    return (frame.end, .awaitOutcome(run))
                }
            case .partial(let frame, let missing):
                return try takePartial(frame, missing: missing, input)
            case .needMore:
                return (scanner.cursor, .read)
            case .violation(let violation):
                throw .clientViolation(violation)
            }
        }
    }

    /// The beginning of a message whose end has not come. Copy data is passed on as it comes; the rest is held whole.
    private func takePartial(
        _ frame: Frame<FrontendType>, missing: Int, _ input: UnsafeRawBufferPointer
    ) throws(SessionEnd) -> (consumed: Int, step: ClientStep) {
        if frame.type == .copyData {
            beginCopyInMessage(frame, missing: missing, input)
            return (input.count, .read)
        }
        guard frame.bodyLength > limits.messageBytes else { return (frame.start, .read) }
        let report = Report(
            .error, .programLimitExceeded,
            "the message has \(frame.bodyLength) bytes, more than the \(limits.messageBytes) that the gateway inspects",
            hint: "Send large data in several statements, or with COPY.")
        if !skipsToSync || frame.type == .query {
            refuse(report, simple: frame.type == .query || frame.type == .functionCall, input)
        }
        clientDiscarding = missing
        return (input.count, .read)
    }

    /// Handles one message; a step when it has to wait, and then the message is handled again.
    private func handle(
        _ frame: Frame<FrontendType>, _ input: UnsafeRawBufferPointer, _ span: Span<UInt8>
    ) throws(SessionEnd) -> ClientStep? {
        if skipsToSync, frame.type.isSkippedAfterError {
            resumption = nil
            return nil
        }
        let body = span.extracting(frame.body)
        do throws(WireViolation) {
            switch frame.type {
            case .query: return try handleQuery(frame, body, input)
            case .parse: return try handleParse(frame, body, input)
            case .bind: return try handleBind(frame, body, input)
            case .execute: return try handleExecute(frame, body, input)
            case .describe: try handleDescribe(frame, body, input)
            case .close: try handleClose(frame, body, input)
            case .sync: handleSync(frame, input)
            case .flush: toUpstream.forward(frame.whole, of: input, as: .flush)
            case .copyData: relayCopyIn(frame, input)
            case .copyDone: endCopyIn(frame, input, as: .copyDone)
            case .copyFail: endCopyIn(frame, input, as: .copyFail)
            case .functionCall: refuse(.functionCallRefused, simple: true, input)
            case .terminate:
                toUpstream.forward(frame.whole, of: input, as: .terminate)
                return .finished
            case .authenticationResponse:
                throw .unknownType(frame.type.rawValue)
            }
        } catch {
            throw .clientViolation(error)
        }
        return nil
    }

    private func handleSync(_ frame: Frame<FrontendType>, _ input: UnsafeRawBufferPointer) {
        skipsToSync = false
        isPipelineOpen = false
        pipelineHasRun = false
        pipelineControlsTransaction = false
        beginEpoch()
        if isCopyIn {
            ledger.expectUncertainSync()
        } else {
            ledger.expect(.sync(hidden: false, horizons: horizons))
        }
        toUpstream.forward(frame.whole, of: input, as: .sync)
    }

    private func handleDescribe(
        _ frame: Frame<FrontendType>, _ body: Span<UInt8>, _ input: UnsafeRawBufferPointer
    ) throws(WireViolation) {
        _ = try TargetMessage(decoding: body)
        chooseTransactionMode(before: frame, input)
        isPipelineOpen = true
        ledger.expect(.describe(hidden: nil))
        toUpstream.forward(frame.whole, of: input, as: .describe)
    }

    private func handleClose(
        _ frame: Frame<FrontendType>, _ body: Span<UInt8>, _ input: UnsafeRawBufferPointer
    ) throws(WireViolation) {
        let message = try TargetMessage(decoding: body)
        chooseTransactionMode(before: frame, input)
        isPipelineOpen = true
        let horizon = message.target == .statement ? statements.horizon : portals.horizon
        let name = ReplyLedger.Name(WireName(message.name, in: body))
        ledger.expect(.close(message.target, name, upTo: horizon))
        toUpstream.forward(frame.whole, of: input, as: .close)
    }

    func beginEpoch() {
        statements.beginEpoch()
        portals.beginEpoch()
    }

    /// Which names have been sent by now.
    var horizons: ReplyLedger.Horizons {
        ReplyLedger.Horizons(portals: portals.horizon, statements: statements.horizon)
    }

    // MARK: Refusing

    /// Puts a message that fails in the place of the one refused, so that the server's own rules for errors apply, and
    /// notes what the client is to be told in the place of the server's error.
    func refuse(_ report: Report, simple: Bool, _ input: UnsafeRawBufferPointer) {
        resumption = nil
        ledger.expect(.refusal(report, simple: simple))
        toUpstream.insertFailure(of: input, simple: simple)
        if !simple {
            isPipelineOpen = true
            skipsToSync = true
        }
    }

    // MARK: Statements of the gateway's own

    func expect(_ statement: OwnStatement, closing: Bool) {
        for part in OwnStatement.Part.allCases { ledger.expect(.own(part, for: statement.purpose)) }
        if closing { ledger.expect(.sync(hidden: true, horizons: horizons)) }
    }

    /// Sends one while nothing else waits to be sent.
    func ask(_ statement: OwnStatement, closing: Bool) {
        expect(statement, closing: closing)
        toUpstream.insert(statement, closing: closing)
    }

    /// Asks the server what names mean now, and waits for the answer. Nothing is decided before it is there.
    private func probe() async throws(SessionEnd) {
        // What is still to be answered decides in which state the transaction is, and whether the message is skipped.
        if isPipelineOpen, !ledger.isEmpty { toUpstream.insertFlush() }
        try await awaitReplies()
        if skipsToSync { return }
        guard transaction != .failed || pipelineControlsTransaction else {
            // Only the end of the transaction can run now, and it means the same under any path.
            desk.settleInFailedTransaction()
            return
        }
        probeAnswer = nil
        let closing = !isPipelineOpen
        ask(SessionProbe.statement, closing: closing)
        try await awaitReplies()
        if let probeAnswer {
            desk.settle(probeAnswer)
            freshInspections = []
            modes.learn(isReadOnly: probeAnswer.isReadOnlyByDefault)
        } else if !skipsToSync {
            throw .upstreamViolation("the probe of the session's state was not answered")
        }
    }
}

extension FrontendType {
    /// What a server throws away between an error in the extended protocol and Sync (manual, 55.2.3).
    var isSkippedAfterError: Bool {
        switch self {
        case .query, .parse, .bind, .execute, .describe, .close, .flush, .functionCall: true
        case .sync, .terminate, .copyData, .copyDone, .copyFail, .authenticationResponse: false
        }
    }
}

extension Report {
    static var functionCallRefused: Report {
        Report(
            .error, .featureNotSupported, "the function call message is not supported by the gateway",
            hint: "Call the function in a statement: SELECT function(...).")
    }
}
