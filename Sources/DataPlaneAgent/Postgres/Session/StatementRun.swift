internal import APIModels
internal import Policy
internal import PostgresWire
internal import Reactor
internal import Recording
internal import SQLInspection

/// One statement on its way: from the record of its start to the record of its end. Belongs to its session's actor.
final class StatementRun {
    /// Counts the session's statements from 1.
    let number: UInt64
    let plan: StatementPlan
    /// CLOCK_MONOTONIC, nanoseconds.
    let startedAt: UInt64
    /// From when on it is known that the catalog is the one that it was judged by.
    var judgedAt: CatalogChanges.Moment
    /// Names that its SQL-level PREPARE, DECLARE and so on would give, should the server agree.
    var namings: [Naming] = []
    /// Which names had been sent when it was.
    var horizons = ReplyLedger.Horizons()
    /// Cancels the statement upstream when the policy's time is over.
    var timeout: ScheduledTimer?
    /// What the gateway's own Describe in front of it found.
    var described: DescribedPortal?

    // The result, as far as it has come.
    var rows: UInt64 = 0
    /// Which result of the text this is about: statements before it have completed.
    var statementIndex = 0
    var result = ResultState.none
    /// How a COPY TO STDOUT writes its rows; without a header once that has come.
    private var copied: CopyLayout?
    /// What was masked in the results so far.
    private(set) var masked: [RecordedMasking] = []
    /// A text of many statements does not make a record too large.
    private static let maximumMasked = 2_000
    var tag: [UInt8] = []
    var failure: (sqlState: String, message: String)?
    /// The record of the end is written; what still comes (ReadyForQuery) adds nothing to it.
    var isFinished = false
    /// Set once the client was told that a limit was passed: the rest of the answer is dropped.
    var limitExceeded: Report?

    /// What its names meant when it ran is not known.
    var isDoubtful = false
    /// The client has been told of `limitExceeded`.
    var isTold = false
    /// No statement went before it since the last Sync.
    var isFirst = false

    /// How its effect is held back until it is known how many rows it has affected.
    var guarding = Guarding.none
    /// Its completion, held back until the COMMIT around it has come through.
    var heldCompletion: [UInt8] = []

    enum Guarding {
        case none
        /// In the gateway's own transaction block.
        case wrapped
        /// In the client's transaction block, or the pipeline's implicit one: an error of ours behind it undoes it.
        case inTransaction
    }

    enum ResultState {
        /// No description of columns has come.
        case none
        /// Rows are passed on as they are.
        case plain
        /// Rows are rewritten.
        case masked(ResultMasker)
        /// COPY data is rewritten.
        case maskedCopy(CopyResultMasker)
    }

    struct Naming {
        enum Book { case statements, portals }
        var book: Book
        var name: WireName
        var serial: UInt64
    }

    init(number: UInt64, plan: StatementPlan, judgedAt: CatalogChanges.Moment, startedAt: UInt64) {
        self.number = number
        self.judgedAt = judgedAt
        self.plan = plan
        self.startedAt = startedAt
    }
}

extension StatementRun {
    /// Rows that have not come whole yet may go out in part: nothing in them is looked at.
    var passesRowsOn: Bool {
        switch result {
        case .plain: true
        case .masked, .maskedCopy: false
        case .none: !plan.mayMaskResult
        }
    }

    /// A COPY TO STDOUT begins.
    func beginCopy() {
        guard let statements = plan.answered, statements.indices.contains(statementIndex) else { return }
        copied = statements[statementIndex].copyOut
    }

    /// Whether the message is a row. Of a COPY each one is, but for the header, and for the two bytes that end the binary
    /// format (manual, 55.2.6 "COPY Operations": "always one per row").
    func counts(_ frame: Frame<BackendType>) -> Bool {
        guard frame.type == .copyData else { return frame.type == .dataRow }
        defer { copied?.hasHeader = false }
        return copied?.hasHeader != true && !(copied?.format == .binary && frame.bodyLength == 2)
    }

    /// How many more rows policy lets through.
    var rowsUntilLimit: Int {
        guard let limit = plan.decision.limits.maxRows else { return .max }
        return max(0, Int(clamping: limit) - Int(clamping: rows))
    }

    /// Whether this message is the end of the statement's result.
    func ends(with type: BackendType, in form: RunForm) -> Bool {
        switch (type, form) {
        case (.errorResponse, _): true
        case (.commandComplete, .execute), (.emptyQueryResponse, .execute), (.portalSuspended, .execute): true
        case (.commandComplete, .query), (.emptyQueryResponse, .query):
            // The last statement's tag comes behind its commit.
            statementIndex + 1 >= plan.inspection.statements.count
        case (.readyForQuery, .query): true
        default: false
        }
    }

    enum RunForm { case query, execute }

    /// The result has ended: what was masked in it is counted.
    func endResult() {
        defer { result = .none }
        let counts: [RecordedMasking]
        switch result {
        case .none, .plain: return
        case .masked(let masker): counts = masker.counts(result: statementIndex)
        case .maskedCopy(let masker): counts = masker.counts(result: statementIndex)
        }
        masked += counts.prefix(max(0, Self.maximumMasked - masked.count))
    }

    /// Keeps the command tag, and its count where the rows themselves did not come this way.
    func noteTag(_ body: Span<UInt8>) {
        guard let complete = try? CommandComplete(decoding: body) else { return }
        tag = body.copy(complete.tag)
        if rows == 0, let counted = complete.rows { rows = counted }
    }
}

/// Columns of a portal as the gateway's own Describe found them, for the Execute behind it.
final class DescribedPortal {
    var masker: ResultMasker?
    var isDescribed = false
}

/// A portal: the statement with its parameters, decided on.
final class BoundPortal {
    let plan: StatementPlan
    /// The parameter formats and values as they lie in Bind, for the record and for approvals; cut at a cap.
    let parameters: CapturedParameters
    /// The approval that let it through, and the configuration revision under which it was decided.
    let permit: Permit
    /// It outlives its transaction (DECLARE … WITH HOLD).
    let isHoldable: Bool
    let judgedAt: CatalogChanges.Moment
    /// The server has planned it before anything could have changed what it was judged by.
    var isPlanned = false
    /// It was executed: rows that come from now on may have been worked out before.
    var isStarted = false

    init(
        plan: StatementPlan, parameters: CapturedParameters, permit: Permit, judgedAt: CatalogChanges.Moment,
        isHoldable: Bool = false
    ) {
        self.isHoldable = isHoldable
        self.judgedAt = judgedAt
        self.plan = plan
        self.parameters = parameters
        self.permit = permit
    }
}
