/// Who asks.
package struct Principal: Hashable, Sendable, Codable {
    package var id: PrincipalID
    package var name: String
    package var kind: PrincipalKind
    package var groups: [String]
    package var roles: [Role]

    package init(id: PrincipalID, name: String, kind: PrincipalKind, groups: [String], roles: [Role]) {
        self.id = id
        self.name = name
        self.kind = kind
        self.groups = groups
        self.roles = roles
    }
}

/// A principal as other shapes mention it.
package struct PrincipalReference: Hashable, Sendable, Codable {
    package var id: PrincipalID
    package var name: String
    package var kind: PrincipalKind

    package init(id: PrincipalID, name: String, kind: PrincipalKind) {
        self.id = id
        self.name = name
        self.kind = kind
    }

    package init(_ principal: Principal) {
        self.init(id: principal.id, name: principal.name, kind: principal.kind)
    }
}

/// `GET /v1/me`: the caller.
package struct Me: Hashable, Sendable, Codable {
    package var id: PrincipalID
    package var principal: String
    package var kind: PrincipalKind
    package var groups: [String]
    package var roles: [Role]

    package init(id: PrincipalID, principal: String, kind: PrincipalKind, groups: [String], roles: [Role]) {
        self.id = id
        self.principal = principal
        self.kind = kind
        self.groups = groups
        self.roles = roles
    }
}

extension Me: JSONObjectWritable {
    package func write(to object: inout JSONObjectText) {
        object.add("id", id.description)
        object.add("principal", principal)
        object.add("kind", kind.rawValue)
        object.add("groups", groups)
        object.add("roles", roles.lazy.map(\.rawValue))
    }
}
