import APIModels
import Crypto
import FoundationEssentials

/// Who this agent is: its id, its name and its two key pairs. The private keys never leave the agent.
struct AgentIdentity: Sendable {
    let id: AgentID
    let name: Name
    /// The issuer of access tokens, and where the control plane is reached unless the settings say otherwise.
    let controlPlaneURL: String
    /// How long resources are served without the control plane, until a configuration says otherwise.
    let lease: DurationText
    let keys: AgentKeys

    /// The bearer token for requests at about this time.
    func bearer(at time: Timestamp) -> AgentBearer {
        let text = AgentBearer.signedText(agentID: id, unixSeconds: time.seconds)
        return AgentBearer(agentID: id, unixSeconds: time.seconds, signature: keys.sign(text))
    }
}

/// An agent's Ed25519 key pair, which signs, and its X25519 key pair, to which secrets are sealed.
struct AgentKeys: Sendable, CustomStringConvertible {
    let signing: Curve25519.Signing.PrivateKey
    let sealing: Curve25519.KeyAgreement.PrivateKey

    /// New keys from the system's randomness.
    init() {
        signing = Curve25519.Signing.PrivateKey()
        sealing = Curve25519.KeyAgreement.PrivateKey()
    }

    /// Kept keys; nil for bytes that are no keys.
    init?(signing: [UInt8], sealing: [UInt8]) {
        guard let signing = try? Curve25519.Signing.PrivateKey(rawRepresentation: signing),
            let sealing = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: sealing)
        else { return nil }
        self.signing = signing
        self.sealing = sealing
    }

    var description: String { "[redacted]" }

    /// Raw, 32 bytes.
    var signingPublicKey: [UInt8] { Array(signing.publicKey.rawRepresentation) }
    /// Raw, 32 bytes.
    var sealingPublicKey: [UInt8] { Array(sealing.publicKey.rawRepresentation) }

    /// An Ed25519 signature, 64 bytes.
    func sign(_ bytes: [UInt8]) -> [UInt8] {
        // CryptoKit's signing throws for keys in hardware only; an empty signature verifies nowhere.
        (try? signing.signature(for: bytes)).map { Array($0) } ?? []
    }

    /// A key of the agent's own for what it keeps on disk, apart for each purpose.
    func derivedKey(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: sealing.rawRepresentation), salt: signing.rawRepresentation,
            info: Array("sallyport/agent-state/\(purpose)".utf8), outputByteCount: 32)
    }
}

extension AgentIdentity {
    private static let fileName = "identity.json"

    private struct File: Codable {
        var agentID: AgentID
        var name: Name
        var controlPlaneURL: String
        var lease: DurationText
        var signingPrivateKey: ShownSecret<EncodedBytes>
        var sealingPrivateKey: ShownSecret<EncodedBytes>
    }

    /// The identity that was kept; nil when the agent has not enrolled.
    static func load(from directory: StateDirectory) throws(StateDirectoryError) -> AgentIdentity? {
        guard let bytes = try directory.read(fileName, upTo: 64 << 10) else { return nil }
        let path = "\(directory.path)/\(fileName)"
        let file: File
        do throws(JSONDecodingFailure) {
            file = try JSON.decode(File.self, from: bytes)
        } catch {
            throw .malformed(path: path, reason: error.errors.map(\.pointer).joined(separator: ", "))
        }
        let signing = file.signingPrivateKey.reveal().bytes
        guard let keys = AgentKeys(signing: signing, sealing: file.sealingPrivateKey.reveal().bytes) else {
            throw .malformed(path: path, reason: "the keys are no keys")
        }
        return AgentIdentity(
            id: file.agentID, name: file.name, controlPlaneURL: file.controlPlaneURL, lease: file.lease,
            keys: keys)
    }

    func save(to directory: StateDirectory) throws(StateDirectoryError) {
        let file = File(
            agentID: id, name: name, controlPlaneURL: controlPlaneURL, lease: lease,
            signingPrivateKey: keys.encodedSigningKey.shownOnce,
            sealingPrivateKey: keys.encodedSealingKey.shownOnce)
        try directory.write(JSON.encode(file), to: Self.fileName)
    }
}

extension AgentKeys {
    fileprivate var encodedSigningKey: Secret<EncodedBytes> {
        Secret(EncodedBytes(signing.rawRepresentation))
    }
    fileprivate var encodedSealingKey: Secret<EncodedBytes> {
        Secret(EncodedBytes(sealing.rawRepresentation))
    }
}
