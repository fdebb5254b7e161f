import APIModels
import Crypto
import FoundationEssentials

/// Seals secrets to an agent's X25519 key: HPKE base mode (RFC 9180), DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
/// ChaCha20-Poly1305. The sealed form is the encapsulated key and the ciphertext, one behind the other.
struct AgentSeal: Sendable {
    private let key: Curve25519.KeyAgreement.PublicKey

    /// - Parameter publicKey: 32 bytes, raw.
    init(publicKey: [UInt8]) throws {
        key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey)
    }

    func seal(_ secret: Secret<[UInt8]>, info: [UInt8]) throws -> SecretSource {
        var sender = try HPKE.Sender(
            recipientKey: key, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: Data(info))
        let ciphertext = try sender.seal(secret.reveal())
        return .sealed(EncodedBytes(Array(sender.encapsulatedKey) + Array(ciphertext)))
    }
}
