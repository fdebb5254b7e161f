internal import APIModels
internal import Policy
internal import PostgresWire
internal import Reactor

/// How many rows a statement has affected (`max_affected_rows`), and whether its names have meant what it was judged by, is known
/// when it has run. So its effect is held back in a transaction until then, and undone when it may not be.
extension PostgresSession {
    /// Waits for the statement's outcome, and makes it last or undoes it.
    func concludeGuarded(_ run: StatementRun) async throws(SessionEnd) {
        switch run.guarding {
        case .none:
            return
        case .wrapped:
            try await awaitReplies()
            let commits = run.failure == nil && run.limitExceeded == nil
            if commits { desk.catalogs.noteEnding() }
            ledger.expect(.wrap(.end(run)))
            toUpstream.insertEnd(commits: commits)
        case .inTransaction:
            if isPipelineOpen { toUpstream.insertFlush() }
            try await awaitReplies()
            guard run.limitExceeded != nil, !skipsToSync else { return }
            // The client has been told; this error is for the server, which undoes the transaction.
            ledger.expect(.refusal(nil, simple: !isPipelineOpen))
            toUpstream.insertFailure(simple: !isPipelineOpen)
            if isPipelineOpen { skipsToSync = true }
        }
        try await drainUpstream()
    }

    func awaitReplies() async throws(SessionEnd) {
        try await drainUpstream()
        await waitForReplies()
        if let end { throw end }
    }

    /// Notes a completion that says that more rows were affected than policy permits.
    func checkEffect(of run: StatementRun, _ body: Span<UInt8>) {
        guard run.plan.limitsEffect, run.limitExceeded == nil,
            let limit = run.plan.decision.limits.maxAffectedRows,
            let count = (try? CommandComplete(decoding: body))?.rows, count > UInt64(max(0, limit))
        else { return }
        let report = Report.tooManyAffected(count, limit)
        run.limitExceeded = report
        run.failure = (report.sqlState.code, report.message)
    }
}

extension ReplyLedger {
    /// The statement of that number, when its answer is still to come.
    func run(_ number: UInt64) -> StatementRun? {
        for entry in pending {
            switch entry {
            case .execute(let run) where run.number == number: return run
            case .query(let run, _) where run.number == number: return run
            default: continue
            }
        }
        return nil
    }
}

extension Report {
    static func tooManyAffected(_ count: UInt64, _ limit: Int64) -> Report {
        Report(
            .error, .configurationLimitExceeded,
            "the statement would have affected \(count) rows, more than the \(limit) that policy allows; it was undone",
            detail:
                #"{"code":"affected_rows_exceeded","affected_rows":\#(count),"max_affected_rows":\#(limit)}"#,
            hint: "Narrow its WHERE, or change fewer rows at a time.")
    }

    static func timedOut(_ limits: StatementLimits) -> Report {
        let time = limits.statementTimeout?.description ?? ""
        return Report(
            .error, .queryCanceled, "the statement ran for longer than the \(time) that policy allows",
            detail: #"{"code":"statement_timeout","statement_timeout":"\#(time)"}"#,
            hint: "Ask for less at a time.")
    }

    static var transactionControlInside: Report {
        Report(
            .error, .insufficientPrivilege,
            "policy limits how many rows this text may affect, and it controls transactions itself",
            hint: "Send BEGIN, COMMIT and ROLLBACK as statements of their own.")
    }
}
