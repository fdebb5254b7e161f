internal import APIModels
internal import Glibc
internal import PostgresWire
internal import Reactor
internal import Recording

/// Writes one session's records into the spool of its reactor, each before what it stands for happens.
final class SessionRecorder {
    /// Nil: nothing is recorded, for measurements only.
    private let lane: SpoolLane?
    private let identity: AgentIdentity
    /// Where the chain stood when its head was last signed.
    private var signedSequence: UInt64 = 0
    private var chain: SessionChain
    private var response = ResponseCapture()
    /// The number of the statement that `response` is of.
    private var responseOwner: UInt64 = 0
    private var statements: UInt64 = 0
    private var rows: UInt64 = 0
    private var responseBytes: UInt64 = 0
    private var isClosed = false

    /// Of each response, when no policy says less (recording-and-audit: "up to a cap per statement").
    static let defaultResponseCap = 64 << 10

    init(session: SessionID, lane: SpoolLane?, identity: AgentIdentity) {
        self.lane = lane
        self.identity = identity
        chain = SessionChain(session: RecordSessionID((session.rawValue.upper, session.rawValue.lower)))
    }

    /// The number that the next statement gets.
    var nextNumber: UInt64 { statements + 1 }

    func open(_ opened: SessionOpened) throws(SpoolError) -> SpoolPosition {
        try append(opened)
    }

    func close(reason: String) {
        guard !isClosed else { return }
        isClosed = true
        let closed = SessionClosed(
            closedAt: .now, reason: reason, statements: statements, rows: rows, responseBytes: responseBytes)
        // Without it the session reads as interrupted, which is what a spool that cannot take it amounts to.
        _ = try? append(closed)
        checkpoint()
    }

    /// Signs the head of the chain, when records have come since it was last signed.
    func checkpoint() {
        guard lane != nil, chain.nextSequence > signedSequence,
            let checkpoint = try? Checkpoint(of: chain, at: .now, signedBy: identity.keys.signing)
        else { return }
        _ = try? append(checkpoint)
        signedSequence = chain.nextSequence
    }

    /// Waits until everything up to `position` survives a power cut.
    func settle(_ position: SpoolPosition) async throws(SpoolError) {
        try await lane?.flushed(through: position)
    }

    func nextRun(_ plan: StatementPlan, judgedAt: CatalogChanges.Moment) -> StatementRun {
        statements += 1
        return StatementRun(
            number: statements, plan: plan, judgedAt: judgedAt, startedAt: monotonicNanoseconds())
    }

    /// `text` nil means the plan's own.
    func started(
        _ run: StatementRun, text: UnsafeRawBufferPointer?, parameters: CapturedParameters, permit: Permit,
        form: StatementForm
    ) throws(SpoolError) -> SpoolPosition {
        if lane == nil { return .nowhere }
        return try append(
            number: run.number, form, run.plan.encodedFacts, run.plan, text: text, parameters,
            approval: permit.recorded)
    }

    func finished(_ run: StatementRun) throws(SpoolError) -> SpoolPosition {
        run.isFinished = true
        if lane == nil { return .nowhere }
        if responseOwner != run.number { response.begin(cap: 0) }
        rows += run.rows
        responseBytes += response.totalBytes
        let error = run.failure.map { RecordedError(code: $0.sqlState, message: $0.message) }
        let taken = monotonicNanoseconds() &- run.startedAt
        let tag = run.tag
        return try tag.span.withUnsafeBytes { (tag) throws(SpoolError) -> SpoolPosition in
            try response.withView { (response) throws(SpoolError) -> SpoolPosition in
                let view = StatementFinishedView(
                    number: run.number, finishedAt: .now, durationNanoseconds: taken, rows: run.rows,
                    commandTag: tag,
                    error: error, response: response, masked: run.masked)
                return try append(view)
            }
        }
    }

    /// What was refused and never ran: its start and its end at once. The refusal stands even where the spool is full.
    func refused(_ plan: StatementPlan?, text: UnsafeRawBufferPointer?, _ report: Report, form: StatementForm)
    {
        statements += 1
        if lane == nil { return }
        let facts = plan?.refusedFacts ?? StatementPlan.uninspectedFacts
        do throws(SpoolError) {
            _ = try append(number: statements, form, facts, plan, text: text, .none, approval: nil)
            let view = StatementFinishedView(
                number: statements, finishedAt: .now, durationNanoseconds: 0, rows: 0,
                error: RecordedError(code: report.sqlState.code, message: report.message))
            _ = try append(view)
        } catch {
            return
        }
    }

    private func append(_ payload: some RecordPayload) throws(SpoolError) -> SpoolPosition {
        guard let lane else { return .nowhere }
        return try lane.append(payload, chain: &chain)
    }

    /// Bytes of a result as the client gets them.
    func capture(_ bytes: UnsafeRawBufferPointer, of run: StatementRun) {
        if lane == nil { return }
        if responseOwner != run.number {
            responseOwner = run.number
            response.begin(cap: run.plan.responseCap)
        }
        response.append(bytes)
    }

    private func append(
        number: UInt64, _ form: StatementForm, _ facts: EncodedFacts, _ plan: StatementPlan?,
        text: UnsafeRawBufferPointer?, _ parameters: CapturedParameters, approval: RecordedApproval?
    ) throws(SpoolError) -> SpoolPosition {
        let ownText = plan?.text ?? []
        return try ownText.span.withUnsafeBytes { (planText) throws(SpoolError) -> SpoolPosition in
            try parameters.withViews(masked: plan?.touchesMasked ?? true, types: plan?.parameterTypes ?? []) {
                (views) throws(SpoolError) -> SpoolPosition in
                let view = StatementStartedView(
                    number: number, startedAt: .now, form: form, facts: facts, text: text ?? planText,
                    parameters: views, approval: approval)
                return try append(view)
            }
        }
    }
}

extension SpoolPosition {
    /// Where records are that nobody keeps.
    fileprivate static var nowhere: SpoolPosition { SpoolPosition(segment: 0, offset: 0) }
}

extension CapturedParameters {
    /// Lends the parameters as records take them; `masked` ones show that they were there, and not what they were.
    func withViews<R, E: Error>(
        masked: Bool, types: [UInt32] = [], _ body: (UnsafeBufferPointer<ParameterView>) throws(E) -> R
    ) throws(E) -> R {
        if count == 0 { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
        return try withUnsafeTemporaryAllocation(of: ParameterView.self, capacity: count) {
            (views) throws(E) -> R in
            try values.span.withUnsafeBytes { (bytes) throws(E) -> R in
                var offset = 0
                for index in 0..<count {
                    let length = Int(
                        Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
                    offset += 4
                    let value =
                        length < 0 ? nil : UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)])
                    offset += max(0, length)
                    let isMasked = masked && value != nil
                    views.initializeElement(
                        at: index,
                        to: ParameterView(
                            value: isMasked ? UnsafeRawBufferPointer(start: nil, count: 0) : value,
                            isBinary: isBinary(index), isMasked: isMasked,
                            typeOID: index < types.count ? types[index] : 0))
                }
                return try body(UnsafeBufferPointer(views))
            }
        }
    }
}

extension RecordTime {
    /// By this machine's clock.
    static var now: RecordTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return RecordTime(microsecondsSinceEpoch: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}

extension UInt128 {
    var upper: UInt64 { UInt64(truncatingIfNeeded: self >> 64) }
    var lower: UInt64 { UInt64(truncatingIfNeeded: self) }
}
