import APIModels
import Crypto

/// Turns what is stored into what one agent gets: passwords sealed to its key, key hashes under its principal key.
struct ConfigurationSealer: Sendable {
    private let masterKey: MasterKey
    private let seal: AgentSeal
    private let settings: ServiceSettings
    private let principalKey: Secret<[UInt8]>
    private let sealedPrincipalKey: SecretSource

    init(for agent: StoredAgent, services: Services) throws {
        masterKey = services.masterKey
        settings = services.settings
        seal = try AgentSeal(publicKey: agent.sealingPublicKey)
        principalKey = try masterKey.decrypt(
            agent.principalKey, context: MasterKey.Context.principalKey(agent.id))
        sealedPrincipalKey = try seal.seal(principalKey, info: SealedSecretContext.principalKey(agent.id))
    }

    /// The whole configuration.
    func snapshot(_ changes: AgentView.Changes) throws -> AgentConfiguration {
        var configuration = try changed(changes)
        configuration.controlPlaneURL = settings.publicURL
        configuration.lease = settings.lease
        configuration.principalKey = sealedPrincipalKey
        return configuration
    }

    /// Only what changed.
    func changed(_ changes: AgentView.Changes) throws -> AgentConfiguration {
        AgentConfiguration(
            tokenKeys: changes.tokenKeys, detectors: changes.detectors,
            resources: try changes.resources.map(resource),
            policies: changes.policies, principals: changes.principals.map(principal), grants: [])
    }

    private func resource(_ protected: InstallationConfiguration.ProtectedResource) throws -> AgentResource {
        let resource = protected.stored.resource
        return AgentResource(
            id: resource.id, name: resource.name, protocol: resource.protocol, labels: resource.labels,
            endpoint: resource.endpoint,
            credential: AgentCredential(
                mode: resource.credential?.mode ?? .static, username: resource.credential?.username ?? "",
                password: try protected.stored.password.map { try source($0, of: resource.id) }),
            columns: protected.columns, settings: resource.settings,
            maskKey: try protected.maskKey.map { try sealed($0, of: resource.id) })
    }

    private func sealed(_ key: StoredMaskKey, of id: ResourceID) throws -> SecretSource {
        let context = MasterKey.Context.maskKey(id, version: key.version)
        return try seal.seal(
            masterKey.decrypt(key.ciphertext, context: context), info: SealedSecretContext.maskKey(id))
    }

    private func source(_ password: StoredPassword, of id: ResourceID) throws -> SecretSource {
        switch password {
        case .environment(let name): return .environment(name)
        case .file(let path): return .file(path)
        case .stored(let ciphertext):
            let plaintext = try masterKey.decrypt(ciphertext, context: MasterKey.Context.resourcePassword(id))
            return try seal.seal(plaintext, info: SealedSecretContext.resourceCredential(id))
        }
    }

    private func principal(_ stored: InstallationConfiguration.ServicePrincipal) -> AgentPrincipal {
        let key = SymmetricKey(data: principalKey.reveal())
        return AgentPrincipal(
            id: stored.principal.id, name: stored.principal.name, kind: stored.principal.kind,
            groups: stored.principal.groups, roles: stored.principal.roles, disabled: stored.disabled,
            keys: stored.keys.map { item in
                AgentPrincipalKey(
                    id: item.id,
                    keyedHash: EncodedBytes(
                        HMAC<SHA256>.authenticationCode(for: item.secretHash, using: key)),
                    expiresAt: item.expiresAt)
            })
    }
}
