internal import Logging
internal import PostgresWire
internal import Reactor

/// Between the judgement of a statement and its run its names may have come to mean something else, by a change of the catalog in
/// another session. So nothing of its answer goes on where the catalog was, or is being, changed since, before it is known that
/// what ran is what was judged.
extension PostgresSession {
    /// A step that has to come before a message of the answer to `run`; two loads and a comparison where nothing was changed.
    func stepToVerify(_ run: StatementRun?, at type: BackendType) -> ServerStep? {
        // Planning evaluates constants: what comes of a Bind can be of its Execute.
        let isBeside = type == .errorResponse || type == .noticeResponse || type == .parameterStatus
        guard let run = run ?? (isBeside ? ledger.nextRun : nil), run.plan.reliesOnNames,
            !desk.catalogs.isUndisturbed(since: run.judgedAt), verified !== run, !run.isDoubtful,
            run.limitExceeded == nil, isBeside || run.plan.isShown
        else { return nil }
        unverified = run
        return .verify
    }

    /// Finds out; what has come by now is answered for, and what comes later is not.
    func verify() async throws(SessionEnd) {
        guard let run = unverified else { return }
        unverified = nil
        let moment = desk.catalogs.moment
        verified = run
        if await desk.stillHolds(run.plan, judgedAt: run.judgedAt) {
            run.judgedAt = moment
        } else {
            try doubt(run)
        }
    }

    private func doubt(_ run: StatementRun) throws(SessionEnd) {
        logger.notice(
            "the catalog was changed while a statement ran", metadata: ["statement": "\(run.number)"])
        run.isDoubtful = true
        let isInBlock = transaction == .inTransaction
        desk.catalogs.noteDoubt(isInBlock: isInBlock)
        // Only what is said beside the outcome of a write is withheld.
        guard run.plan.isShown else { return }
        let isUndone: Bool
        if case .none = run.guarding {
            // What has gone behind it in the same pipeline runs whatever the client is told.
            if ledger.hasMore(behind: run) {
                throw .terminated(.meaningChanged(isUndone: false), reason: "meaning_changed")
            }
            abortsBlock = isInBlock
            isUndone = isInBlock || run.isFirst && !run.plan.changesRows
        } else {
            isUndone = true
        }
        let report = Report.meaningChanged(isUndone: isUndone)
        run.limitExceeded = report
        run.failure = (report.sqlState.code, report.message)
    }

    /// In the place of the ReadyForQuery behind a statement in doubt, which the client's transaction block must not outlive.
    func abortBlock() throws(SessionEnd) -> Bool {
        guard abortsBlock else { return false }
        abortsBlock = false
        guard transaction == .inTransaction else { return false }
        guard ledger.isEmpty else {
            throw .terminated(.meaningChanged(isUndone: false), reason: "meaning_changed")
        }
        ledger.expect(.refusal(nil, simple: true))
        toUpstream.insertFailure(simple: true)
        do throws(IOError) {
            _ = try toUpstream.flush(to: upstream)
        } catch {
            throw .upstreamFailed(error)
        }
        return true
    }

    /// A portal that the server has planned with nothing changed before means what it was judged by from now on.
    func notePlanned(_ candidates: [CandidateBook<BoundPortal>.Candidate], _ serial: UInt64) {
        for candidate in candidates where candidate.serial == serial {
            candidate.value.isPlanned = desk.catalogs.isUndisturbed(since: candidate.value.judgedAt)
        }
    }

    /// The server plans anew what it keeps for the session, when what names mean may be something else since it did: it looks
    /// names up once, and does not when another object comes to be that they would mean. In front of what runs next.
    func discardPlans(_ input: UnsafeRawBufferPointer) {
        // As long as policy allows everything, it does not matter what they are of.
        if transaction == .failed || desk.isUnrestricted && plannedUnder != nil { return }
        let now = desk.epoch
        let before = plannedUnder
        plannedUnder = now
        guard let before, before.catalog != now.catalog || before.session != now.session else { return }
        let closing = !isPipelineOpen
        expect(.discardPlans, closing: closing)
        toUpstream.insert(.discardPlans, closing: closing, of: input)
    }
}

extension ReplyLedger {
    /// Whether more statements were sent behind `run` before the next Sync.
    fileprivate func hasMore(behind run: StatementRun) -> Bool {
        for entry in pending {
            switch entry {
            case .sync, .query: return false
            case .execute(let other) where other !== run: return true
            default: continue
            }
        }
        return false
    }
}

extension Report {
    /// - Parameter isUndone: nothing of the statement's effect is left: it can simply be sent again.
    fileprivate static func meaningChanged(isUndone: Bool) -> Report {
        Report(
            .error, isUndone ? .serializationFailure : .prerequisiteNotMet,
            "the catalog was changed while the statement ran, and what its names meant then is not certain",
            detail: #"{"code":"meaning_changed","undone":\#(isUndone)}"#,
            hint: isUndone
                ? "Run it again."
                : "It may have taken effect, but its result is not shown. Look at what it did.")
    }
}
