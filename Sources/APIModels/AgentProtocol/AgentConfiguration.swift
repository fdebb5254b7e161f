/// What an agent needs to decide alone. In a `changed` event only what changed is there, whole.
package struct AgentConfiguration: Hashable, Sendable, Codable {
    package var controlPlaneURL: String?
    package var lease: DurationText?
    package var tokenKeys: [TokenKey]?
    /// All detectors that admins made.
    package var detectors: [DetectorSpec]?
    /// 32 random bytes, sealed; the key of the `keyed_hash`es.
    package var principalKey: SecretSource?
    package var resources: [AgentResource]
    package var policies: [Policy]
    package var principals: [AgentPrincipal]
    package var grants: [Grant]

    package init(
        controlPlaneURL: String? = nil, lease: DurationText? = nil, tokenKeys: [TokenKey]? = nil,
        detectors: [DetectorSpec]? = nil, principalKey: SecretSource? = nil, resources: [AgentResource],
        policies: [Policy],
        principals: [AgentPrincipal], grants: [Grant]
    ) {
        self.controlPlaneURL = controlPlaneURL
        self.lease = lease
        self.tokenKeys = tokenKeys
        self.detectors = detectors
        self.principalKey = principalKey
        self.resources = resources
        self.policies = policies
        self.principals = principals
        self.grants = grants
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        controlPlaneURL = try fields.decodeIfPresent(String.self, forKey: .controlPlaneURL)
        lease = try fields.decodeIfPresent(DurationText.self, forKey: .lease)
        tokenKeys = try fields.decodeIfPresent([TokenKey].self, forKey: .tokenKeys)
        detectors = try fields.decodeIfPresent([DetectorSpec].self, forKey: .detectors)
        principalKey = try fields.decodeIfPresent(SecretSource.self, forKey: .principalKey)
        resources = try fields.decodeIfPresent([AgentResource].self, forKey: .resources) ?? []
        policies = try fields.decodeIfPresent([Policy].self, forKey: .policies) ?? []
        principals = try fields.decodeIfPresent([AgentPrincipal].self, forKey: .principals) ?? []
        grants = try fields.decodeIfPresent([Grant].self, forKey: .grants) ?? []
    }
}

/// A public key under which the control plane signs access tokens.
package struct TokenKey: Hashable, Sendable, Codable {
    package var kid: String
    /// Ed25519, raw 32 bytes.
    package var publicKey: EncodedBytes

    package init(kid: String, publicKey: EncodedBytes) {
        self.kid = kid
        self.publicKey = publicKey
    }
}

/// The credential of a resource as its agent gets it.
package struct AgentCredential: Hashable, Sendable, Codable {
    package var mode: CredentialMode
    package var username: String
    package var password: SecretSource?

    package init(mode: CredentialMode, username: String, password: SecretSource? = nil) {
        self.mode = mode
        self.username = username
        self.password = password
    }
}

/// A resource as its agent gets it.
package struct AgentResource: Hashable, Sendable, Codable {
    package var id: ResourceID
    package var name: Name
    package var `protocol`: ResourceProtocol
    package var labels: [String: String]
    package var endpoint: Endpoint
    package var credential: AgentCredential
    package var columns: [ColumnTags]
    package var settings: ResourceSettings
    /// Key of the resource's hashes and tokens, 32 bytes, sealed; the same for all agents that serve it.
    package var maskKey: SecretSource?

    package init(
        id: ResourceID, name: Name, `protocol`: ResourceProtocol, labels: [String: String],
        endpoint: Endpoint, credential: AgentCredential, columns: [ColumnTags], settings: ResourceSettings,
        maskKey: SecretSource? = nil
    ) {
        self.id = id
        self.name = name
        self.protocol = `protocol`
        self.labels = labels
        self.endpoint = endpoint
        self.credential = credential
        self.columns = columns
        self.settings = settings
        self.maskKey = maskKey
    }
}

/// A principal whose API keys an agent may verify.
package struct AgentPrincipal: Hashable, Sendable, Codable {
    package var id: PrincipalID
    package var name: String
    package var kind: PrincipalKind
    package var groups: [String]
    package var roles: [Role]
    package var disabled: Bool
    package var keys: [AgentPrincipalKey]

    package init(
        id: PrincipalID, name: String, kind: PrincipalKind, groups: [String], roles: [Role], disabled: Bool,
        keys: [AgentPrincipalKey]
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.groups = groups
        self.roles = roles
        self.disabled = disabled
        self.keys = keys
    }

    package var principal: Principal {
        Principal(id: id, name: name, kind: kind, groups: groups, roles: roles)
    }
}

package struct AgentPrincipalKey: Hashable, Sendable, Codable {
    package var id: KeyID
    /// HMAC-SHA256 under the principal key of the SHA-256 of the key's text.
    package var keyedHash: EncodedBytes
    package var expiresAt: Timestamp?

    package init(id: KeyID, keyedHash: EncodedBytes, expiresAt: Timestamp? = nil) {
        self.id = id
        self.keyedHash = keyedHash
        self.expiresAt = expiresAt
    }
}
