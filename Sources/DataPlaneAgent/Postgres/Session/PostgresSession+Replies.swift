internal import PostgresWire
internal import Reactor
internal import Recording

/// The ends of answers: completions, errors, ReadyForQuery, and what follows from them for the session's books.
extension PostgresSession {
    /// Before the end of a result is passed on, its record is written; where the statement did more than read, the record
    /// has to be on disk first.
    func settleEnd(of frame: Frame<BackendType>, _ span: Span<UInt8>) throws(SessionEnd)
        -> ServerStep?
    {
        guard let run = ledger.currentRun, !run.isFinished, run.ends(with: frame.type, in: ledger.currentForm)
        else { return nil }
        let body = span.extracting(frame.body)
        switch frame.type {
        case .commandComplete, .emptyQueryResponse, .portalSuspended:
            run.noteTag(body)
            checkEffect(of: run, body)
        case .errorResponse:
            fail(run, body)
        default:
            break
        }
        run.endResult()
        if recentPlan?.touchesMasked != true { recentPlan = run.plan }
        if run.plan.hidesTexts, run.plan.changesRows { deferringPlan = run.plan }
        if run.plan.changesRows, run.plan.reliesOnNames, deferringSince == nil {
            deferringSince = run.judgedAt
        }
        do throws(SpoolError) {
            let position = try recorder.finished(run)
            guard run.plan.needsDisk else { return nil }
            return .settle(position)
        } catch {
            throw .unrecordable(error)
        }
    }

    func completeStatement(_ frame: Frame<BackendType>, _ body: Span<UInt8>, of run: StatementRun) {
        run.noteTag(body)
        run.endResult()
        run.statementIndex += 1
        if frame.type == .commandComplete { applyEffects(of: run) }
    }

    func fail(_ run: StatementRun, _ body: Span<UInt8>) {
        guard run.failure == nil, let report = try? Report(decoding: body) else { return }
        let shown = run.limitExceeded ?? textMask(of: run).replacement(ofError: body) ?? report
        run.failure = (shown.sqlState.code, shown.message)
    }

    /// What becomes of texts that come of a statement.
    private func textMask(of run: StatementRun?) -> TextMask {
        run?.isDoubtful == true ? .hiding : textMask(during: run?.plan)
    }

    /// What becomes of texts while `plan` runs; nil between statements, and at the end of a pipeline.
    func textMask(during plan: StatementPlan?) -> TextMask {
        let runsDeferred = plan?.runsDeferred ?? true
        // What was put off may be something else by now.
        if runsDeferred, let deferringSince, !desk.catalogs.isUndisturbed(since: deferringSince) {
            return .hiding
        }
        return TextMask(runsDeferred ? deferringPlan ?? plan : plan, desk)
    }

    /// The server's error, without what it could say of masked values.
    func relayError(
        _ frame: Frame<BackendType>, of run: StatementRun?, _ input: UnsafeRawBufferPointer,
        _ body: Span<UInt8>
    ) {
        relay(frame, as: run?.limitExceeded ?? textMask(of: run).replacement(ofError: body), input)
    }

    private func relay(
        _ frame: Frame<BackendType>, as replacement: Report?, _ input: UnsafeRawBufferPointer
    ) {
        if let replacement {
            toClient.insert(of: input) { replacement.writeError(into: &$0) }
        } else {
            toClient.pass(frame.whole, of: input)
        }
    }

    func relayCompletion(
        _ frame: Frame<BackendType>, of entry: ReplyLedger.Entry, _ input: UnsafeRawBufferPointer,
        _ span: Span<UInt8>
    ) throws(SessionEnd) {
        let body = span.extracting(frame.body)
        switch entry {
        case .parse(let name, let candidate):
            statements.confirm(name.onTheWire, candidate)
        case .bind(let portal, let candidate):
            portals.confirm(portal.onTheWire, candidate)
            notePlanned(portals[portal.onTheWire], candidate)
        case .close(let target, let name, let horizon):
            if target == .statement {
                statements.close(name.onTheWire, upTo: horizon)
            } else {
                portals.close(name.onTheWire, upTo: horizon)
            }
        case .describe(let hidden?):
            hidden.isDescribed = true
            if frame.type == .rowDescription, case .execute(let run)? = ledger.first {
                try describeResult(of: run, body)
            }
            return
        case .describe(nil):
            break
        case .execute(let run):
            completeExecute(frame, of: run, input)
            return
        case .query(let run, let horizons):
            run.timeout?.cancel()
            try becomeReady(body, horizons)
            if try abortBlock() { return }
            switch run.guarding {
            case .none: break
            case .wrapped: return
            case .inTransaction: if run.limitExceeded != nil { return }
            }
        case .wrap(.begin):
            try becomeReady(body, horizons)
            return
        case .wrap(.end):
            try becomeReady(body, horizons)
        case .sync(let hidden, let horizons):
            try becomeReady(body, horizons)
            if hidden { return }
            if try abortBlock() { return }
        case .refusal(_, simple: true):
            try becomeReady(body, horizons)
        case .own(let part, let purpose):
            if part == .execute, purpose == .catalog { catalogReading?.endStatement() }
            return
        case .refusal, .copyEnd:
            throw .upstreamViolation("\(frame.type) in the place of an error")
        }
        toClient.pass(frame.whole, of: input)
    }

    func completeExecute(
        _ frame: Frame<BackendType>, of run: StatementRun, _ input: UnsafeRawBufferPointer
    ) {
        run.timeout?.cancel()
        if frame.type == .commandComplete { applyEffects(of: run) }
        passUnlessExceeded(frame, of: run, input)
        if isCopyIn { isCopyIn = false }
        ledger.copyInCompleted()
    }

    func becomeReady(_ body: Span<UInt8>, _ horizons: ReplyLedger.Horizons) throws(SessionEnd) {
        do throws(WireViolation) {
            transaction = try ReadyForQuery.decode(body)
        } catch {
            throw .upstreamViolation("\(error)")
        }
        isCopyIn = false
        recentPlan = nil
        if transaction == .idle {
            deferringPlan = nil
            deferringSince = nil
            portals.closeAll(upTo: horizons.portals, except: \.isHoldable)
            desk.transactionEnded()
        }
        if ledger.isEmpty {
            transactionIsControlled = false
            desk.catalogs.noteAnswers(isIdle: transaction == .idle)
        }
    }

    func relayFailure(
        _ frame: Frame<BackendType>, of entry: ReplyLedger.Entry, skipping skipped: [ReplyLedger.Entry],
        _ input: UnsafeRawBufferPointer, _ span: Span<UInt8>
    ) {
        let body = span.extracting(frame.body)
        isCopyIn = false
        if case .bind = entry, let run = nextRun(in: skipped) { fail(run, body) }
        let bound = boundPlan(entry)
        undo(entry)
        for entry in skipped { undo(entry) }
        if ledger.isEmpty { skipsToSync = true }
        switch entry {
        case .refusal(let report, _):
            if let report { toClient.insert(of: input) { report.writeError(into: &$0) } }
        case .execute(let run):
            relayError(frame, of: run, input, body)
        case .bind:
            // Planning evaluates constants: its errors can say what a statement's own errors can.
            let report =
                nextRun(in: skipped)?.limitExceeded ?? textMask(during: bound).replacement(ofError: body)
            relay(frame, as: report, input)
        case .own(_, let purpose):
            // The client asked nothing; what it sends next meets the failed transaction itself.
            if purpose == .transactionMode { modes.askingFailed() }
        case .parse, .describe, .close, .query, .sync, .copyEnd, .wrap:
            toClient.pass(frame.whole, of: input)
        }
    }

    /// What a Bind is of.
    func boundPlan(_ entry: ReplyLedger.Entry?) -> StatementPlan? {
        guard case .bind(let portal, let serial)? = entry else { return nil }
        return portals[portal.onTheWire].first { $0.serial == serial }?.value.plan
    }

    func nextRun(in entries: [ReplyLedger.Entry]) -> StatementRun? {
        for case .execute(let run) in entries { return run }
        return nil
    }

    /// The server did not do what the entry was about.
    func undo(_ entry: ReplyLedger.Entry) {
        switch entry {
        case .parse(let name, let candidate): statements.disprove(name.onTheWire, candidate)
        case .bind(let portal, let candidate): portals.disprove(portal.onTheWire, candidate)
        case .execute(let run):
            run.timeout?.cancel()
            for naming in run.namings { disprove(naming) }
            if !run.isFinished {
                if run.failure == nil {
                    run.failure = ("25P02", "skipped after an error earlier in the pipeline")
                }
                _ = try? recorder.finished(run)
            }
        case .own(_, for: .plans): plannedUnder = .outdated
        case .describe, .close, .query, .sync, .refusal, .own, .copyEnd, .wrap: break
        }
    }

    /// What the server has now done to the session.
    func applyEffects(of run: StatementRun) {
        for naming in run.namings {
            switch naming.book {
            case .statements: statements.confirm(naming.name, naming.serial)
            case .portals:
                portals.confirm(naming.name, naming.serial)
                notePlanned(portals[naming.name], naming.serial)
            }
        }
        run.namings = []
        for release in run.plan.releases {
            switch release {
            case .statement(let name?): statements.close(name, upTo: run.horizons.statements)
            case .statement(nil): statements.closeAll(upTo: run.horizons.statements)
            case .cursor(let name?): portals.close(name, upTo: run.horizons.portals)
            case .cursor(nil): portals.closeAll(upTo: run.horizons.portals)
            }
        }
        if run.plan.listens { listenPlan = run.plan }
        if run.plan.changesCatalog { desk.catalogs.noteChange() }
    }

    /// Asks the server to stop what it runs: a limit was passed.
    func cancelUpstream() {
        guard let upstreamKey else { return }
        let target = target
        let reactor = reactor
        reactor.spawn { await UpstreamConnector.cancel(upstreamKey, at: target, on: reactor) }
    }
}
