import APIModels
import Compression
import Crypto
import Foundation
import HTTPTypes
import Logging
import PostgresClient
import Reactor
import Recording

@testable import ControlPlane

/// A control plane on a database of its own, and an agent that sends it records.
struct IngestBench: Sendable {
    let services: Services
    let handlers: [ControlPlane.Operation: Handler]
    let agent: AuthenticatedAgent
    let key = Curve25519.Signing.PrivateKey()
    static let time = RecordTime(microsecondsSinceEpoch: 1_800_000_000_000_000)

    init(agentName: Name = "default") async throws {
        let configuration = try await TestPostgres.configuration()
        let migrations = try TestControlPlane.runner()
        let reactors = TestPostgres.reactors
        _ = try await reactors.run { try await migrations.migrate(configuration, on: reactors.next()) }
        services = Services(
            settings: ServiceSettings(publicURL: "https://127.0.0.1:8443"),
            database: PostgresPool(configuration, on: reactors, logger: Logger(label: "tests")),
            masterKey: try MasterKey(base64: Secret(Base64URL.encode([UInt8](repeating: 1, count: 32)))),
            reactors: reactors)
        handlers = Handlers.all(
            services: services, migrations: migrations, reference: try TestControlPlane.reference.get())
        agent = AuthenticatedAgent(id: services.makeID(AgentID.self), name: agentName)
        try await enroll(agent)
    }

    func enroll(_ agent: AuthenticatedAgent) async throws {
        let (services, signingKey) = (services, PostgresBytes(Array(key.publicKey.rawRepresentation)))
        let filler = PostgresBytes([UInt8](repeating: 0, count: 32))
        _ = try await run {
            try await services.database.execute(
                """
                INSERT INTO agents (id, name, version, signing_public_key, sealing_public_key, principal_key, enrolled_at)
                VALUES (\(agent.id), \(agent.name), '1', \(signingKey), \(filler), \(filler), \(services.now()))
                """)
        }
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await services.reactors.run(body)
    }

    // MARK: Requests

    func call(
        _ operation: ControlPlane.Operation, as caller: Caller, path: [String: String] = [:],
        query: String = "",
        body: [UInt8] = [], headerFields: HTTPFields = [:]
    ) async throws -> APIResponse {
        guard let handler = handlers[operation] else { throw Problem.internalError }
        let query = try QueryParameters(Substring(query), known: operation.shape.query)
        let (services, headerFields) = (services, headerFields)
        return try await run {
            try await handler(
                APIRequest(
                    operation: operation, id: services.makeID(RequestID.self), caller: caller,
                    now: services.now(),
                    path: path, query: query, headerFields: headerFields, body: body,
                    reactor: services.reactors.next()))
        }
    }

    @discardableResult
    func upload(
        _ body: [UInt8], lane: Int = 0, segment: Int = 1, offset: Int = 16, evidence: Bool = false,
        compressed: Bool = false, as agent: AuthenticatedAgent? = nil
    ) async throws -> Int64 {
        let query = "lane=\(lane)&segment=\(segment)&offset=\(offset)" + (evidence ? "&evidence=true" : "")
        let response = try await call(
            .uploadRecords, as: .agent(agent ?? self.agent), query: query,
            body: compressed ? try Zstandard.compress(body) : body,
            headerFields: compressed ? [.contentEncoding: "zstd"] : [:])
        return try Self.json(response, as: RecordsAcknowledged.self).acknowledgedOffset
    }

    /// Someone who sees everything.
    var auditor: Caller { caller("auditor", [.auditor]) }

    func caller(_ name: String, _ roles: [Role], id: PrincipalID? = nil) -> Caller {
        .principal(
            Principal(
                id: id ?? services.makeID(PrincipalID.self), name: name, kind: .human, groups: [],
                roles: roles))
    }

    static func json<Value: Decodable>(_ response: APIResponse, as type: Value.Type = Value.self) throws
        -> Value
    {
        guard case .bytes(let bytes) = response.body else { throw Problem.internalError }
        return try JSON.decode(type, from: bytes, limits: .configuration)
    }

    func session(_ id: SessionID) async throws -> Session {
        try Self.json(try await call(.getSession, as: auditor, path: ["session_id": id.description]))
    }

    func statements(of id: SessionID, query: String = "") async throws -> Page<Statement> {
        try Self.json(
            try await call(
                .listSessionStatements, as: auditor, path: ["session_id": id.description], query: query))
    }
}

/// A session as an agent records it.
struct RecordedSession {
    let id: SessionID
    let principal: PrincipalID
    private(set) var chain: SessionChain
    private let bench: IngestBench

    init(_ bench: IngestBench, principal: PrincipalID? = nil) {
        self.bench = bench
        id = bench.services.makeID(SessionID.self)
        self.principal = principal ?? bench.services.makeID(PrincipalID.self)
        chain = SessionChain(session: id.recorded)
    }

    private mutating func write(_ payload: some RecordPayload) -> [UInt8] {
        RecordWriter.bytes(payload, chain: &chain) ?? []
    }

    mutating func opened(agent: AgentID? = nil, resource: String = "shop-prod") -> [UInt8] {
        let resourceID = bench.services.makeID(ResourceID.self)
        return write(
            SessionOpened(
                openedAt: IngestBench.time, principalID: principal.description, principalName: "cursor",
                principalKind: "ai_agent", groups: ["ai-agents"], credentialID: "key_1", claimedUser: "app",
                applicationName: "psql", clientAddress: "10.0.0.7:51234", resourceID: resourceID.description,
                resourceName: resource, agentID: (agent ?? bench.agent.id).description, policyRevision: 12,
                protocolName: "postgres"))
    }

    mutating func started(
        _ number: UInt64, _ text: String, decision: RecordedDecision = .allow, parameter: [UInt8]? = nil,
        approval: RecordedApproval? = nil
    ) throws -> [UInt8] {
        let facts = try StatementFacts(
            fingerprint: 0xfe, actions: [.read], decision: decision, policyRevision: 12,
            conditions: ["no_limit"],
            tables: ["public.orders"], reached: ["public.lines"],
            rules: [RecordedRule(policy: "ai-agents-prod", rule: 0, effect: "allow")]
        ).encoded()
        let text = Array(text.utf8)
        return text.withUnsafeBytes { text in
            (parameter ?? []).withUnsafeBytes { value in
                let views = [
                    ParameterView(value: value, isBinary: true, typeOID: 23),
                    ParameterView(value: nil, isBinary: false),
                ]
                return views.withUnsafeBufferPointer { views in
                    write(
                        StatementStartedView(
                            number: number, startedAt: IngestBench.time, form: .execute, facts: facts,
                            text: text,
                            parameters: parameter == nil ? UnsafeBufferPointer(start: nil, count: 0) : views,
                            approval: approval))
                }
            }
        }
    }

    mutating func finished(_ number: UInt64, error: RecordedError? = nil, response: [UInt8] = []) -> [UInt8] {
        var capture = ResponseCapture()
        capture.begin(cap: 64)
        response.withUnsafeBytes { capture.append($0) }
        let tag = Array("SELECT 3".utf8)
        return tag.withUnsafeBytes { tag in
            capture.withView { view in
                write(
                    StatementFinishedView(
                        number: number, finishedAt: IngestBench.time, durationNanoseconds: 1_500_000, rows: 3,
                        commandTag: tag, error: error, response: view))
            }
        }
    }

    mutating func closed() -> [UInt8] {
        write(
            SessionClosed(
                closedAt: IngestBench.time, reason: "client_closed", statements: 1, rows: 3,
                responseBytes: 100))
    }

    mutating func checkpoint(signedBy key: Curve25519.Signing.PrivateKey? = nil) throws -> [UInt8] {
        write(try Checkpoint(of: chain, at: IngestBench.time, signedBy: key ?? bench.key))
    }

    /// Everything of a short session.
    mutating func whole() throws -> [UInt8] {
        try opened() + started(1, "SELECT 1") + finished(1, response: [1, 2, 3]) + closed() + checkpoint()
    }
}
