import APIModels
import Recording

/// The agent that sends records, as it is enrolled.
struct IngestingAgent: Sendable {
    let id: AgentID
    let name: Name
    let signingKey: [UInt8]
}

/// What one upload adds to the database: made from the records and what is stored of their sessions, without I/O.
struct IngestPlan {
    /// Sessions of a lane that had no close when a new process took the lane over.
    struct Interruption {
        let offset: Int64
        let at: Timestamp
    }

    /// A record that belongs to no recording of the agent.
    struct Rejected {
        let session: SessionID
        let sequence: Int64
        let reason: String
        let content: [UInt8]
    }

    private let agent: IngestingAgent
    private let keepsEvidence: Bool
    private var sessionsByID: [RecordSessionID: SessionIngest] = [:]
    private(set) var statements = StatementRows()
    private(set) var results = ResultRows()
    private(set) var interruptions: [Interruption] = []
    private(set) var rejected: [Rejected] = []

    /// - Throws: 409 `chain_broken` at the first record that does not verify, unless the upload is evidence.
    init(_ upload: RecordUpload, by agent: IngestingAgent, stored: [StoredChain]) throws(Problem) {
        self.agent = agent
        keepsEvidence = upload.isEvidence
        for chain in stored { sessionsByID[chain.chain.session] = SessionIngest(stored: chain) }
        for item in upload.items {
            if item.record.kind == .laneOpened {
                try takeLaneOpened(item)
            } else {
                try take(item)
            }
        }
    }

    /// The sessions that have new records, in the order of their ids.
    var sessions: [SessionIngest] {
        sessionsByID.values.filter { $0.sequences != nil }.sorted { $0.id < $1.id }
    }

    private mutating func takeLaneOpened(_ item: RecordUpload.Item) throws(Problem) {
        guard case .laneOpened(let opened)? = try? item.record.content() else {
            return try reject(item, "it is no opening of a lane")
        }
        interruptions.append(Interruption(offset: item.offset, at: Timestamp(opened.openedAt)))
    }

    private mutating func take(_ item: RecordUpload.Item) throws(Problem) {
        let record = item.record
        guard let session = sessionsByID[record.session] ?? openSession(item) else {
            return try reject(item, "its session was not opened")
        }
        guard session.agent == agent.id else { return try reject(item, "its session is another agent's") }
        // Sent before: at least once is what agents promise.
        if record.sequence < session.chain.nextSequence { return }
        switch session.follow(record) {
        case .success(let content): add(content, to: session)
        case .failure(let flaw):
            guard keepsEvidence else { throw Self.broken(session.id, flaw.reason) }
            session.keepAsEvidence(record, flaw)
            if let content = try? record.content() { add(content, to: session) }
        }
    }

    private mutating func openSession(_ item: RecordUpload.Item) -> SessionIngest? {
        guard item.record.sequence == 0, case .sessionOpened(let opened)? = try? item.record.content(),
            let opening = SessionOpening(opened, by: agent.id), let id = item.record.session.sessionID
        else { return nil }
        let session = SessionIngest(id, openedBy: opening, at: item.offset, agent: agent)
        sessionsByID[item.record.session] = session
        return session
    }

    private mutating func add(_ content: RecordContent, to session: SessionIngest) {
        switch content {
        case .statementStarted(let started):
            session.startedStatements += 1
            statements.append(started, of: session)
        case .statementFinished(let finished):
            if !statements.finish(finished, of: session.id) { results.append(finished, of: session.id) }
        case .sessionClosed(let closed): session.closed = closed
        case .sessionOpened, .checkpoint, .laneOpened: break
        }
    }

    private mutating func reject(_ item: RecordUpload.Item, _ reason: String) throws(Problem) {
        guard let id = item.record.session.sessionID else { return }
        guard keepsEvidence else { throw Self.broken(id, "record \(item.record.sequence): \(reason)") }
        rejected.append(
            Rejected(
                session: id, sequence: Int64(clamping: item.record.sequence), reason: reason,
                content: Array(item.record.bytes)))
    }

    private static func broken(_ session: SessionID, _ reason: String) -> Problem {
        .conflict(.chainBroken, "The recording of \(session) does not verify: \(reason).")
    }
}

extension Timestamp {
    init(_ time: RecordTime) { self.init(microseconds: time.microsecondsSinceEpoch) }
}
