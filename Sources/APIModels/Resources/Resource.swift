/// One thing to protect.
package struct Resource: Hashable, Sendable, Codable {
    package var id: ResourceID
    package var name: Name
    package var `protocol`: ResourceProtocol
    package var labels: [String: String]
    package var endpoint: Endpoint
    package var credential: CredentialSummary?
    /// The name of the data-plane agent that serves it.
    package var agent: Name
    package var settings: ResourceSettings
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ResourceID, name: Name, `protocol`: ResourceProtocol, labels: [String: String],
        endpoint: Endpoint, credential: CredentialSummary? = nil, agent: Name, settings: ResourceSettings,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.protocol = `protocol`
        self.labels = labels
        self.endpoint = endpoint
        self.credential = credential
        self.agent = agent
        self.settings = settings
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What a resource may be told beyond its endpoint. All optional; the default is the strict one.
package struct ResourceSettings: Hashable, Sendable, Codable {
    /// How long the agent may serve the resource without the control plane.
    package var lease: DurationText?
    /// Records of every statement reach the disk before it is forwarded, reads included.
    package var durability: RecordingDurability?
    /// Other databases of the same server that `name/database` may reach.
    package var databases: [String]?

    package init(
        lease: DurationText? = nil, durability: RecordingDurability? = nil, databases: [String]? = nil
    ) {
        self.lease = lease
        self.durability = durability
        self.databases = databases
    }
}

extension ResourceSettings: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        TextCheck.terms(databases ?? [], at: ["databases"], maximumCount: 1000, report)
        if let lease, lease > .days(7) {
            report(["lease"], InvalidValue("must be at most 168h", code: .outOfRange))
        }
    }
}

/// How safe a record is before its statement is forwarded.
package enum RecordingDurability: String, Hashable, Sendable, Codable, CaseIterable {
    /// Survives the end of the process for reads, power loss for all else.
    case standard
    /// Survives power loss, always.
    case disk
}

/// `POST /v1/resources`, and `PUT /v1/resources/{name}`.
package struct ResourceCreate: Sendable, Decodable {
    package var name: Name
    package var `protocol`: ResourceProtocol
    package var labels: [String: String]
    package var endpoint: Endpoint
    package var credential: CredentialInput
    package var agent: Name
    package var settings: ResourceSettings

    package init(
        name: Name, `protocol`: ResourceProtocol, labels: [String: String], endpoint: Endpoint,
        credential: CredentialInput, agent: Name, settings: ResourceSettings
    ) {
        self.name = name
        self.protocol = `protocol`
        self.labels = labels
        self.endpoint = endpoint
        self.credential = credential
        self.agent = agent
        self.settings = settings
    }

    private enum CodingKeys: String, CodingKey {
        case name, `protocol`, labels, endpoint, credential, agent, settings
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(Name.self, forKey: .name)
        `protocol` = try fields.decode(ResourceProtocol.self, forKey: .protocol)
        labels = try fields.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        endpoint = try fields.decode(Endpoint.self, forKey: .endpoint)
        credential = try fields.decode(CredentialInput.self, forKey: .credential)
        agent = try fields.decode(Name.self, forKey: .agent)
        settings = try fields.decodeIfPresent(ResourceSettings.self, forKey: .settings) ?? ResourceSettings()
    }
}

extension ResourceCreate: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if !ResourceProtocol.served.contains(`protocol`) {
            report(["protocol"], InvalidValue("is not supported by this version", code: .notSupported))
        }
        if `protocol` == .postgres && endpoint.database == nil {
            report(["endpoint", "database"], InvalidValue("is required", code: .missingField))
        }
        if labels.count > 64 {
            report(["labels"], InvalidValue("must have at most 64 entries", code: .tooLong))
        }
        for (key, value) in labels {
            if let error = TextCheck.term(key) ?? TextCheck.line(value, maximum: TextCheck.maximumTermLength)
            {
                report(["labels", key], error)
            }
        }
    }
}
