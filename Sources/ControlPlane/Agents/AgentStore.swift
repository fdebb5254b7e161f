import APIModels
import PostgresClient

/// An enrolled agent with its keys.
struct StoredAgent: Sendable, Hashable {
    let id: AgentID
    let name: Name
    /// Grows with each enrolment: a stream of an earlier one ends.
    let revision: Int64
    let sealingPublicKey: [UInt8]
    /// Encrypted under the master key.
    let principalKey: [UInt8]
}

/// Agents and the tokens they join with.
struct AgentStore: Sendable {
    let database: any PostgresDatabase

    private static let columns: SQL = """
        id, name, version, advertised, health, sessions, spool_bytes, enrolled_at, last_seen_at, revision
        """

    // MARK: For people

    func list(_ page: PageRequest, seenSince: Timestamp) async throws -> Page<Agent> {
        let rows = try await database.query(
            "SELECT \(Self.columns) FROM agents WHERE name > \(try page.afterName()) ORDER BY name LIMIT \(page.fetch)"
        )
        return page.page(try rows.map { try Self.agent($0, seenSince: seenSince).agent }) {
            $0.name.description
        }
    }

    func find(
        _ agent: NameOrID<IDKinds.Agent>, seenSince: Timestamp, forUpdate: Bool = false
    ) async throws -> (agent: Agent, tag: EntityTag)? {
        let lock: SQL = forUpdate ? "FOR UPDATE" : ""
        return try await database.first("SELECT \(Self.columns) FROM agents WHERE \(agent.condition) \(lock)")
            .map { try Self.agent($0, seenSince: seenSince) }
    }

    func delete(_ id: AgentID) async throws {
        try await database.execute("DELETE FROM agents WHERE id = \(id)")
    }

    // MARK: Enrolment

    func insertJoinToken(
        _ id: JoinTokenID, secretHash: [UInt8], agent: Name, by principal: PrincipalID, expiresAt: Timestamp,
        at now: Timestamp
    ) async throws {
        try await database.execute(
            """
            INSERT INTO join_tokens (id, agent, secret_hash, created_by_id, created_at, expires_at)
            VALUES (\(id), \(agent), \(PostgresBytes(secretHash)), \(principal), \(now), \(expiresAt))
            """)
    }

    /// Uses a join token up.
    /// - Returns: its id, or `nil` when it is unknown, of another agent, used or too old.
    func redeemJoinToken(secretHash: [UInt8], agent: Name, at now: Timestamp) async throws -> JoinTokenID? {
        try await database.first(
            """
            UPDATE join_tokens SET used_at = \(now)
            WHERE secret_hash = \(PostgresBytes(secretHash)) AND agent = \(agent) AND used_at IS NULL
                AND expires_at > \(now)
            RETURNING id
            """
        )?.get("id")
    }

    /// The id of the agent that has this name. Until the transaction ends, nobody else enrols under it.
    func enrolledID(_ name: Name) async throws -> AgentID? {
        let results = try await database.run([
            "SELECT pg_advisory_xact_lock(hashtextextended('agent/' || \(name), 0))",
            "SELECT id FROM agents WHERE name = \(name)",
        ])
        return try results.last?.first?.get("id")
    }

    func enroll(
        _ id: AgentID, _ input: EnrollRequest, principalKey: [UInt8], at now: Timestamp
    ) async throws {
        let signingKey = PostgresBytes(input.signingPublicKey.bytes)
        let sealingKey = PostgresBytes(input.sealingPublicKey.bytes)
        try await database.execute(
            """
            INSERT INTO agents (id, name, version, signing_public_key, sealing_public_key, principal_key, enrolled_at)
            VALUES (\(id), \(input.name), \(input.version), \(signingKey), \(sealingKey),
                \(PostgresBytes(principalKey)), \(now))
            ON CONFLICT ON CONSTRAINT agents_name_is_unique DO UPDATE SET
                version = excluded.version, signing_public_key = excluded.signing_public_key,
                sealing_public_key = excluded.sealing_public_key, principal_key = excluded.principal_key,
                enrolled_at = excluded.enrolled_at, revision = agents.revision + 1
            """)
    }

    // MARK: For agents

    func stored(_ id: AgentID) async throws -> StoredAgent? {
        try await database.first(
            "SELECT id, name, revision, sealing_public_key, principal_key FROM agents WHERE id = \(id)"
        ).map { row in
            StoredAgent(
                id: try row.get("id"), name: try row.get("name"), revision: try row.get("revision"),
                sealingPublicKey: try row.get("sealing_public_key", as: PostgresBytes.self).bytes,
                principalKey: try row.get("principal_key", as: PostgresBytes.self).bytes)
        }
    }

    func recordHeartbeat(_ heartbeat: Heartbeat, of id: AgentID, at now: Timestamp) async throws {
        try await database.execute(
            """
            UPDATE agents SET version = \(heartbeat.version), started_at = \(heartbeat.startedAt),
                sessions = \(heartbeat.sessions), spool_bytes = \(heartbeat.spoolBytes),
                advertised = \(heartbeat.advertised.map(JSONColumn.init)), health = \(JSONColumn(heartbeat.resources)),
                last_seen_at = \(now)
            WHERE id = \(id)
            """)
    }

    private static func agent(
        _ row: PostgresRow, seenSince: Timestamp
    ) throws(PostgresError) -> (agent: Agent, tag: EntityTag) {
        let id: AgentID = try row.get("id")
        let lastSeen: Timestamp? = try row.get("last_seen_at")
        let agent = Agent(
            id: id, name: try row.get("name"), version: try row.get("version"),
            status: (lastSeen ?? .distantPast) >= seenSince ? .online : .offline,
            enrolledAt: try row.get("enrolled_at"), lastSeenAt: lastSeen, sessions: try row.get("sessions"),
            spoolBytes: try row.get("spool_bytes"),
            advertised: try row.get("advertised", as: JSONColumn<AdvertisedListeners>?.self)?.value,
            resources: try row.json("health"))
        return (agent, EntityTag(id, revision: try row.get("revision")))
    }
}
