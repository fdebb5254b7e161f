import APIModels
import PostgresClient

/// A version of a resource's mask key, as stored.
struct StoredMaskKey: Sendable, Hashable {
    let version: Int64
    /// Encrypted under the master key.
    let ciphertext: [UInt8]
    let createdAt: Timestamp
}

/// A version of a resource's mask key, as the API shows it: never the key.
struct MaskKeyVersion: Sendable, Codable {
    var version: Int64
    var createdAt: Timestamp
}

/// The keys of hashes and tokens, by resource and version.
struct MaskKeyStore: Sendable {
    let database: any PostgresDatabase

    private static let columns: SQL = "resource_id, version, ciphertext, created_at"

    /// Newest first.
    func list(of id: ResourceID, page: PageRequest) async throws -> Page<MaskKeyVersion> {
        let before = try page.afterNumber() ?? .max
        let rows = try await database.query(
            """
            SELECT \(Self.columns) FROM mask_keys WHERE resource_id = \(id) AND version < \(before)
            ORDER BY version DESC LIMIT \(page.fetch)
            """)
        return page.page(
            try rows.map(Self.stored).map { MaskKeyVersion(version: $0.version, createdAt: $0.createdAt) }
        ) { "\($0.version)" }
    }

    /// The newest keys of all resources; for configurations.
    func newest() async throws -> [ResourceID: StoredMaskKey] {
        let rows = try await database.query(
            "SELECT DISTINCT ON (resource_id) \(Self.columns) FROM mask_keys ORDER BY resource_id, version DESC"
        )
        var keys: [ResourceID: StoredMaskKey] = [:]
        for row in rows { keys[try row.get("resource_id")] = try Self.stored(row) }
        return keys
    }

    /// One version, or the newest.
    func find(_ version: Int64?, of id: ResourceID) async throws -> StoredMaskKey? {
        let condition: SQL = version.map { "AND version = \($0)" } ?? ""
        return try await database.first(
            """
            SELECT \(Self.columns) FROM mask_keys WHERE resource_id = \(id) \(condition) ORDER BY version DESC LIMIT 1
            """
        ).map(Self.stored)
    }

    /// Makes a version; nothing happens when it exists.
    func insert(_ key: StoredMaskKey, of id: ResourceID) async throws {
        try await database.execute(
            """
            INSERT INTO mask_keys (resource_id, version, ciphertext, created_at)
            VALUES (\(id), \(key.version), \(PostgresBytes(key.ciphertext)), \(key.createdAt)) ON CONFLICT DO NOTHING
            """)
    }

    /// Resources that have no key: those made before there were any.
    func resourcesWithout() async throws -> [ResourceID] {
        try await database.query(
            "SELECT id FROM resources WHERE NOT EXISTS (SELECT FROM mask_keys WHERE resource_id = resources.id)"
        ).map { try $0.get("id") }
    }

    private static func stored(_ row: PostgresRow) throws(PostgresError) -> StoredMaskKey {
        StoredMaskKey(
            version: try row.get("version"),
            ciphertext: try row.get("ciphertext", as: PostgresBytes.self).bytes,
            createdAt: try row.get("created_at"))
    }
}

extension Services {
    /// A new key of 256 random bits.
    func makeMaskKey(version: Int64, for id: ResourceID, at now: Timestamp) -> StoredMaskKey {
        let context = MasterKey.Context.maskKey(id, version: version)
        return StoredMaskKey(
            version: version, ciphertext: masterKey.encrypt(Secret(randomBytes(32)), context: context),
            createdAt: now)
    }

    /// Gives a key to each resource that has none.
    func makeMissingMaskKeys(in transaction: PostgresTransaction) async throws {
        let store = MaskKeyStore(database: transaction)
        for id in try await store.resourcesWithout() {
            try await store.insert(makeMaskKey(version: 1, for: id, at: now()), of: id)
        }
    }
}
