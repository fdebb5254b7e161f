import APIModels
import Compression
import PostgresClient
import Recording

/// Where records go: one transaction for an upload.
struct IngestStore: Sendable {
    let database: any PostgresDatabase

    /// Until the transaction ends, nobody else adds records of this lane: a batch that is sent twice at once waits.
    /// - Returns: the agent, nil when it is gone; and what is stored of the sessions.
    func lock(
        _ sessions: [SessionID], lane: Int32, of agent: AgentID
    ) async throws -> (agent: IngestingAgent?, chains: [StoredChain]) {
        let key = "records/\(agent)/\(lane)"
        let results = try await database.run([
            "SELECT pg_advisory_xact_lock(hashtextextended(\(key), 0))",
            "SELECT name, signing_public_key FROM agents WHERE id = \(agent)",
            """
            SELECT id, agent_id, next_sequence, head_hash, principal_id, resource_id, signing_key FROM sessions
            WHERE id = ANY(\(sessions)) ORDER BY id FOR UPDATE
            """,
        ])
        let ingesting = try results[1].first.map { row in
            IngestingAgent(
                id: agent, name: try row.get("name"),
                signingKey: try row.get("signing_public_key", as: PostgresBytes.self).bytes)
        }
        return (ingesting, try results[2].map(Self.chain))
    }

    private static func chain(_ row: PostgresRow) throws(PostgresError) -> StoredChain {
        let id: SessionID = try row.get("id")
        let sequence: Int64 = try row.get("next_sequence")
        guard let head = RecordHash(bytes: try row.get("head_hash", as: PostgresBytes.self).bytes) else {
            throw .decoding(column: "head_hash", reason: "is no SHA-256")
        }
        return StoredChain(
            id: id, agent: try row.get("agent_id"),
            chain: SessionChain(session: id.recorded, nextSequence: UInt64(sequence), head: head),
            principal: try row.get("principal_id"), resource: try row.get("resource_id"),
            signingKey: try row.get("signing_key", as: PostgresBytes.self).bytes)
    }

    /// Stores what the plan adds, in one round trip.
    func apply(
        _ plan: IngestPlan, of upload: RecordUpload, by agent: IngestingAgent, at now: Timestamp
    ) async throws {
        let day = Self.day(of: now)
        let sessions = plan.sessions
        var statements: [SQL] = []
        let opened = sessions.filter { $0.opening != nil }
        if !opened.isEmpty { statements.append(Self.insertion(opened, upload, agent, storedOn: day)) }
        if !sessions.isEmpty {
            statements.append(Self.progress(sessions))
            statements.append(try Self.chunks(sessions, storedOn: day))
        }
        if !plan.statements.isEmpty { statements.append(plan.statements.insertion(storedOn: day)) }
        if !plan.results.isEmpty { statements.append(plan.results.update()) }
        for interruption in plan.interruptions {
            statements.append(Self.interrupt(interruption, upload, agent.id))
        }
        for rejected in plan.rejected {
            statements.append(
                """
                INSERT INTO rejected_records (id, agent_id, session_id, sequence, received_at, reason, content)
                VALUES (gen_random_uuid(), \(agent.id), \(rejected.session), \(rejected.sequence), \(now),
                    \(rejected.reason), \(PostgresBytes(rejected.content)))
                """)
        }
        if !statements.isEmpty { _ = try await database.run(statements) }
    }

    /// The day in UTC, as partitions are made for.
    static func day(of now: Timestamp) -> String { String(now.description.prefix(10)) }

    private static func insertion(
        _ sessions: [SessionIngest], _ upload: RecordUpload, _ agent: IngestingAgent, storedOn day: String
    ) -> SQL {
        let openings = sessions.compactMap(\.opening)
        let contents = openings.map(\.content)
        func texts(_ field: (SessionOpened) -> String) -> [String] {
            contents.map { RecordedText.displayed(Array(field($0.opened).utf8)) }
        }
        let groups = contents.map { JSON.encodeText($0.opened.groups) }
        let revisions = contents.map { Int64(clamping: $0.opened.policyRevision) }
        return """
            INSERT INTO sessions (agent_id, agent_name, signing_key, lane, segment, stored_on, id, segment_offset,
                principal_id, principal_name, principal_kind, principal_groups, credential_id, claimed_user,
                application_name, client_address, resource_id, resource_name, protocol, policy_revision, started_at)
            SELECT \(agent.id), \(agent.name), \(PostgresBytes(agent.signingKey)), \(upload.lane), \(upload.segment),
                \(day)::date, id, segment_offset, principal_id, principal_name, principal_kind, principal_groups::jsonb,
                credential_id, claimed_user, application_name, client_address, resource_id, resource_name, protocol,
                policy_revision, started_at
            FROM unnest(\(sessions.map(\.id)), \(openings.map(\.offset)), \(contents.map(\.principal.id)),
                \(texts(\.principalName))::text[], \(texts(\.principalKind))::text[], \(groups)::text[],
                \(texts(\.credentialID))::text[], \(texts(\.claimedUser))::text[], \(texts(\.applicationName))::text[],
                \(texts(\.clientAddress))::text[], \(contents.map(\.resourceID)), \(texts(\.resourceName))::text[],
                \(texts(\.protocolName))::text[], \(revisions), \(contents.map { Timestamp($0.opened.openedAt) }))
                AS added (id, segment_offset, principal_id, principal_name, principal_kind, principal_groups,
                    credential_id, claimed_user, application_name, client_address, resource_id, resource_name, protocol,
                    policy_revision, started_at)
            """
    }

    private static func progress(_ sessions: [SessionIngest]) -> SQL {
        let heads = sessions.map { PostgresBytes($0.chain.head.bytes) }
        let sequences = sessions.map { Int64(clamping: $0.chain.nextSequence) }
        let signed = sessions.map { $0.signedSequence.map(Int64.init(clamping:)) }
        let ends = sessions.map { $0.closed.map { Timestamp($0.closedAt) } }
        let reasons = sessions.map { $0.closed.map { RecordedText.displayed(Array($0.reason.utf8)) } }
        return """
            UPDATE sessions SET next_sequence = added.next_sequence, head_hash = added.head_hash,
                signed_sequence = COALESCE(added.signed_sequence, sessions.signed_sequence),
                flaw = COALESCE(sessions.flaw, added.flaw), statements = sessions.statements + added.statements,
                status = CASE WHEN added.ended_at IS NULL THEN sessions.status ELSE 'closed' END,
                ended_at = COALESCE(added.ended_at, sessions.ended_at),
                end_reason = COALESCE(added.end_reason, sessions.end_reason)
            FROM unnest(\(sessions.map(\.id)), \(sequences), \(heads), \(signed), \(sessions.map(\.flaw))::text[],
                \(sessions.map(\.startedStatements)), \(ends), \(reasons)::text[])
                AS added (id, next_sequence, head_hash, signed_sequence, flaw, statements, ended_at, end_reason)
            WHERE sessions.id = added.id
            """
    }

    private static func chunks(_ sessions: [SessionIngest], storedOn day: String) throws -> SQL {
        var ids: [SessionID] = []
        var first: [Int64] = []
        var last: [Int64] = []
        var contents: [PostgresBytes] = []
        var compressed: [Bool] = []
        for session in sessions {
            guard let sequences = session.sequences else { continue }
            let packed = try Zstandard.compress(session.stream)
            let isSmaller = packed.count < session.stream.count
            ids.append(session.id)
            first.append(Int64(clamping: sequences.lowerBound))
            last.append(Int64(clamping: sequences.upperBound))
            contents.append(PostgresBytes(isSmaller ? packed : session.stream))
            compressed.append(isSmaller)
        }
        return """
            INSERT INTO recording_chunks (stored_on, session_id, first_sequence, last_sequence, is_compressed, content)
            SELECT \(day)::date, added.* FROM unnest(\(ids), \(first), \(last), \(compressed), \(contents)) AS added
            """
    }

    /// Sessions of the lane that were opened before, and never closed.
    private static func interrupt(
        _ interruption: IngestPlan.Interruption, _ upload: RecordUpload, _ agent: AgentID
    ) -> SQL {
        """
        UPDATE sessions SET status = 'interrupted', ended_at = GREATEST(started_at, \(interruption.at)),
            end_reason = 'agent_ended'
        WHERE agent_id = \(agent) AND lane = \(upload.lane) AND status = 'active'
            AND (segment, segment_offset) < (\(upload.segment), \(interruption.offset))
        """
    }
}
