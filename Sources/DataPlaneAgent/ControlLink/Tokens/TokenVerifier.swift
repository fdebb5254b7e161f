import APIModels
import Crypto
import JWTKit

/// A principal that proved who it is, and what its token says beyond that.
struct VerifiedToken: Sendable {
    let principal: Principal
    /// The id of the API key, or the `jti` of the access token; never the secret.
    let credentialID: String
    /// The one resource that the token is for; nil when it is for any.
    let resource: Name?
    /// When it ends; a session ends with it.
    let expiresAt: Timestamp?
}

/// Why a token is not good. For the log; the caller is told whether it is too old, and nothing else.
enum TokenRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    case unrecognized
    case unknownKey
    case wrongSecret
    case badSignature
    case wrongIssuer
    case wrongAudience
    case malformedClaims
    case notYetValid
    case expired
    case disabled
    case noConfiguration

    var description: String {
        switch self {
        case .unrecognized: "it has the form of no token of ours"
        case .unknownKey: "no principal here has this API key"
        case .wrongSecret: "the secret of the API key is wrong"
        case .badSignature: "it is not signed by a key of the control plane"
        case .wrongIssuer: "another control plane issued it"
        case .wrongAudience: "it is for something else"
        case .malformedClaims: "its claims are malformed"
        case .notYetValid: "it was issued in the future"
        case .expired: "it has expired"
        case .disabled: "its principal is disabled"
        case .noConfiguration: "the agent has no configuration yet"
        }
    }
}

/// Verifies API keys and access tokens with nothing but the configuration.
struct TokenVerifier: Sendable {
    let store: ConfigurationStore
    let now: @Sendable () -> Timestamp

    /// How far in the future an `iat` may be, in seconds: clocks differ.
    private static let clockTolerance: Int64 = 60
    /// A JWT with a hundred groups is under 8 KiB.
    private static let longestToken = 16 << 10

    init(store: ConfigurationStore, now: @escaping @Sendable () -> Timestamp = { .now }) {
        self.store = store
        self.now = now
    }

    func verify(_ token: Secret<[UInt8]>) async throws(TokenRefusal) -> VerifiedToken {
        guard let configuration = store.current else { throw .noConfiguration }
        let bytes = token.reveal()
        guard bytes.count <= Self.longestToken, let text = String(validating: bytes, as: UTF8.self) else {
            throw .unrecognized
        }
        if let key = APIKeyText(parsing: text) { return try verify(key, configuration) }
        guard text.utf8.filter({ $0 == UInt8(ascii: ".") }).count == 2 else { throw .unrecognized }
        return try await verify(accessToken: bytes, configuration)
    }

    // MARK: API keys

    private func verify(
        _ key: APIKeyText, _ configuration: ConfigurationSnapshot
    ) throws(TokenRefusal) -> VerifiedToken {
        let entry = configuration.apiKey(key.id)
        let digest = SHA256.hash(data: Array(key.text.reveal().utf8))
        // The same work for a key that is not there.
        let isRight = configuration.isValid(keyedHash: entry?.keyedHash ?? Self.noHash, of: digest)
        guard let entry else { throw .unknownKey }
        guard isRight else { throw .wrongSecret }
        guard !entry.principal.disabled else { throw .disabled }
        if let expiry = entry.expiresAt, expiry <= now() { throw .expired }
        return VerifiedToken(
            principal: entry.principal.principal, credentialID: key.id.description, resource: nil,
            expiresAt: entry.expiresAt)
    }

    private static let noHash = [UInt8](repeating: 0, count: SHA256.byteCount)

    // MARK: Access tokens

    private func verify(
        accessToken bytes: [UInt8], _ configuration: ConfigurationSnapshot
    ) async throws(TokenRefusal) -> VerifiedToken {
        let keys = JWTKeyCollection()
        for key in configuration.tokenKeys {
            guard let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: key.publicKey.bytes)
            else { continue }
            await keys.add(eddsa: EdDSA.PublicKey(backing: publicKey), kid: JWKIdentifier(string: key.kid))
        }
        guard let claims = try? await keys.verify(bytes, as: AccessTokenClaims.self) else {
            throw .badSignature
        }
        guard claims.iss == configuration.controlPlaneURL else { throw .wrongIssuer }
        guard claims.aud.contains(AccessTokenClaims.audience) else { throw .wrongAudience }
        let time = now().seconds
        guard claims.exp > time else { throw .expired }
        guard claims.iat <= time + Self.clockTolerance else { throw .notYetValid }
        guard let id = PrincipalID(claims.sub) else { throw .malformedClaims }
        var resource: Name?
        if let bound = claims.resource {
            guard let name = Name(bound) else { throw .malformedClaims }
            resource = name
        }
        guard !configuration.isDisabled(id) else { throw .disabled }
        return VerifiedToken(
            principal: Principal(
                id: id, name: claims.name, kind: claims.kind, groups: claims.groups, roles: claims.roles),
            credentialID: claims.jti, resource: resource, expiresAt: Timestamp(seconds: claims.exp))
    }
}

/// The claims of an access token of the control plane (RFC 7519).
struct AccessTokenClaims: JWTPayload, Sendable {
    let iss: String
    let sub: String
    let aud: [String]
    let name: String
    let kind: PrincipalKind
    let groups: [String]
    let roles: [Role]
    let resource: String?
    let iat: Int64
    let exp: Int64
    let jti: String

    static let audience = "sallyport"

    /// Issuer, audience and times are checked by the verifier, which has the clock and the configuration.
    func verify(using algorithm: some JWTAlgorithm) {}
}
