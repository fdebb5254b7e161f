import APIModels
import PostgresClient

extension Policy {
    var tag: EntityTag { EntityTag(id, revision: revision) }
}

/// One version of a policy, as it was.
struct PolicyVersion: Sendable, Codable {
    var revision: Int64
    var changedBy: PrincipalReference
    var changedAt: Timestamp
    var policy: PolicySpec
}

/// Policies and all their versions.
struct PolicyStore: Sendable {
    let database: any PostgresDatabase

    private static let columns: SQL = "id, revision, spec, created_at, updated_at"

    func list(_ page: PageRequest) async throws -> Page<Policy> {
        let rows = try await database.query(
            """
            SELECT \(Self.columns) FROM policies WHERE name > \(try page.afterName()) ORDER BY name LIMIT \(page.fetch)
            """)
        return page.page(try rows.map(Self.policy)) { $0.name.description }
    }

    /// All policies, by name; for configurations.
    func all() async throws -> [Policy] {
        try await database.query("SELECT \(Self.columns) FROM policies ORDER BY name").map(Self.policy)
    }

    /// The enabled ones, by name.
    func enabled() async throws -> [Policy] {
        try await database.query("SELECT \(Self.columns) FROM policies WHERE enabled ORDER BY name").map(
            Self.policy)
    }

    func find(_ policy: NameOrID<IDKinds.Policy>, forUpdate: Bool = false) async throws -> Policy? {
        let lock: SQL = forUpdate ? "FOR UPDATE" : ""
        return try await database.first(
            "SELECT \(Self.columns) FROM policies WHERE \(policy.condition) \(lock)"
        )
        .map(Self.policy)
    }

    /// - Throws: 412 when somebody else made one under this name at the same time.
    func insert(_ policy: Policy, by principal: Principal, at now: Timestamp) async throws {
        let inserted = try await database.execute(
            """
            INSERT INTO policies (id, name, enabled, spec, reviewer_groups, revision, created_at, updated_at)
            VALUES (\(policy.id), \(policy.name), \(policy.spec.enabled), \(JSONColumn(policy.spec)),
                \(policy.spec.reviewerGroups), \(policy.revision), \(now), \(now))
            ON CONFLICT ON CONSTRAINT policies_name_is_unique DO NOTHING
            """)
        guard inserted == 1 else { throw Problem.preconditionFailed }
        try await database.execute(Self.version(policy, by: principal, at: now))
    }

    func replace(_ policy: Policy, by principal: Principal, at now: Timestamp) async throws {
        _ = try await database.run([
            """
            UPDATE policies SET enabled = \(policy.spec.enabled), spec = \(JSONColumn(policy.spec)),
                reviewer_groups = \(policy.spec.reviewerGroups), revision = \(policy.revision), updated_at = \(now)
            WHERE id = \(policy.id)
            """,
            Self.version(policy, by: principal, at: now),
        ])
    }

    func delete(_ id: PolicyID) async throws {
        try await database.execute("DELETE FROM policies WHERE id = \(id)")
    }

    // MARK: Versions

    /// Newest first.
    func versions(of id: PolicyID, page: PageRequest) async throws -> Page<PolicyVersion> {
        let before = try page.afterNumber() ?? .max
        let rows = try await database.query(
            """
            SELECT revision, spec, changed_by_id, changed_by_name, changed_by_kind, changed_at FROM policy_versions
            WHERE policy_id = \(id) AND revision < \(before) ORDER BY revision DESC LIMIT \(page.fetch)
            """)
        return page.page(try rows.map(Self.policyVersion)) { "\($0.revision)" }
    }

    func version(_ revision: Int64, of id: PolicyID) async throws -> PolicyVersion? {
        try await database.first(
            """
            SELECT revision, spec, changed_by_id, changed_by_name, changed_by_kind, changed_at FROM policy_versions
            WHERE policy_id = \(id) AND revision = \(revision)
            """
        ).map(Self.policyVersion)
    }

    private static func version(_ policy: Policy, by principal: Principal, at now: Timestamp) -> SQL {
        """
        INSERT INTO policy_versions (policy_id, revision, spec, changed_by_id, changed_by_name, changed_by_kind,
            changed_at)
        VALUES (\(policy.id), \(policy.revision), \(JSONColumn(policy.spec)), \(principal.id), \(principal.name),
            \(principal.kind), \(now))
        """
    }

    private static func policy(_ row: PostgresRow) throws(PostgresError) -> Policy {
        Policy(
            id: try row.get("id"), revision: try row.get("revision"), spec: try row.json("spec"),
            createdAt: try row.get("created_at"), updatedAt: try row.get("updated_at"))
    }

    private static func policyVersion(_ row: PostgresRow) throws(PostgresError) -> PolicyVersion {
        PolicyVersion(
            revision: try row.get("revision"),
            changedBy: PrincipalReference(
                id: try row.get("changed_by_id"), name: try row.get("changed_by_name"),
                kind: try row.get("changed_by_kind")),
            changedAt: try row.get("changed_at"), policy: try row.json("spec"))
    }
}
