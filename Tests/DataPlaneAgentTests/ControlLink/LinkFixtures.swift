import APIModels
import Crypto
import Foundation
import Reactor
import Synchronization

@testable import DataPlaneAgent

/// A clock that stands still until it is set.
final class SetClock: Sendable {
    private let nanoseconds: Atomic<Int64>

    init(_ time: Timestamp = Timestamp(seconds: 1_800_000_000)) { nanoseconds = Atomic(time.nanoseconds) }

    var time: Timestamp { Timestamp(nanoseconds: nanoseconds.load(ordering: .relaxed)) }
    func advance(by duration: Duration) {
        nanoseconds.store(time.advanced(by: duration).nanoseconds, ordering: .relaxed)
    }
    var read: @Sendable () -> Timestamp { { self.time } }
}

/// What a control plane would send to one agent.
struct LinkFixtures {
    let identity: AgentIdentity
    let principalKey = [UInt8](repeating: 0x5A, count: 32)
    let resourceID = ResourceID(rawValue: 11)
    let principalID = PrincipalID(rawValue: 12)
    let apiKey: APIKeyText
    let tokenKey = Curve25519.Signing.PrivateKey()
    static let issuer = "https://control.example"

    init(keys: AgentKeys = AgentKeys()) {
        identity = AgentIdentity(
            id: AgentID(rawValue: 10), name: "default", controlPlaneURL: Self.issuer, lease: .hours(1),
            keys: keys)
        guard let key = APIKeyText(id: KeyID(rawValue: 13), secret: [UInt8](repeating: 7, count: 32)) else {
            preconditionFailure("32 bytes make a key")
        }
        apiKey = key
    }

    func seal(_ plaintext: [UInt8], info: [UInt8]) throws -> SecretSource {
        let recipient = try Curve25519.KeyAgreement.PublicKey(
            rawRepresentation: identity.keys.sealingPublicKey)
        var sender = try HPKE.Sender(
            recipientKey: recipient, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: Data(info))
        let ciphertext = try sender.seal(plaintext)
        return .sealed(EncodedBytes(Array(sender.encapsulatedKey) + Array(ciphertext)))
    }

    func resource(_ name: Name = "shop-prod", password: SecretSource? = nil, lease: DurationText? = nil)
        throws -> AgentResource
    {
        AgentResource(
            id: resourceID, name: name, protocol: .postgres, labels: ["env": "prod"],
            endpoint: Endpoint(host: "127.0.0.1", port: 5432, database: "shop", tls: .disable),
            credential: AgentCredential(
                mode: .static, username: "app",
                password: try password
                    ?? seal(Array("hunter2".utf8), info: SealedSecretContext.resourceCredential(resourceID))),
            columns: [ColumnTags(column: try ColumnName(text: "public.customers.ssn"), tags: ["pii"])],
            settings: ResourceSettings(lease: lease))
    }

    func policy(_ name: String = "all", rules: String = #"{"effect": "allow"}"#, id: UInt128 = 14) throws
        -> Policy
    {
        let text =
            #"{"name":"\#(name)","subjects":{"groups":["ai-agents"]},"resources":{},"rules":[\#(rules)]}"#
        return Policy(
            id: PolicyID(rawValue: id), revision: 1,
            spec: try JSON.decode(PolicySpec.self, from: Array(text.utf8)))
    }

    func principal(disabled: Bool = false, keyExpiry: Timestamp? = nil) -> AgentPrincipal {
        let digest = SHA256.hash(data: Array(apiKey.text.reveal().utf8))
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(digest), using: SymmetricKey(data: principalKey))
        return AgentPrincipal(
            id: principalID, name: "cursor", kind: .aiAgent, groups: ["ai-agents"], roles: [],
            disabled: disabled,
            keys: [AgentPrincipalKey(id: apiKey.id, keyedHash: EncodedBytes(code), expiresAt: keyExpiry)])
    }

    func configuration(
        resources: [AgentResource]? = nil, policies: [Policy]? = nil, principals: [AgentPrincipal]? = nil
    ) throws -> AgentConfiguration {
        AgentConfiguration(
            controlPlaneURL: Self.issuer, lease: .hours(1),
            tokenKeys: [
                TokenKey(kid: "kid_1", publicKey: EncodedBytes(tokenKey.publicKey.rawRepresentation))
            ],
            principalKey: try seal(principalKey, info: SealedSecretContext.principalKey(identity.id)),
            resources: try resources ?? [resource()], policies: try policies ?? [policy()],
            principals: principals ?? [principal()], grants: [])
    }

    func snapshot(revision: Int64 = 1, _ configuration: AgentConfiguration? = nil) throws
        -> ConfigurationSnapshot
    {
        try ConfigurationSnapshot(
            ConfigurationDocument(revision: revision, try configuration ?? self.configuration()),
            identity: identity)
    }
}

/// A new state directory for as long as `body` runs.
func withStateDirectory<Result>(_ body: (StateDirectory) async throws -> Result) async throws -> Result {
    let path = "\(NSTemporaryDirectory())/agent-state-\(UUID().uuidString)"
    let directory = try StateDirectory(path: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(directory)
}

extension ConfigurationStore {
    /// What is left of a resource's lease; nil when it is over, or the resource is not served.
    func remainingLease(of id: ResourceID) -> Duration? {
        current?.lease(of: id).flatMap(remainingNanoseconds(of:)).map { .nanoseconds($0) }
    }
}
