internal import APIModels
internal import Logging
internal import PostgresWire
internal import Reactor
internal import Recording

/// One client connection to one resource, from ReadyForQuery to the close.
///
/// Two pumps run on the session's reactor: the client's (`+Client`), which decides on every statement before it goes
/// upstream, and the server's (`+Server`), which passes results back. A hold is an `await` in the client's pump; the
/// server's goes on. Each pump reads, looks and writes within one synchronous stretch.
actor PostgresSession {
    nonisolated let reactor: Reactor
    nonisolated let id: SessionID
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private var opened: OpenedSession
    let client: ByteStream
    let upstream: ByteStream
    let limits: SessionLimits
    let target: UpstreamTarget
    let upstreamKey: BackendKey?
    let desk: DecisionDesk
    let recorder: SessionRecorder
    let holds: HoldClient
    var logger: Logger

    var clientInput = InputBuffer()
    var serverInput = InputBuffer()
    var toClient = RelayBuffer()
    var toUpstream = UpstreamOutbox()
    var ledger = ReplyLedger()
    var statements: CandidateBook<StatementPlan>
    var portals: CandidateBook<BoundPortal>
    var transaction = TransactionStatus.idle
    var modes: TransactionModes

    // The client's side.
    /// What the stretch of the client's pump that just ran has come to.
    var nextClientStep = ClientStep.read
    /// What the pump has to do next, when a stretch that ran without it (`handleClientInput`) could not go on.
    var parkedClientStep: Result<ClientStep, SessionEnd>?
    /// What an interruption of the pump found out about the first message that still waits.
    var resumption: Resumption?
    /// Texts that the message at hand needs, each inspected once for it: what it comes to is found out by handling it again.
    var freshInspections: [FreshInspection] = []
    /// Bytes of a large message that are still to be passed on, or thrown away.
    var clientStreaming = 0
    var clientDiscarding = 0
    /// After an error in the extended protocol: everything up to Sync is ignored, as a server does.
    var skipsToSync = false
    /// A statement whose effect is limited, just forwarded.
    var guarded: StatementRun?
    /// Extended messages went upstream and no Sync yet.
    var isPipelineOpen = false
    /// Since the last Sync something went upstream that begins or ends transactions: `transaction` is of before it.
    var pipelineControlsTransaction = false
    /// Since the last Sync a statement went upstream.
    var pipelineHasRun = false
    /// Something that begins or ends transactions went upstream and not all is answered since: `transaction` is of before it.
    var transactionIsControlled = false
    /// Under which the server has planned what it keeps; nil when it keeps nothing.
    var plannedUnder: PlanEpoch?
    /// What ran in the open block is in doubt: the block is made to fail.
    var abortsBlock = false
    /// The server reads a COPY FROM STDIN; only copy messages make sense to it.
    var isCopyIn = false {
        didSet { if !isCopyIn { copySearch = nil } }
    }
    /// Looks for masked values in what it reads.
    var copySearch: CopySearch?
    /// What the client still writes for a COPY goes nowhere: a masked value was in it.
    var refusesCopyIn = false
    /// A COPY FROM STDIN went upstream: nothing follows before the server reads it.
    var awaitsCopyIn = false
    /// The message that comes in parts goes on as a message for each.
    var splitsCopyData = false
    /// The client pump waits for replies: the server pump wakes it when the ledger is empty.
    var replyWaiter: UnsafeContinuation<Void, Never>?
    var probeAnswer: SessionProbe.Answer?
    var catalogReading: CatalogReading?

    // The server's side.
    var parkedServerStep: Result<ServerStep, SessionEnd>?
    /// Whose answer has come that the pump stopped at.
    var unverified: StatementRun?
    /// What has been read of its answer so far is known to be of what was judged.
    var verified: StatementRun?
    /// Bytes of a message that are still to be passed on, or masked, as they come.
    var serverStreaming = 0
    /// The row that they belong to, when it is masked.
    var largeRow: LargeRow?
    /// Nothing of our own may come between.
    var isInsideRow: Bool { serverStreaming > 0 || largeRow != nil }
    /// What the session has to say and may not say in the middle of a row.
    var pendingNotices: [UInt8] = []
    var clientDrain = ClientDrain()
    /// The last statement to end since ReadyForQuery, one that touches masked columns before others.
    var recentPlan: StatementPlan?
    /// Of the open transaction, a statement that has changed rows with masked columns: checks and triggers may have been put off
    /// to the end.
    var deferringPlan: StatementPlan?
    /// From when on rows were changed in the open transaction whose checks and triggers may have been put off.
    var deferringSince: CatalogChanges.Moment?
    /// What the session LISTENs under.
    var listenPlan: StatementPlan?
    /// The end of a result waits to be durable: up to here it is.
    var settledPosition: SpoolPosition?

    var end: SessionEnd?
    private var endWaiter: UnsafeContinuation<Void, Never>?
    var hold: ActiveHold?

    init(
        _ opened: OpenedSession, id: SessionID, limits: SessionLimits, desk: sending DecisionDesk,
        recorder: sending SessionRecorder, holds: HoldClient, logger: Logger
    ) {
        self.opened = opened
        reactor = opened.client.reactor
        self.id = id
        client = opened.client
        upstream = opened.upstream
        target = opened.target
        modes = TransactionModes(ownIsReadOnly: opened.isReadOnlyByDefault)
        upstreamKey = opened.upstreamKey
        self.limits = limits
        self.desk = desk
        self.recorder = recorder
        self.holds = holds
        self.logger = logger
        statements = CandidateBook(capacity: limits.preparedStatements)
        portals = CandidateBook(capacity: limits.portals)
    }

    /// Greets the client as the server would, relays until either side ends, and closes both. Never throws: the reason
    /// goes into the record and the log.
    func run() async {
        logger.info("session opened")
        greet()
        let expiry = expiryTimer()
        let pumps = Task(executorPreference: reactor) {
            await withTaskGroup { pumps in
                pumps.addTask { await self.runClientPump() }
                pumps.addTask { await self.runServerPump() }
                await pumps.waitForAll()
            }
        }
        await withUnsafeContinuation { waiter in
            if end == nil { endWaiter = waiter } else { waiter.resume() }
        }
        if desk.catalogs.isChanging {
            let changes = desk.catalogs.handOver()
            reactor.spawn { await self.outlive(pumps, changes) }
        } else {
            await pumps.value
        }
        expiry?.cancel()
        close()
    }

    /// Never began: the client is told why.
    func refuse(_ report: Report) {
        finish(.terminated(report, reason: "refused"))
        close()
    }

    private func greet() {
        toClient.insert { bytes in
            AuthenticationRequest.writeOk(into: &bytes)
            for (name, value) in opened.parameters {
                ParameterStatus.write(name: name, value: value, into: &bytes)
            }
            opened.cancelKey.write(into: &bytes)
            ReadyForQuery.write(.idle, into: &bytes)
        }
        opened.parameters = []
    }

    /// Ends the session when its token does.
    private func expiryTimer() -> ScheduledTimer? {
        guard let expiresAt = opened.expiresAt else { return nil }
        let reactor = reactor
        return reactor.schedule(after: max(.zero, expiresAt.duration(since: .now))) { [weak self] in
            guard let session = self else { return }
            reactor.spawn { await session.terminate(.expiredToken, reason: "expired") }
        }
    }

    /// Ends the session from outside; the client is told why.
    func terminate(_ report: Report, reason: String) {
        finish(.terminated(report, reason: reason))
    }

    /// Ends it if it is between transactions; otherwise later, when it is (`drain` in `+Server`).
    func drain() {
        isDraining = true
        endIfDrained()
    }

    var isDraining = false
    /// The client said that it is done; the resource ends the session once it is done, too.
    var clientHasEnded = false

    func endIfDrained() {
        guard isDraining, end == nil, ledger.isEmpty, transaction == .idle, hold == nil else { return }
        finish(
            .terminated(
                .shuttingDown, reason: "drained"))
    }

    /// Notes the first reason to end, and wakes both pumps by closing what they wait on.
    func finish(_ reason: SessionEnd) {
        guard end == nil else { return }
        end = reason
        hold?.cancel(.sessionEnded)
        if desk.catalogs.isChanging {
            // The server may still commit one: its connection tells when it no longer can.
            upstream.endWriting()
            if case .terminated = reason { cancelUpstream() }
        } else {
            upstream.close()
        }
        endWaiter?.resume()
        endWaiter = nil
        resumeReplyWaiter()
        clientDrain.wake()
        if let report = reason.report {
            // In the middle of a row there is no place for a message; the close says enough.
            if !isInsideRow { toClient.insert { report.writeError(into: &$0) } }
            _ = try? toClient.flush(to: client)
        }
        client.close()
    }

    private func close() {
        let reason = end ?? .clientClosed
        finish(reason)
        recorder.close(reason: reason.reason)
        logger.info(
            "session closed", metadata: ["reason": "\(reason.reason)", "context": "\(reason.context)"])
    }

    /// Until the server has closed the connection, others look at the catalog before they rely on it. One that breaks off before
    /// an answer says nothing about the server, which may still wait for a lock.
    private func outlive(_ pumps: Task<Void, Never>, _ changes: SessionCatalog.UnderWay) async {
        await pumps.value
        switch end {
        case .upstreamFailed, .upstreamClosed: try? await reactor.sleep(for: Self.longestDoubt)
        default: while let bytes = try? await upstream.read(upTo: Reactor.readAreaSize), !bytes.isEmpty {}
        }
        upstream.close()
        changes.end()
    }

    private static let longestDoubt = Duration.seconds(600)

    /// Signs the head of the recording, when there is anything new in it.
    func checkpoint() {
        recorder.checkpoint()
    }

    func resumeReplyWaiter() {
        guard let waiter = replyWaiter else { return }
        replyWaiter = nil
        waiter.resume()
    }

    /// Waits until the server has answered everything that went upstream, or the session ends.
    func waitForReplies() async { await waitForReplies { $0.ledger.isEmpty } }

    /// Waits until what the server has answered is enough, or the session ends.
    func waitForReplies(until isEnough: (isolated PostgresSession) -> Bool) async {
        while !isEnough(self), end == nil {
            await withUnsafeContinuation { waiter in
                if isEnough(self) || end != nil { waiter.resume() } else { replyWaiter = waiter }
            }
        }
    }
}

/// How large the things of one session may become; each number with its reason.
struct SessionLimits: Sendable {
    /// Query, Parse and Bind are held whole to be decided on. Larger ones are refused; the session lives on.
    var messageBytes = 64 << 20
    /// An error or a notice is held whole, and so is the description of a result.
    var rewrittenMessageBytes = 64 << 20
    /// A row beyond this is masked as it comes. Up to it a message of COPY data stays one message, for clients take it for
    /// a row.
    var heldRowBytes = 1 << 20
    /// Where rows are kept that are neither held nor passed on as they come.
    var spillDirectory = "/tmp"
    /// Drivers with a statement cache hold some hundreds.
    var preparedStatements = 4096
    var portals = 1024
    var wire = WireLimits()
    /// A client that says nothing for this long before it has authenticated is let go.
    var authenticationTimeout = Duration.seconds(30)
    /// How often a held statement's client is told that it is still waiting.
    var holdNoticeInterval = Duration.seconds(15)
    /// Reads in a row before a busy session gives way to its neighbours on the reactor: 16 areas, 1 MiB.
    var burst = 16
}

/// What is needed to begin relaying: both connections, logged in.
///
/// Invariant of `@unchecked`: handed over once, on the reactor that both streams belong to; the session's actor is the only
/// one to touch them from then on.
struct OpenedSession: @unchecked Sendable {
    let client: ByteStream
    let upstream: ByteStream
    let target: UpstreamTarget
    let upstreamKey: BackendKey?
    /// What the server reported at login, passed on to the client.
    var parameters: [(name: String, value: String)]
    /// Whether its transactions are read-only unless they say otherwise.
    let isReadOnlyByDefault: Bool
    /// What the client cancels with.
    let cancelKey: BackendKey
    /// When the token ends, and the session with it.
    let expiresAt: Timestamp?
}
