import APIModels
import PostgresClient

/// Sessions as the records tell of them.
struct SessionStore: Sendable {
    let database: any PostgresDatabase

    struct Filter: Sendable {
        var principal: PrincipalFilter?
        var resource: NameOrID<IDKinds.Resource>?
        var isActive: Bool?
        /// Whose view it is: own sessions, unless a role shows all.
        var viewer: Principal
    }

    /// Newest first.
    func list(_ filter: Filter, page: PageRequest) async throws -> Page<Session> {
        var conditions: [SQL] = [Self.isVisible(to: filter.viewer)]
        if let after = try page.after(as: SessionID.self) { conditions.append("id < \(after)") }
        if let principal = filter.principal {
            conditions.append(principal.condition(name: "principal_name", id: "principal_id"))
        }
        if let resource = filter.resource {
            conditions.append(resource.condition(name: "resource_name", id: "resource_id"))
        }
        if let isActive = filter.isActive { conditions.append("(status = 'active') = \(isActive)") }
        let rows = try await database.query(
            """
            SELECT \(StoredSession.columns) FROM sessions WHERE \(SQL.all(conditions))
            ORDER BY id DESC LIMIT \(page.fetch)
            """)
        return page.page(try rows.map { try StoredSession($0).session }) { $0.id.description }
    }

    func find(_ id: SessionID, visibleTo viewer: Principal) async throws -> StoredSession? {
        try await database.first(
            """
            SELECT \(StoredSession.columns) FROM sessions WHERE id = \(id) AND \(Self.isVisible(to: viewer))
            """
        ).map { row in try StoredSession(row) }
    }

    static func isVisible(to viewer: Principal) -> SQL {
        viewer.seesAll ? "true" : "principal_id = \(viewer.id)"
    }
}

/// A session and what its ETag is made of.
struct StoredSession: Sendable {
    let session: Session
    let tag: EntityTag
    /// The agent's public key when the session began.
    let signingKey: [UInt8]

    static let columns: SQL = """
        id, principal_id, principal_name, principal_kind, resource_name, protocol, agent_name, status, client_address,
        claimed_user, application_name, policy_revision, started_at, ended_at, end_reason, statements, next_sequence,
        head_hash, signed_sequence, flaw, signing_key
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        func text(_ column: String) throws(PostgresError) -> String? {
            let text: String = try row.get(column)
            return text.isEmpty ? nil : text
        }
        let status: SessionStatus = try row.get("status")
        let records: Int64 = try row.get("next_sequence")
        let head = try row.get("head_hash", as: PostgresBytes.self).bytes
        session = Session(
            id: try row.get("id"),
            principal: PrincipalReference(
                id: try row.get("principal_id"), name: try row.get("principal_name"),
                kind: try row.get("principal_kind")),
            resource: try row.get("resource_name"), protocol: try row.get("protocol"),
            agent: try row.get("agent_name"),
            status: status, clientAddress: try text("client_address"), claimedUser: try text("claimed_user"),
            applicationName: try text("application_name"), policyRevision: try row.get("policy_revision"),
            startedAt: try row.get("started_at"), endedAt: try row.get("ended_at"),
            endReason: try row.get("end_reason"), statements: try row.get("statements"),
            recording: RecordingState(
                records: records, headHash: Hexadecimal.encode(head),
                signedSequence: try row.get("signed_sequence"),
                flaw: try row.get("flaw")))
        // It changes with each record, and when it is found to be interrupted.
        tag = EntityTag(session.id, revision: 2 * records + (status == .interrupted ? 1 : 0))
        signingKey = try row.get("signing_key", as: PostgresBytes.self).bytes
    }
}

extension SessionStatus: PostgresEncodable, PostgresDecodable {}

enum Hexadecimal {
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
