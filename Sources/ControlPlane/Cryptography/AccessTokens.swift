import APIModels
import Crypto
import FoundationEssentials
import JWTKit
import PostgresClient
import Synchronization

/// The claims of an access token of ours (RFC 7519, and RFC 9068 in spirit).
struct AccessTokenClaims: JWTPayload, Sendable {
    let iss: String
    let sub: String
    let aud: [String]
    let name: String
    let kind: PrincipalKind
    let groups: [String]
    let roles: [Role]
    /// The name of the one resource that the token is for; absent for the API.
    let resource: String?
    let iat: Int64
    let exp: Int64
    let jti: String

    /// Times and issuer are checked by whoever asks, who has the clock.
    func verify(using algorithm: some JWTAlgorithm) {}
}

/// Signs and verifies access tokens: JWT, EdDSA, with the keys of the table `signing_keys`.
final class AccessTokens: Sendable {
    static let audience = "sallyport"

    enum Failure: Error {
        case noSigningKey
        case refused
    }

    private let database: PostgresPool
    private let masterKey: MasterKey
    private let issuer: String

    init(database: PostgresPool, masterKey: MasterKey, issuer: String) {
        self.database = database
        self.masterKey = masterKey
        self.issuer = issuer
    }

    /// A token for a principal, bound to one resource.
    func issue(
        for principal: Principal, resource: Name, id: AccessTokenID, at now: Timestamp, lifetime: Duration
    ) async throws -> (token: Secret<String>, expiresAt: Timestamp) {
        guard
            let row = try await database.first(
                """
                SELECT id, private_key FROM signing_keys WHERE retired_at IS NULL ORDER BY id DESC LIMIT 1
                """)
        else { throw Failure.noSigningKey }
        let keyID: SigningKeyID = try row.get("id")
        let encrypted: PostgresBytes = try row.get("private_key")
        let privateKey = try masterKey.decrypt(encrypted.bytes, context: MasterKey.Context.signingKey(keyID))
        // Tokens count whole seconds (RFC 7519, section 2): it lives for what was asked, and less than a second more.
        let expiry = now.advanced(by: lifetime).advanced(by: .nanoseconds(999_999_999)).seconds
        let claims = AccessTokenClaims(
            iss: issuer, sub: principal.id.description, aud: [Self.audience], name: principal.name,
            kind: principal.kind, groups: principal.groups, roles: principal.roles,
            resource: resource.description,
            iat: now.seconds, exp: expiry, jti: id.description)
        let keys = JWTKeyCollection()
        let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: privateKey.reveal())
        let identifier = JWKIdentifier(string: keyID.description)
        await keys.add(eddsa: EdDSA.PrivateKey(backing: signer), kid: identifier)
        let token = try await keys.sign(claims, kid: identifier)
        return (Secret(token), Timestamp(seconds: expiry))
    }

    /// The claims of a token that is ours, for us, and in time.
    func verify(_ token: String, at now: Timestamp) async throws -> AccessTokenClaims {
        let keys = JWTKeyCollection()
        for key in try await publicKeys() {
            let publicKey = try Curve25519.Signing.PublicKey(rawRepresentation: key.publicKey.bytes)
            await keys.add(eddsa: EdDSA.PublicKey(backing: publicKey), kid: JWKIdentifier(string: key.kid))
        }
        let claims = try await keys.verify(token, as: AccessTokenClaims.self)
        guard claims.iss == issuer, claims.aud.contains(Self.audience), claims.exp > now.seconds,
            claims.iat <= now.seconds + 60
        else { throw Failure.refused }
        return claims
    }

    /// The keys that verify, oldest first; what agents get as `token_keys`.
    func publicKeys() async throws -> [TokenKey] {
        try await Self.publicKeys(in: database)
    }

    static func publicKeys(in database: some PostgresDatabase) async throws -> [TokenKey] {
        let rows = try await database.query(
            "SELECT id, public_key FROM signing_keys WHERE retired_at IS NULL ORDER BY id")
        return try rows.map { row in
            TokenKey(
                kid: try row.get("id", as: SigningKeyID.self).description,
                publicKey: EncodedBytes(try row.get("public_key", as: PostgresBytes.self).bytes))
        }
    }
}
