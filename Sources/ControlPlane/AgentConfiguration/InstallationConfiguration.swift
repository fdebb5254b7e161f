import APIModels
import PostgresClient

/// Everything that agents are told about, as of one revision. Secrets are as stored.
struct InstallationConfiguration: Sendable {
    struct ProtectedResource: Sendable, Hashable {
        let stored: StoredResource
        let columns: [ColumnTags]
        let maskKey: StoredMaskKey?
    }

    struct ServicePrincipal: Sendable, Hashable {
        struct Key: Sendable, Hashable {
            let id: KeyID
            let secretHash: [UInt8]
            let expiresAt: Timestamp?
        }

        let principal: Principal
        let disabled: Bool
        let keys: [Key]
    }

    let revision: Int64
    let resources: [ProtectedResource]
    let policies: [Policy]
    let principals: [ServicePrincipal]
    let tokenKeys: [TokenKey]
    let detectors: [DetectorSpec]

    /// The configuration as it is now, read in one snapshot.
    static func load(_ database: PostgresPool) async throws -> InstallationConfiguration {
        try await database.transaction(.repeatableRead) { transaction in
            let revision = try await currentRevision(transaction)
            let columns = try await ResourceStore(database: transaction).allColumnTags()
            let maskKeys = try await MaskKeyStore(database: transaction).newest()
            let resources = try await ResourceStore(database: transaction).all().map { stored in
                ProtectedResource(
                    stored: stored, columns: columns[stored.resource.id] ?? [],
                    maskKey: maskKeys[stored.resource.id])
            }
            return InstallationConfiguration(
                revision: revision, resources: resources,
                policies: try await PolicyStore(database: transaction).enabled(),
                principals: try await loadPrincipals(transaction),
                tokenKeys: try await AccessTokens.publicKeys(in: transaction),
                detectors: try await DetectorStore(database: transaction).all().map(\.spec))
        }
    }

    static func currentRevision(_ database: some PostgresDatabase) async throws -> Int64 {
        guard let row = try await database.first("SELECT value FROM configuration_revision") else {
            throw PostgresError.decoding(column: "value", reason: "the configuration has no revision")
        }
        return try row.get("value")
    }

    private static func loadPrincipals(_ database: some PostgresDatabase) async throws -> [ServicePrincipal] {
        let keyRows = try await database.query(
            """
            SELECT principal_id, id, secret_hash, expires_at FROM api_keys WHERE revoked_at IS NULL ORDER BY id
            """)
        var keys: [PrincipalID: [ServicePrincipal.Key]] = [:]
        for row in keyRows {
            keys[try row.get("principal_id"), default: []].append(
                ServicePrincipal.Key(
                    id: try row.get("id"),
                    secretHash: try row.get("secret_hash", as: PostgresBytes.self).bytes,
                    expiresAt: try row.get("expires_at")))
        }
        return try await database.query(
            """
            SELECT \(Authenticator.principalColumns), principal.disabled FROM principals AS principal
            WHERE principal.source = 'service_account' ORDER BY principal.id
            """
        ).map { row in
            let principal = try Authenticator.principal(row)
            return ServicePrincipal(
                principal: principal, disabled: try row.get("disabled"), keys: keys[principal.id] ?? [])
        }
    }
}

/// The last configuration read, shared by all streams of this replica: a change costs one reading, however many agents
/// there are.
actor ConfigurationCache {
    private let database: PostgresPool
    private var latest: InstallationConfiguration?
    private var reading: Task<InstallationConfiguration, any Error>?

    init(database: PostgresPool) {
        self.database = database
    }

    /// The configuration, of this revision or a later one.
    func configuration(atLeast revision: Int64) async throws -> InstallationConfiguration {
        while true {
            if let latest, latest.revision >= revision { return latest }
            let task = reading ?? startReading()
            let read = try await task.value
            if read.revision > latest?.revision ?? 0 { latest = read }
            if read.revision >= revision { return read }
        }
    }

    private func startReading() -> Task<InstallationConfiguration, any Error> {
        let task = Task {
            defer { reading = nil }
            return try await InstallationConfiguration.load(database)
        }
        reading = task
        return task
    }
}
