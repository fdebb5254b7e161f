import APIModels
import Crypto

/// The key under which everything secret is encrypted at rest: AES-256-GCM with a random nonce.
///
/// A ciphertext is a version byte (1), four bytes that name the key, then nonce (12), ciphertext and tag (16). What it
/// belongs to is authenticated with it, so that it cannot be moved to another row.
struct MasterKey: Sendable {
    enum Failure: Error, Equatable {
        case malformedKey
        /// Not ours, of another key, of another row, or changed.
        case undecryptable
    }

    private static let version: UInt8 = 1
    private static let headerLength = 5

    private let key: SymmetricKey
    private let fingerprint: [UInt8]

    /// - Parameter text: 32 bytes in base64, either alphabet, padded or not.
    init(base64 text: Secret<String>) throws(Failure) {
        let normalized = text.reveal().filter { !$0.isWhitespace }.map { character in
            switch character {
            case "+": Character("-")
            case "/": Character("_")
            default: character
            }
        }
        let unpadded = String(normalized).split(separator: "=", omittingEmptySubsequences: true)
        guard unpadded.count == 1, let bytes = Base64URL.decode(unpadded[0]), bytes.count == 32 else {
            throw .malformedKey
        }
        key = SymmetricKey(data: bytes)
        fingerprint = Array(SHA256.hash(data: Array("sallyport/master-key".utf8) + bytes).prefix(4))
    }

    /// Encrypts for one purpose and row, which `context` names.
    func encrypt(_ plaintext: Secret<[UInt8]>, context: String) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(plaintext.reveal(), using: key, authenticating: Array(context.utf8))
            guard let combined = box.combined else {
                preconditionFailure("the nonce has its standard length")
            }
            return [Self.version] + fingerprint + Array(combined)
        } catch {
            preconditionFailure("AES-GCM cannot fail to encrypt: \(error)")
        }
    }

    func decrypt(_ ciphertext: [UInt8], context: String) throws(Failure) -> Secret<[UInt8]> {
        guard ciphertext.count > Self.headerLength, ciphertext[0] == Self.version,
            Array(ciphertext[1..<Self.headerLength]) == fingerprint
        else { throw .undecryptable }
        do {
            let box = try AES.GCM.SealedBox(combined: ciphertext[Self.headerLength...])
            return Secret(Array(try AES.GCM.open(box, using: key, authenticating: Array(context.utf8))))
        } catch {
            throw .undecryptable
        }
    }

    /// What each kind of ciphertext is bound to.
    enum Context {
        static let check = "sallyport/master-key-check"
        static func resourcePassword(_ id: ResourceID) -> String { "sallyport/resource-password/\(id)" }
        static func signingKey(_ id: SigningKeyID) -> String { "sallyport/signing-key/\(id)" }
        static func principalKey(_ id: AgentID) -> String { "sallyport/principal-key/\(id)" }
        static func maskKey(_ id: ResourceID, version: Int64) -> String {
            "sallyport/mask-key/\(id)/\(version)"
        }
        static func idempotentResponse(_ principal: PrincipalID, _ operation: Operation, key: String)
            -> String
        {
            "sallyport/idempotent-response/\(principal)/\(operation.rawValue)/\(key)"
        }
    }
}
