/// A policy as people write it: `PUT /v1/policies/{name}`.
package struct PolicySpec: Hashable, Sendable, Codable {
    package var name: Name
    package var description: String?
    package var enabled: Bool
    package var subjects: PolicySubjects
    package var resources: PolicyResources
    package var access: PolicyAccess
    package var request: PolicyRequestTerms?
    package var valid: PolicyValidity?
    package var rules: [Rule]

    package init(
        name: Name, description: String? = nil, enabled: Bool, subjects: PolicySubjects,
        resources: PolicyResources, access: PolicyAccess, request: PolicyRequestTerms? = nil,
        valid: PolicyValidity? = nil, rules: [Rule]
    ) {
        self.name = name
        self.description = description
        self.enabled = enabled
        self.subjects = subjects
        self.resources = resources
        self.access = access
        self.request = request
        self.valid = valid
        self.rules = rules
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(Name.self, forKey: .name)
        description = try fields.decodeIfPresent(String.self, forKey: .description)
        enabled = try fields.decodeIfPresent(Bool.self, forKey: .enabled) ?? true
        subjects = try fields.decode(PolicySubjects.self, forKey: .subjects)
        resources = try fields.decode(PolicyResources.self, forKey: .resources)
        access = try fields.decodeIfPresent(PolicyAccess.self, forKey: .access) ?? .standing
        request = try fields.decodeIfPresent(PolicyRequestTerms.self, forKey: .request)
        valid = try fields.decodeIfPresent(PolicyValidity.self, forKey: .valid)
        rules = try fields.decode([Rule].self, forKey: .rules)
    }
}

extension PolicySpec: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if let description, description.utf8.count > 2000 {
            report(["description"], InvalidValue("must be at most 2000 bytes", code: .tooLong))
        }
        if rules.count > PolicyLimits.rules {
            report(["rules"], InvalidValue("must have at most \(PolicyLimits.rules) entries", code: .tooLong))
        }
        switch (access, request) {
        case (.onRequest, nil):
            report(["request"], InvalidValue("is required with access on_request", code: .missingField))
        case (.standing, .some):
            report(["request"], InvalidValue("goes with access on_request only"))
        case (.onRequest, .some), (.standing, nil): break
        }
    }
}

/// A policy with what the control plane adds. In JSON the fields stand side by side.
package struct Policy: Hashable, Sendable {
    package var id: PolicyID
    /// Grows by one with each version of the policy.
    package var revision: Int64
    package var spec: PolicySpec
    package var createdAt: Timestamp?
    package var updatedAt: Timestamp?

    package init(
        id: PolicyID, revision: Int64, spec: PolicySpec, createdAt: Timestamp? = nil,
        updatedAt: Timestamp? = nil
    ) {
        self.id = id
        self.revision = revision
        self.spec = spec
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    package var name: Name { spec.name }
}

extension Policy: Codable {
    private enum CodingKeys: String, CodingKey { case id, revision, createdAt, updatedAt }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(PolicyID.self, forKey: .id)
        revision = try fields.decode(Int64.self, forKey: .revision)
        createdAt = try fields.decodeIfPresent(Timestamp.self, forKey: .createdAt)
        updatedAt = try fields.decodeIfPresent(Timestamp.self, forKey: .updatedAt)
        spec = try PolicySpec(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(revision, forKey: .revision)
        try spec.encode(to: encoder)
        try fields.encodeIfPresent(createdAt, forKey: .createdAt)
        try fields.encodeIfPresent(updatedAt, forKey: .updatedAt)
    }
}

extension Policy: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        spec.validate(report)
    }
}

/// The right to a resource for a time; what counts `on_request` policies in.
package struct Grant: Hashable, Sendable, Codable {
    package var id: GrantID
    package var principalID: PrincipalID
    package var resourceID: ResourceID
    package var notBefore: Timestamp
    package var expiresAt: Timestamp

    package init(
        id: GrantID, principalID: PrincipalID, resourceID: ResourceID, notBefore: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.principalID = principalID
        self.resourceID = resourceID
        self.notBefore = notBefore
        self.expiresAt = expiresAt
    }
}

/// What `POST /v1/access-requests` takes.
package struct AccessRequestCreate: Hashable, Sendable, Codable {
    package var resource: Name
    package var reason: String
    package var duration: DurationText

    package init(resource: Name, reason: String, duration: DurationText) {
        self.resource = resource
        self.reason = reason
        self.duration = duration
    }
}
