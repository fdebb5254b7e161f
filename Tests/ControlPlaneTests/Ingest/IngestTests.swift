import APIModels
import Crypto
import HTTPTypes
import PostgresClient
import Recording
import Testing

@testable import ControlPlane

struct IngestTests {
    @Test func showsWhatAnAgentRecorded() async throws {
        let bench = try await IngestBench()
        var recorded = RecordedSession(bench)
        let approval = RecordedApproval(
            approvalIDs: [bench.services.makeID(ApprovalID.self).description], reviewers: ["ana"],
            receipt: bench.services.makeID(ReceiptID.self).description, heldMicroseconds: 5)
        let body =
            try recorded.opened()
            + recorded.started(
                1, "SELECT * FROM orders WHERE id = $1", parameter: [0, 0, 1, 0], approval: approval)
            + recorded.finished(1, response: [UInt8](repeating: 7, count: 100))
            + recorded.started(2, "DROP TABLE orders", decision: .deny)
            + recorded.finished(2, error: RecordedError(code: "42501", message: "no"))
        #expect(try await bench.upload(body, compressed: true) == Int64(16 + body.count))

        let session = try await bench.session(recorded.id)
        #expect(session.status == .active)
        #expect(
            session.principal == PrincipalReference(id: recorded.principal, name: "cursor", kind: .aiAgent))
        #expect(session.resource == "shop-prod")
        #expect(session.statements == 2)
        #expect(session.recording?.records == 5)
        #expect(session.recording?.headHash == recorded.chain.head.description)
        #expect(session.recording?.intact == true)

        let statements = try await bench.statements(of: recorded.id).items
        #expect(statements.map(\.sequence) == [1, 2])
        let first = try #require(statements.first)
        #expect(first.text == "SELECT * FROM orders WHERE id = $1")
        #expect(first.parameters == ["256", nil])
        #expect(first.actions == .read)
        #expect(first.conditions == [.noLimit])
        #expect(first.tables == ["public.orders"])
        #expect(first.reached == ["public.lines"])
        #expect(first.decision == .allow)
        #expect(first.rules == [RuleReference(policy: "ai-agents-prod", rule: 0, effect: .allow)])
        #expect(first.approvals.map(\.description) == approval.approvalIDs)
        #expect(first.receipt?.description == approval.receipt)
        #expect(first.rows == 3)
        #expect(first.bytes == 100)
        #expect(first.durationUs == 1500)
        #expect(first.commandTag == "SELECT 3")
        #expect(first.error == nil)
        #expect(statements[1].decision == .deny)
        #expect(statements[1].error == StatementError(sqlstate: "42501", message: "no"))
    }

    @Test func takesAResultWhoseStatementCameBefore() async throws {
        let bench = try await IngestBench()
        var recorded = RecordedSession(bench)
        try await bench.upload(recorded.opened() + recorded.started(1, "SELECT 1"))
        #expect(try await bench.statements(of: recorded.id).items.first?.finishedAt == nil)
        try await bench.upload(recorded.finished(1), offset: 1000)
        #expect(try await bench.statements(of: recorded.id).items.first?.rows == 3)
    }

    @Test func storesWhatIsSentTwiceOnce() async throws {
        let bench = try await IngestBench()
        var recorded = RecordedSession(bench)
        let first = try recorded.opened() + recorded.started(1, "SELECT 1")
        let second = recorded.finished(1) + recorded.closed()
        try await bench.upload(first)
        try await bench.upload(first + second)
        try await bench.upload(first + second)
        let session = try await bench.session(recorded.id)
        #expect(session.statements == 1)
        #expect(session.status == .closed)
        #expect(session.endReason == "client_closed")
        #expect(session.recording?.records == 4)
        #expect(try await recording(recorded.id, bench).count == 4)
    }

    @Test func takesTheSameBatchFromSeveralConnectionsAtOnce() async throws {
        let bench = try await IngestBench()
        var recorded = RecordedSession(bench)
        let body = try recorded.whole()
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<4 { group.addTask { try await bench.upload(body) } }
            for try await offset in group { #expect(offset == Int64(16 + body.count)) }
        }
        #expect(try await recording(recorded.id, bench).count == 5)
    }

    @Test func refusesAGapAndKeepsItAsEvidence() async throws {
        let bench = try await IngestBench()
        var recorded = RecordedSession(bench)
        try await bench.upload(recorded.opened())
        _ = try recorded.started(1, "SELECT 'dropped'")
        let rest = recorded.finished(1) + recorded.closed()
        await #expect(throws: Problem.self) { try await bench.upload(rest) }
        #expect(try await bench.session(recorded.id).recording?.records == 1)

        try await bench.upload(rest, evidence: true)
        let session = try await bench.session(recorded.id)
        #expect(session.status == .closed)
        #expect(session.recording?.intact == false)
        #expect(session.recording?.flaw == "record 2 came where 1 was due")
    }

    @Test func refusesARecordThatDoesNotFollow() async throws {
        let bench = try await IngestBench()
        var recorded = RecordedSession(bench)
        try await bench.upload(recorded.opened())
        var forged = SessionChain(session: recorded.id.recorded, nextSequence: 1, head: .zero)
        let body = try #require(
            RecordWriter.bytes(
                SessionClosed(
                    closedAt: IngestBench.time, reason: "x", statements: 0, rows: 0, responseBytes: 0),
                chain: &forged))
        let problem = await #expect(throws: Problem.self) { try await bench.upload(body) }
        #expect(problem?.status == 409)
        #expect(problem?.code == .chainBroken)
    }

    @Test func refusesACheckpointOfAnotherKey() async throws {
        let bench = try await IngestBench()
        var recorded = RecordedSession(bench)
        let body = try recorded.opened() + recorded.checkpoint(signedBy: Curve25519.Signing.PrivateKey())
        let problem = await #expect(throws: Problem.self) { try await bench.upload(body) }
        #expect(problem?.code == .chainBroken)
        var other = RecordedSession(bench)
        try await bench.upload(try other.whole())
        #expect(try await bench.session(other.id).recording?.signedSequence == 4)
    }

    @Test func letsNoAgentWriteIntoAnothersSession() async throws {
        let bench = try await IngestBench()
        let other = AuthenticatedAgent(id: bench.services.makeID(AgentID.self), name: "other")
        try await bench.enroll(other)
        var recorded = RecordedSession(bench)
        try await bench.upload(recorded.opened())
        let closed = recorded.closed()
        await #expect(throws: Problem.self) { try await bench.upload(closed, as: other) }
        try await bench.upload(closed, evidence: true, as: other)
        #expect(try await bench.session(recorded.id).status == .active)
        let kept = try await bench.run {
            try await bench.services.database.query("SELECT reason FROM rejected_records").count
        }
        #expect(kept == 1)
        // Nor open one in another's name.
        var foreign = RecordedSession(bench)
        let opened = foreign.opened()
        await #expect(throws: Problem.self) { try await bench.upload(opened, as: other) }
    }

    @Test func marksSessionsOfADeadProcessAsInterrupted() async throws {
        let bench = try await IngestBench()
        var before = RecordedSession(bench)
        var closed = RecordedSession(bench)
        var elsewhere = RecordedSession(bench)
        var after = RecordedSession(bench)
        try await bench.upload(before.opened() + closed.whole())
        try await bench.upload(elsewhere.opened(), lane: 1)
        var lane = SessionChain(session: .none)
        let laneOpened = try #require(
            RecordWriter.bytes(LaneOpened(openedAt: IngestBench.time), chain: &lane))
        let body = laneOpened + after.opened()
        try await bench.upload(body, segment: 2)
        try await bench.upload(body, segment: 2)
        #expect(try await bench.session(before.id).status == .interrupted)
        #expect(try await bench.session(closed.id).status == .closed)
        #expect(try await bench.session(elsewhere.id).status == .active)
        #expect(try await bench.session(after.id).status == .active)
    }

    @Test func refusesBytesThatAreNoRecords() async throws {
        let bench = try await IngestBench()
        var recorded = RecordedSession(bench)
        let body = try recorded.whole()
        for bad in [Array(body.dropLast(9)), body + [1], [UInt8](repeating: 0, count: 64)] {
            let problem = await #expect(throws: Problem.self) { try await bench.upload(bad) }
            #expect(problem?.status == 400)
        }
        let problem = await #expect(throws: Problem.self) {
            try await bench.call(
                .uploadRecords, as: .agent(bench.agent), query: "lane=0&segment=1&offset=16",
                body: [1, 2, 3],
                headerFields: [.contentEncoding: "zstd"])
        }
        #expect(problem?.status == 400)
    }

    @Test func keepsTextThatTheDatabaseCannotHold() async throws {
        let bench = try await IngestBench()
        var recorded = RecordedSession(bench)
        try await bench.upload(recorded.opened() + recorded.started(1, "SELECT '\0'"))
        #expect(try await bench.statements(of: recorded.id).items.first?.text == "SELECT '\u{FFFD}'")
        let lines = try await recording(recorded.id, bench)
        #expect(lines[1]["text"] == .string("SELECT '\0'"))
    }

    /// The download verifies with nothing but the agent's public key.
    @Test func givesOutARecordingThatVerifies() async throws {
        let bench = try await IngestBench()
        var recorded = RecordedSession(bench)
        let body = try recorded.whole()
        for (index, record) in try records(of: body).enumerated() {
            try await bench.upload(record, offset: 16 + index * 1000)
        }
        let lines = try await recording(recorded.id, bench)
        let records = lines.compactMap { $0["record"]?.stringValue.flatMap { Base64URL.decode($0)?[...] } }
        #expect(records.count == 5)
        #expect(
            RecordingVerifier.verify(
                records: records, session: recorded.id.recorded, key: bench.key.publicKey, end: .closed
            ).isEmpty)
        for (line, next) in zip(lines, lines.dropFirst()) { #expect(line["hash"] == next["previous_hash"]) }
        #expect(
            lines.map { $0["type"] } == [
                "session_opened", "statement_started", "statement_finished", "session_closed", "checkpoint",
            ])
    }

    private func records(of stream: [UInt8]) throws -> [[UInt8]] {
        var reader = RecordReader(stream)
        var records: [[UInt8]] = []
        var start = 0
        while try reader.next() != nil {
            records.append(Array(stream[start..<reader.offset]))
            start = reader.offset
        }
        return records
    }

    private func recording(_ id: SessionID, _ bench: IngestBench) async throws -> [JSON] {
        let store = RecordingStore(database: bench.services.database)
        let text = try await bench.run {
            let text = Collected()
            try await store.forEachChunk(of: id) { text.bytes += try RecordingLines.lines(of: $0) }
            return text.bytes
        }
        return try text.split(separator: 10).map {
            try JSON.decode(JSON.self, from: Array($0), limits: .configuration)
        }
    }
}

/// Confined to the one task that fills it.
private final class Collected: @unchecked Sendable {
    var bytes: [UInt8] = []
}
