import APIModels
import Crypto
import PostgresClient

/// The first start makes what an installation needs; later ones check that it is the same installation.
struct Installation: Sendable {
    enum Failure: Error, CustomStringConvertible {
        case wrongMasterKey

        var description: String {
            "the master key is not the one that this database was set up with"
        }
    }

    let services: Services

    /// Checks the master key, and makes a signing key and mask keys where there are none. Safe beside other replicas that start.
    func prepare() async throws {
        try await services.database.transaction { transaction in
            try await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended('installation', 0))")
            try await checkMasterKey(in: transaction)
            try await makeSigningKey(in: transaction)
            try await services.makeMissingMaskKeys(in: transaction)
        }
    }

    private func checkMasterKey(in transaction: PostgresTransaction) async throws {
        if let row = try await transaction.first("SELECT master_key_check FROM installation") {
            let check: PostgresBytes = try row.get("master_key_check")
            guard (try? services.masterKey.decrypt(check.bytes, context: MasterKey.Context.check)) != nil
            else {
                throw Failure.wrongMasterKey
            }
            return
        }
        let check = services.masterKey.encrypt(
            Secret(Array("sallyport".utf8)), context: MasterKey.Context.check)
        try await transaction.execute(
            """
            INSERT INTO installation (master_key_check, created_at) VALUES (\(PostgresBytes(check)), \(services.now()))
            """)
    }

    private func makeSigningKey(in transaction: PostgresTransaction) async throws {
        guard try await AccessTokens.publicKeys(in: transaction).isEmpty else { return }
        let id = services.makeID(SigningKeyID.self)
        let key = Curve25519.Signing.PrivateKey()
        let encrypted = services.masterKey.encrypt(
            Secret(Array(key.rawRepresentation)), context: MasterKey.Context.signingKey(id))
        try await transaction.execute(
            """
            INSERT INTO signing_keys (id, public_key, private_key, created_at)
            VALUES (\(id), \(PostgresBytes(Array(key.publicKey.rawRepresentation))), \(PostgresBytes(encrypted)),
                \(services.now()))
            """)
    }
}
