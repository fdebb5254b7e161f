import APIModels
import Recording

/// One session, as the agent records it: texts, parameters, facts and answers of an application's ordinary day.
struct RecordedSession {
    private let agent: BenchAgent
    private let id: SessionID
    private var chain: SessionChain
    private var random = SystemRandomNumberGenerator()
    private(set) var statements = 0

    private static let kinds = StatementKind.all

    init(of agent: BenchAgent) {
        self.agent = agent
        id = SessionID(at: .now, using: &random)
        chain = SessionChain(session: RecordSessionID(bytes: id.bytes) ?? .none)
    }

    mutating func opened() -> [UInt8]? {
        RecordWriter.bytes(
            SessionOpened(
                openedAt: .now, principalID: PrincipalID(at: .now, using: &random).description,
                principalName: "cursor", principalKind: "ai_agent", groups: ["ai-agents"],
                credentialID: KeyID(at: .now, using: &random).description, claimedUser: "app",
                applicationName: "orders-service", clientAddress: "10.0.0.7:51234",
                resourceID: ResourceID(at: .now, using: &random).description, resourceName: "shop-prod",
                agentID: agent.id.description, policyRevision: 12, protocolName: "postgres"),
            chain: &chain)
    }

    mutating func started() -> [UInt8]? {
        statements += 1
        let kind = Self.kinds[statements % Self.kinds.count]
        let number = String(UInt32.random(in: 0..<10_000_000, using: &random))
        let text = Array(kind.text(number).utf8)
        let value = kind.hasParameter ? Array(number.utf8) : []
        // Sound: the writer reads the lent bytes during the call only.
        return unsafe text.withUnsafeBytes { text in
            unsafe value.withUnsafeBytes { value in
                let views = unsafe [ParameterView(value: value, isBinary: false, typeOID: 23)]
                return unsafe views.withUnsafeBufferPointer { views in
                    let parameters = unsafe UnsafeBufferPointer(
                        rebasing: views[..<(kind.hasParameter ? 1 : 0)])
                    return unsafe RecordWriter.bytes(
                        StatementStartedView(
                            number: UInt64(statements), startedAt: .now,
                            form: kind.hasParameter ? .execute : .simpleQuery, facts: kind.facts, text: text,
                            parameters: parameters),
                        chain: &chain)
                }
            }
        }
    }

    mutating func finished() -> [UInt8]? {
        let kind = Self.kinds[statements % Self.kinds.count]
        var capture = ResponseCapture()
        capture.begin(cap: 64 << 10)
        let answer = (0..<kind.responseBytes).map { _ in UInt8.random(in: 32..<127, using: &random) }
        // Sound: as above.
        unsafe answer.withUnsafeBytes { unsafe capture.append($0) }
        return unsafe Array(kind.tag.utf8).withUnsafeBytes { tag in
            capture.withView { response in
                unsafe RecordWriter.bytes(
                    StatementFinishedView(
                        number: UInt64(statements), finishedAt: .now, durationNanoseconds: 412_000,
                        rows: 1, commandTag: tag, response: response),
                    chain: &chain)
            }
        }
    }

    mutating func closed() -> [UInt8]? {
        RecordWriter.bytes(
            SessionClosed(
                closedAt: .now, reason: "client_closed", statements: UInt64(statements),
                rows: UInt64(statements), responseBytes: 0),
            chain: &chain)
    }

    mutating func checkpoint() throws -> [UInt8]? {
        RecordWriter.bytes(
            try Checkpoint(of: chain, at: .now, signedBy: agent.signingKey), chain: &chain)
    }
}

/// A statement that applications send again and again with other values.
private struct StatementKind: Sendable {
    let pattern: String
    let facts: EncodedFacts
    let tag: String
    /// What the client got, before the end of the answer.
    let responseBytes: Int

    var hasParameter: Bool { pattern.contains("$1") }
    func text(_ number: String) -> String { pattern.replacing("{}", with: number) }

    static let all: [StatementKind] = [
        StatementKind(
            "SELECT id, customer_id, status, total_cents, created_at FROM orders WHERE id = $1", .read,
            tables: ["public.orders"], tag: "SELECT 1", responseBytes: 90),
        StatementKind(
            """
            SELECT o.id, o.status, l.sku, l.quantity, l.price_cents FROM orders o JOIN order_lines l ON l.order_id = o.id
            WHERE o.customer_id = $1 ORDER BY o.created_at DESC LIMIT 20
            """, .read, tables: ["public.orders", "public.order_lines"], tag: "SELECT 20", responseBytes: 900),
        StatementKind(
            "UPDATE orders SET status = 'shipped', updated_at = now() WHERE id = $1", .write,
            tables: ["public.orders"], tag: "UPDATE 1", responseBytes: 0),
        StatementKind(
            "SELECT name, stock FROM products WHERE sku = 'sku-{}'", .read, tables: ["public.products"],
            tag: "SELECT 1", responseBytes: 40),
        StatementKind(
            "INSERT INTO events (kind, subject, payload) VALUES ('viewed', {}, '{\"source\": \"mail\"}')",
            .write,
            tables: ["public.events"], tag: "INSERT 0 1", responseBytes: 0),
    ].compactMap(\.self)

    private init?(
        _ pattern: String, _ actions: RecordedActions, tables: [String], tag: String, responseBytes: Int
    ) {
        let facts = StatementFacts(
            fingerprint: UInt64(pattern.utf8.reduce(5381) { ($0 &* 33) ^ UInt64($1) }), actions: actions,
            decision: .allow, policyRevision: 12, tables: tables,
            columns: tables.map { "\($0).id" },
            rules: [RecordedRule(policy: "ai-agents-prod", rule: 0, effect: "allow")])
        guard let encoded = try? facts.encoded() else { return nil }
        self.pattern = pattern
        self.facts = encoded
        self.tag = tag
        self.responseBytes = responseBytes
    }
}

extension RecordTime {
    static var now: RecordTime { RecordTime(microsecondsSinceEpoch: Timestamp.now.microseconds) }
}
