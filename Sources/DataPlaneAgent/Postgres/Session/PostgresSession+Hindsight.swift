internal import Logging
internal import PostgresWire

/// Between the judgement of a statement and its run its names may have come to mean something else, by a change of the catalog in
/// another session. So nothing of its answer goes on where the catalog was, or is being, changed since, before it is known that
/// what ran is what was judged.
extension PostgresSession {
    /// A step that has to come before a message of the answer to `run`; two loads and a comparison where nothing was changed.
    func stepToVerify(_ run: StatementRun?, at type: BackendType) -> ServerStep? {
        // The error of a Bind can be one of its Execute: planning evaluates constants.
        guard let run = run ?? (type == .errorResponse ? ledger.nextRun : nil), run.plan.reliesOnNames,
            !desk.catalogs.isUndisturbed(since: run.judgedAt), run.limitExceeded == nil, verified !== run
        else { return nil }
        unverified = (run, isError: type == .errorResponse)
        return .verify
    }

    /// Finds out; what has come by now is answered for, and what comes later is not.
    func verify() async {
        guard let (run, isError) = unverified else { return }
        unverified = nil
        let moment = desk.catalogs.moment
        verified = run
        if await desk.stillHolds(run.plan, judgedAt: run.judgedAt) {
            run.judgedAt = moment
            return
        }
        let isUndone = run.plan.isGuarded || !run.plan.changesRows
        guard isUndone || isError || run.plan.returnsRows else { return }
        logger.notice(
            "the catalog was changed while a statement ran", metadata: ["statement": "\(run.number)"])
        let report = Report.meaningChanged(isUndone: isUndone || isError)
        run.limitExceeded = report
        run.failure = (report.sqlState.code, report.message)
    }

    /// A portal that the server has planned with nothing changed before means what it was judged by from now on.
    func notePlanned(_ candidates: [CandidateBook<BoundPortal>.Candidate], _ serial: UInt64) {
        for candidate in candidates where candidate.serial == serial {
            candidate.value.isPlanned = desk.catalogs.isUndisturbed(since: candidate.value.judgedAt)
        }
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
                ? "Run it again." : "It has taken effect, but its result is not shown. Look at what it did.")
    }
}
