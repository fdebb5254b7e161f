import APIModels
import HTTPTypes
import PostgresClient

/// `/v1/agents` for people, and enrolment and heartbeat for agents.
struct AgentRoutes: Sendable {
    let services: Services

    static let defaultJoinTokenLifetime = DurationText.hours(1)
    /// The path of an operation, which no agent could be reached under.
    private static let reservedName: Name = "join-tokens"

    var handlers: [Operation: Handler] {
        [
            .listAgents: list, .getAgent: get, .deleteAgent: delete, .createJoinToken: createJoinToken,
            .enrollAgent: enroll, .sendHeartbeat: heartbeat,
        ]
    }

    // MARK: For people

    @Sendable private func list(_ request: APIRequest) async throws -> APIResponse {
        .json(
            try await AgentStore(database: services.database).list(
                PageRequest(request.query), seenSince: seenSince(request)))
    }

    @Sendable private func get(_ request: APIRequest) async throws -> APIResponse {
        let (agent, tag) = try await agent(request, in: AgentStore(database: services.database))
        // Health changes with every heartbeat, which the tag leaves out: never 304.
        return APIResponse.json(agent).with(tag)
    }

    @Sendable private func delete(_ request: APIRequest) async throws -> APIResponse {
        try await services.change(request) { transaction in
            let store = AgentStore(database: transaction)
            let (agent, tag) = try await agent(request, in: store, forUpdate: true)
            try request.requireMatch(tag)
            try await store.delete(agent.id)
            return Changed(
                .noContent, audit: [AuditEntry("agent.delete", agent.id, name: agent.name.description)],
                notices: [.configuration])
        }
    }

    private func agent(
        _ request: APIRequest, in store: AgentStore, forUpdate: Bool = false
    ) async throws -> (agent: Agent, tag: EntityTag) {
        let wanted: NameOrID<IDKinds.Agent> = try request.path("name")
        guard let found = try await store.find(wanted, seenSince: seenSince(request), forUpdate: forUpdate)
        else {
            throw Problem.notFound("There is no such agent.")
        }
        return found
    }

    private func seenSince(_ request: APIRequest) -> Timestamp {
        request.now.advanced(by: .zero - services.settings.agentSilence)
    }

    // MARK: Enrolment

    @Sendable private func createJoinToken(_ request: APIRequest) async throws -> APIResponse {
        let input: JoinTokenCreate = try request.decode()
        guard input.agent != Self.reservedName else {
            throw Problem.invalidBody("agent", .invalidValue, "is the path of an operation")
        }
        return try await services.change(request) { transaction in
            let id = services.makeID(JoinTokenID.self)
            let token = Secret("spj_" + Base64URL.encode(services.randomBytes(32)))
            let expiresAt = request.now.advanced(by: input.expiresIn ?? Self.defaultJoinTokenLifetime)
            try await AgentStore(database: transaction).insertJoinToken(
                id, secretHash: KeyHash.of(token), agent: input.agent, by: request.principal.id,
                expiresAt: expiresAt, at: request.now)
            let created = JoinTokenCreated(
                id: id, agent: input.agent, token: token.shownOnce, expiresAt: expiresAt)
            return Changed(
                .json(created, status: .created),
                audit: [
                    AuditEntry("join_token.create", id, details: ["agent": .string(input.agent.description)])
                ])
        }
    }

    /// Enrols an agent, or gives one that is known new keys. The token is used up in the same transaction.
    @Sendable private func enroll(_ request: APIRequest) async throws -> APIResponse {
        let input: EnrollRequest = try request.decode()
        let tokenHash = KeyHash.of(Secret(input.joinToken.reveal()))
        // Keys that no seal could be made for would only fail later.
        guard (try? AgentSeal(publicKey: input.sealingPublicKey.bytes)) != nil else {
            throw Problem.invalidBody("sealing_public_key", .invalidValue, "is no X25519 public key")
        }
        return try await services.change(request) { transaction in
            let store = AgentStore(database: transaction)
            guard
                let token = try await store.redeemJoinToken(
                    secretHash: tokenHash, agent: input.name, at: request.now)
            else {
                throw Problem(
                    status: 401, code: .invalidJoinToken, title: "The join token is not valid",
                    detail: "It is unknown, used, too old, or for an agent of another name.")
            }
            let id = try await store.enrolledID(input.name) ?? services.makeID(AgentID.self)
            let principalKey = services.masterKey.encrypt(
                Secret(services.randomBytes(32)), context: MasterKey.Context.principalKey(id))
            try await store.enroll(id, input, principalKey: principalKey, at: request.now)
            let answer = EnrollResponse(
                agentID: id, name: input.name, lease: services.settings.lease,
                controlPlaneURL: services.settings.publicURL)
            let details: JSON = [
                "join_token": .string(token.description), "version": .string(input.version),
            ]
            return Changed(
                .json(answer, status: .created),
                audit: [AuditEntry("agent.enroll", id, name: input.name.description, details: details)],
                notices: [.configuration])
        }
    }

    // MARK: Heartbeat

    @Sendable private func heartbeat(_ request: APIRequest) async throws -> APIResponse {
        let heartbeat: Heartbeat = try request.decode()
        try await AgentStore(database: services.database).recordHeartbeat(
            heartbeat, of: request.agent.id, at: request.now)
        return .noContent
    }
}
