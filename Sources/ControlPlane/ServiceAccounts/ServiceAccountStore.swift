import APIModels
import PostgresClient

/// A service account with its version.
struct StoredServiceAccount: Sendable {
    let account: ServiceAccount
    let revision: Int64

    var tag: EntityTag { EntityTag(account.id, revision: revision) }
}

/// Service accounts: rows of `principals` that are ours.
struct ServiceAccountStore: Sendable {
    let database: any PostgresDatabase

    private static let columns: SQL = "id, name, kind, groups, disabled, revision, created_at, updated_at"

    func list(_ page: PageRequest) async throws -> Page<ServiceAccount> {
        let rows = try await database.query(
            """
            SELECT \(Self.columns) FROM principals
            WHERE source = 'service_account' AND name > \(try page.afterName()) ORDER BY name LIMIT \(page.fetch)
            """)
        return page.page(try rows.map { try Self.stored($0).account }) { $0.name.description }
    }

    func find(_ account: NameOrID<IDKinds.Principal>, forUpdate: Bool = false) async throws
        -> StoredServiceAccount?
    {
        let lock: SQL = forUpdate ? "FOR UPDATE" : ""
        return try await database.first(
            """
            SELECT \(Self.columns) FROM principals WHERE source = 'service_account' AND \(account.condition) \(lock)
            """
        ).map(Self.stored)
    }

    /// - Throws: 409 `name_taken`.
    func insert(_ input: ServiceAccountCreate, id: PrincipalID, at now: Timestamp) async throws
        -> StoredServiceAccount
    {
        let inserted = try await database.execute(
            """
            INSERT INTO principals (id, name, kind, source, groups, created_at, updated_at)
            VALUES (\(id), \(input.name), \(input.kind), 'service_account', \(Self.normalized(input.groups)),
                \(now), \(now))
            ON CONFLICT ON CONSTRAINT principals_name_is_unique DO NOTHING
            """)
        guard inserted == 1 else { throw Problem.nameTaken(input.name) }
        return StoredServiceAccount(
            account: ServiceAccount(
                id: id, name: input.name, kind: input.kind, groups: Self.normalized(input.groups),
                disabled: false,
                createdAt: now, updatedAt: now),
            revision: 1)
    }

    func update(
        _ stored: StoredServiceAccount, with input: ServiceAccountUpdate, at now: Timestamp
    ) async throws -> StoredServiceAccount {
        var account = stored.account
        account.groups = input.groups.map(Self.normalized) ?? account.groups
        account.disabled = input.disabled ?? account.disabled
        account.updatedAt = now
        let revision = stored.revision + 1
        try await database.execute(
            """
            UPDATE principals SET groups = \(account.groups), disabled = \(account.disabled), updated_at = \(now),
                revision = \(revision)
            WHERE id = \(account.id)
            """)
        return StoredServiceAccount(account: account, revision: revision)
    }

    func delete(_ id: PrincipalID) async throws {
        try await database.execute("DELETE FROM principals WHERE id = \(id)")
    }

    /// Sorted and each once: groups are a set.
    private static func normalized(_ groups: [String]) -> [String] { Set(groups).sorted() }

    private static func stored(_ row: PostgresRow) throws(PostgresError) -> StoredServiceAccount {
        StoredServiceAccount(
            account: ServiceAccount(
                id: try row.get("id"), name: try row.get("name"), kind: try row.get("kind"),
                groups: try row.get("groups"), disabled: try row.get("disabled"),
                createdAt: try row.get("created_at"), updatedAt: try row.get("updated_at")),
            revision: try row.get("revision"))
    }
}
