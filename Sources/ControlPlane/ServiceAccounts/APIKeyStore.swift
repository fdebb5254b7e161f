import APIModels
import PostgresClient

/// An API key with its version.
struct StoredAPIKey: Sendable {
    let key: APIKey
    let revision: Int64

    var tag: EntityTag { EntityTag(key.id, revision: revision) }
}

/// API keys of service accounts: only the hash of a key is kept.
struct APIKeyStore: Sendable {
    let database: any PostgresDatabase

    func list(of account: ServiceAccount, page: PageRequest) async throws -> Page<APIKey> {
        let after = try page.after(as: KeyID.self) ?? KeyID(rawValue: 0)
        let rows = try await database.query(
            """
            SELECT id, description, revision, created_at, expires_at, revoked_at FROM api_keys
            WHERE principal_id = \(account.id) AND id > \(after) ORDER BY id LIMIT \(page.fetch)
            """)
        return page.page(try rows.map { try Self.stored($0, of: account).key }) { $0.id.description }
    }

    func find(_ id: KeyID, of account: ServiceAccount, forUpdate: Bool = false) async throws -> StoredAPIKey?
    {
        let lock: SQL = forUpdate ? "FOR UPDATE" : ""
        return try await database.first(
            """
            SELECT id, description, revision, created_at, expires_at, revoked_at FROM api_keys
            WHERE principal_id = \(account.id) AND id = \(id) \(lock)
            """
        ).map { try Self.stored($0, of: account) }
    }

    func insert(
        _ text: APIKeyText, of account: PrincipalID, description: String?, expiresAt: Timestamp?,
        at now: Timestamp
    ) async throws {
        try await database.execute(
            """
            INSERT INTO api_keys (id, principal_id, secret_hash, description, created_at, expires_at)
            VALUES (\(text.id), \(account), \(PostgresBytes(KeyHash.of(text.text))), \(description), \(now), \(expiresAt))
            """)
    }

    /// A key that is revoked stays listed, so that what it did can be told.
    func revoke(_ id: KeyID, at now: Timestamp) async throws {
        try await database.execute(
            """
            UPDATE api_keys SET revoked_at = \(now), revision = revision + 1 WHERE id = \(id) AND revoked_at IS NULL
            """)
    }

    private static func stored(_ row: PostgresRow, of account: ServiceAccount) throws(PostgresError)
        -> StoredAPIKey
    {
        StoredAPIKey(
            key: APIKey(
                id: try row.get("id"), serviceAccount: account.name, description: try row.get("description"),
                createdAt: try row.get("created_at"), expiresAt: try row.get("expires_at"),
                revokedAt: try row.get("revoked_at")),
            revision: try row.get("revision"))
    }
}
