import APIModels
import Compression
import Recording

/// What one request carries: consecutive records of a lane, as the agent's uploader cuts and compresses them.
struct RecordedBatch: Sendable {
    let offset: Int
    /// Of the records, before compression.
    let length: Int
    let records: Int
    let statements: Int
    let body: [UInt8]
}

/// The stream of one lane: sessions that open, run statements in turn, close, and are followed by others.
struct RecordedLane {
    private let agent: BenchAgent
    private var sessions: [RecordedSession]
    private var stream: [UInt8] = []
    private var offset = Self.segmentHeaderBytes
    private var records = 0
    private var statements = 0
    private var batches: [RecordedBatch] = []

    /// As the agent's uploader has it.
    private static let batchBytes = 1 << 20
    /// Where the first record stands in a segment of the spool.
    private static let segmentHeaderBytes = 16
    private static let statementsPerSession = 500

    init(of agent: BenchAgent, sessions: Int) {
        self.agent = agent
        self.sessions = (0..<sessions).map { _ in RecordedSession(of: agent) }
    }

    /// At least `count` records: each session comes to its end.
    mutating func batches(records count: Int) throws -> [RecordedBatch] {
        var lane = SessionChain(session: .none)
        try add(RecordWriter.bytes(LaneOpened(openedAt: .now), chain: &lane))
        for index in sessions.indices { try add(sessions[index].opened()) }
        var taken = 0
        while taken < count {
            for index in sessions.indices {
                if sessions[index].statements == Self.statementsPerSession {
                    try close(index)
                    sessions[index] = RecordedSession(of: agent)
                    try add(sessions[index].opened())
                }
                try add(sessions[index].started())
                try add(sessions[index].finished())
                statements += 1
                taken += 2
            }
        }
        for index in sessions.indices { try close(index) }
        try cut()
        return batches
    }

    private mutating func close(_ index: Int) throws {
        try add(sessions[index].closed())
        try add(sessions[index].checkpoint())
    }

    private mutating func add(_ record: [UInt8]?) throws {
        guard let record else { throw UnexpectedAnswer(what: "a record is too large") }
        if stream.count + record.count > Self.batchBytes { try cut() }
        stream += record
        records += 1
    }

    private mutating func cut() throws {
        batches.append(
            RecordedBatch(
                offset: offset, length: stream.count, records: records, statements: statements,
                body: try Zstandard.compress(stream)))
        offset += stream.count
        stream.removeAll(keepingCapacity: true)
        records = 0
        statements = 0
    }
}
