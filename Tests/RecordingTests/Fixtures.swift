import Crypto

@testable import Recording

/// SplitMix64: the same numbers in each run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

enum Fixtures {
    static let session = RecordSessionID((0x0190_0000_0000_7000, 0x8000_0000_0000_0001))
    static let time = RecordTime(microsecondsSinceEpoch: 1_000_000_000_000_000)

    static func key() throws -> Curve25519.Signing.PrivateKey {
        try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 9, count: 32))
    }

    static let opened = SessionOpened(
        openedAt: time, principalID: "prn_1", principalName: "cursor", principalKind: "ai_agent",
        groups: ["ai-agents", "eu"], credentialID: "key_1", claimedUser: "app", applicationName: "psql",
        clientAddress: "10.0.0.7:51234", resourceID: "res_1", resourceName: "shop-prod", agentID: "agt_1",
        policyRevision: 12, protocolName: "postgres")

    static let closed = SessionClosed(
        closedAt: time, reason: "client_closed", statements: 2, rows: 300, responseBytes: 70_000)

    static let facts = StatementFacts(
        fingerprint: 0xfeed_beef, actions: [.read, .write], decision: .hold, policyRevision: 12,
        conditions: ["missing_where"], tables: ["public.orders"], reached: ["public.lines"],
        columns: ["public.orders.id"],
        rules: [RecordedRule(policy: "ai-agents-prod", rule: 3, effect: "require_approval")],
        masks: [RecordedMask(target: "public.customers.ssn", strategy: "redact")])

    static let approval = RecordedApproval(
        approvalIDs: ["apr_1"], reviewers: ["ana"], receipt: "rcp_1", heldMicroseconds: 2_500_000)

    /// Nil is NULL; the others are recorded as binary.
    static func started(
        _ number: UInt64, _ text: [UInt8], parameters: [[UInt8]?] = [], approval: RecordedApproval? = nil,
        chain: inout SessionChain
    ) throws -> [UInt8]? {
        let facts = try facts.encoded()
        return text.withUnsafeBytes { text in
            let copies = parameters.map { value in
                value.map { value in
                    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: value.count, alignment: 1)
                    copy.copyBytes(from: value)
                    return UnsafeRawBufferPointer(copy)
                }
            }
            defer { for copy in copies { copy?.deallocate() } }
            let views = copies.map { ParameterView(value: $0, isBinary: true, isMasked: false, typeOID: 23) }
            return views.withUnsafeBufferPointer { views in
                RecordWriter.bytes(
                    StatementStartedView(
                        number: number, startedAt: time, form: .execute, facts: facts, text: text,
                        parameters: views,
                        approval: approval),
                    chain: &chain)
            }
        }
    }

    static func finished(
        _ number: UInt64, response: [UInt8], cap: Int, error: RecordedError? = nil, chain: inout SessionChain
    ) -> [UInt8]? {
        var capture = ResponseCapture()
        capture.begin(cap: cap)
        response.withUnsafeBytes { capture.append($0) }
        let tag = Array("SELECT 3".utf8)
        return tag.withUnsafeBytes { tag in
            capture.withView { view in
                RecordWriter.bytes(
                    StatementFinishedView(
                        number: number, finishedAt: time, durationNanoseconds: 1_234, rows: 3,
                        commandTag: tag,
                        error: error, response: view),
                    chain: &chain)
            }
        }
    }

    /// A whole recording: opened, `statements` times started and finished, closed, checkpoint.
    static func recording(statements: Int, seed: UInt64) throws -> [[UInt8]] {
        var random = SeededRandom(seed: seed)
        var chain = SessionChain(session: session)
        var records: [[UInt8]?] = [RecordWriter.bytes(opened, chain: &chain)]
        for number in 1...UInt64(max(statements, 1)) {
            let text = random.bytes(Int.random(in: 1...200, using: &random))
            records.append(try started(number, text, parameters: [random.bytes(8), nil], chain: &chain))
            records.append(finished(number, response: random.bytes(90), cap: 64, chain: &chain))
            if number % 3 == 0 {
                let checkpoint = try Checkpoint(of: chain, at: time, signedBy: try key())
                records.append(RecordWriter.bytes(checkpoint, chain: &chain))
            }
        }
        records.append(RecordWriter.bytes(closed, chain: &chain))
        let checkpoint = try Checkpoint(of: chain, at: time, signedBy: try key())
        records.append(RecordWriter.bytes(checkpoint, chain: &chain))
        return records.compactMap(\.self)
    }

    /// Without the zeros behind them.
    static func bare(_ stream: [[UInt8]]) throws -> [ArraySlice<UInt8>] {
        var reader = RecordReader(stream.flatMap(\.self))
        var records: [ArraySlice<UInt8>] = []
        while let record = try reader.next() { records.append(record.bytes) }
        return records
    }
}
