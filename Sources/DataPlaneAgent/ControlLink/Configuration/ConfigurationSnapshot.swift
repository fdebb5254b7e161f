import APIModels
import Crypto
import Masking
import Policy
import Reactor

/// A resource as the agent serves it under one configuration.
struct ServedResource: Sendable {
    let resource: AgentResource
    let tags: ColumnTagIndex
    let lease: DurationText

    var protected: ProtectedResource {
        ProtectedResource(
            id: resource.id, name: resource.name, protocol: resource.protocol, labels: resource.labels)
    }
}

/// One configuration, whole and ready for use. Immutable but for what it remembers of its own answers.
final class ConfigurationSnapshot: Sendable {
    /// Of the control plane. The same number always means the same policies.
    let revision: Int64
    let controlPlaneURL: String
    let tokenKeys: [TokenKey]
    let policies: PolicySet
    /// Those that admins made, compiled.
    let detectors: CustomDetectors
    /// What it was made from; what is kept on disk.
    let document: ConfigurationDocument

    private let resources: [ResourceID: ServedResource]
    private let resourceNames: [Name: ResourceID]
    private let leases: [ResourceID: DurationText]
    private let principals: [PrincipalID: AgentPrincipal]
    private let apiKeys: [KeyID: APIKeyEntry]
    private let principalKey: SymmetricKey?
    private let unsealer: SecretUnsealer
    private let applicable = Locked<[ApplicableKey: ApplicablePolicies]>([:])
    private let credentials = Locked<[ResourceID: Secret<[UInt8]>]>([:])
    private let maskKeys: [ResourceID: SymmetricKey]

    struct APIKeyEntry: Sendable {
        let principal: AgentPrincipal
        let keyedHash: [UInt8]
        let expiresAt: Timestamp?
    }

    private struct ApplicableKey: Hashable {
        let principal: Principal
        let resource: ResourceID
    }

    /// Principals times resources that connect under one configuration; beyond it the memory starts anew.
    private static let rememberedPolicies = 4096

    /// - Parameter earlier: the one before, of which the compiled detectors are kept when they are the same.
    /// - Throws: when any part of it cannot be used. Half a configuration is not what anybody wrote.
    init(
        _ document: ConfigurationDocument, identity: AgentIdentity,
        after earlier: ConfigurationSnapshot? = nil
    ) throws(ConfigurationStreamError) {
        let configuration = document.configuration
        unsealer = SecretUnsealer(keys: identity.keys)
        do {
            policies = try PolicySet(configuration.policies, revision: document.revision)
            principalKey = try configuration.principalKey.map { [unsealer] source in
                let info = SealedSecretContext.principalKey(identity.id)
                return SymmetricKey(data: try unsealer.secret(from: source, info: info).reveal())
            }
            detectors = try CustomDetectors(
                Self.patterns(configuration.detectors ?? []), after: earlier?.detectors ?? .none)
            maskKeys = try Self.maskKeys(configuration.resources, unsealer)
        } catch { throw .unusable("\(error)") }
        let defaultLease = configuration.lease ?? identity.lease
        let served = configuration.resources.map { resource in
            ServedResource(
                resource: resource, tags: ColumnTagIndex(resource.columns),
                lease: min(defaultLease, resource.settings.lease ?? defaultLease))
        }
        resources = Dictionary(served.map { ($0.resource.id, $0) }) { _, later in later }
        leases = resources.mapValues(\.lease)
        resourceNames = Dictionary(served.map { ($0.resource.name, $0.resource.id) }) { _, later in later }
        guard resourceNames.count == configuration.resources.count else {
            throw .unusable("two resources have the same id or name")
        }
        principals = Dictionary(configuration.principals.map { ($0.id, $0) }) { _, later in later }
        apiKeys = Dictionary(
            configuration.principals.flatMap { principal in
                principal.keys.map { key in
                    let entry = APIKeyEntry(
                        principal: principal, keyedHash: key.keyedHash.bytes, expiresAt: key.expiresAt)
                    return (key.id, entry)
                }
            }
        ) { _, later in later }
        revision = document.revision
        controlPlaneURL = configuration.controlPlaneURL ?? identity.controlPlaneURL
        tokenKeys = configuration.tokenKeys ?? []
        self.document = document
    }

    // MARK: Resources

    var resourceNamesInOrder: [Name] { resourceNames.keys.sorted() }

    func resource(named name: Name) -> ServedResource? { resourceNames[name].flatMap { resources[$0] } }
    func resource(_ id: ResourceID) -> ServedResource? { resources[id] }

    /// How long a resource may be served without the control plane; nil when it is not served here.
    func lease(of id: ResourceID) -> DurationText? { leases[id] }

    /// The password of a resource; nil when it needs none. Unsealed once per configuration; files and
    /// environment variables are read each time, so that they can be changed in place.
    func password(of id: ResourceID) throws(SecretError) -> Secret<[UInt8]>? {
        guard let resource = resources[id]?.resource else { throw .unknownResource }
        guard let source = resource.credential.password else { return nil }
        let info = SealedSecretContext.resourceCredential(id)
        guard case .sealed = source else { return try unsealer.secret(from: source, info: info) }
        if let known = credentials.withLock({ $0[id] }) { return known }
        let secret = try unsealer.secret(from: source, info: info)
        credentials.withLock { $0[id] = secret }
        return secret
    }

    // MARK: Principals

    /// Whether a principal that the control plane keeps has been disabled since a token was issued.
    func isDisabled(_ id: PrincipalID) -> Bool { principals[id]?.disabled ?? false }

    /// Whether an API key that a session came in with has been revoked, or its principal disabled, since.
    /// Access tokens are short-lived and end by themselves.
    func isRevoked(credentialID: String) -> Bool {
        guard let id = KeyID(credentialID) else { return false }
        return apiKeys[id]?.principal.disabled ?? true
    }

    func apiKey(_ id: KeyID) -> APIKeyEntry? { apiKeys[id] }

    /// HMAC-SHA256 under the principal key; what a keyed hash is compared with.
    func isValid(keyedHash: [UInt8], of digest: SHA256Digest) -> Bool {
        guard let principalKey else { return false }
        return digest.withUnsafeBytes { bytes in
            HMAC<SHA256>.isValidAuthenticationCode(keyedHash, authenticating: bytes, using: principalKey)
        }
    }

    /// The key of a resource's keyed masks, the same on every agent. From a control plane that gives none, one of this
    /// agent's own, which is stable as long as its principal key is.
    func maskKey(of id: ResourceID) -> SymmetricKey {
        if let key = maskKeys[id] { return key }
        return HKDF<SHA256>.deriveKey(
            inputKeyMaterial: principalKey ?? unsealer.keys.derivedKey(for: "mask-key"),
            info: Array("sallyport/mask-key/\(id)".utf8), outputByteCount: 32)
    }

    private static func patterns(_ detectors: [DetectorSpec]) -> [CustomPattern] {
        detectors.map { spec in
            CustomPattern(
                name: spec.name, pattern: spec.pattern,
                check: spec.check.flatMap { CustomPattern.Check(rawValue: $0.rawValue) },
                context: spec.context)
        }
    }

    private static func maskKeys(
        _ resources: [AgentResource], _ unsealer: SecretUnsealer
    ) throws(SecretError) -> [ResourceID: SymmetricKey] {
        var keys: [ResourceID: SymmetricKey] = [:]
        for resource in resources {
            guard let source = resource.maskKey else { continue }
            let info = SealedSecretContext.maskKey(resource.id)
            keys[resource.id] = SymmetricKey(data: try unsealer.secret(from: source, info: info).reveal())
        }
        return keys
    }

    // MARK: Policies

    /// The policies for a principal on a resource, made once and shared by its sessions; nil when the
    /// resource is not served here or the principal is disabled.
    func policies(for principal: Principal, on id: ResourceID) -> ApplicablePolicies? {
        guard let resource = resources[id], !isDisabled(principal.id) else { return nil }
        // The groups of a service account are what they are now, not what they were when its session began.
        let principal = principals[principal.id]?.principal ?? principal
        let key = ApplicableKey(principal: principal, resource: id)
        if let known = applicable.withLock({ $0[key] }) { return known }
        let made = policies.compiled(
            for: principal, resource: resource.protected, grants: document.configuration.grants)
        return applicable.withLock { memory in
            if let earlier = memory[key] { return earlier }
            if memory.count >= Self.rememberedPolicies { memory.removeAll() }
            memory[key] = made
            return made
        }
    }
}
