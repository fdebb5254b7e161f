/// A principal that we keep ourselves, with API keys.
package struct ServiceAccount: Hashable, Sendable, Codable {
    package var id: PrincipalID
    package var name: Name
    package var kind: PrincipalKind
    package var groups: [String]
    package var disabled: Bool
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: PrincipalID, name: Name, kind: PrincipalKind, groups: [String], disabled: Bool,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.groups = groups
        self.disabled = disabled
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// `POST /v1/service-accounts`.
package struct ServiceAccountCreate: Hashable, Sendable, Codable {
    package var name: Name
    package var kind: PrincipalKind
    package var groups: [String]

    package init(name: Name, kind: PrincipalKind, groups: [String]) {
        self.name = name
        self.kind = kind
        self.groups = groups
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(Name.self, forKey: .name)
        kind = try fields.decode(PrincipalKind.self, forKey: .kind)
        groups = try fields.decodeIfPresent([String].self, forKey: .groups) ?? []
    }
}

extension ServiceAccountCreate: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        TextCheck.terms(groups, at: ["groups"], maximumCount: 256, report)
    }
}

/// `PATCH /v1/service-accounts/{name}`: what is absent stays.
package struct ServiceAccountUpdate: Hashable, Sendable, Codable {
    package var groups: [String]?
    package var disabled: Bool?

    package init(groups: [String]? = nil, disabled: Bool? = nil) {
        self.groups = groups
        self.disabled = disabled
    }
}

extension ServiceAccountUpdate: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        TextCheck.terms(groups ?? [], at: ["groups"], maximumCount: 256, report)
    }
}
