/// Whom a policy is about: any of these matches; an empty one matches nobody.
package struct PolicySubjects: Hashable, Sendable, Codable {
    package var groups: [String]
    package var principals: [String]
    package var kinds: [PrincipalKind]

    package init(groups: [String], principals: [String], kinds: [PrincipalKind]) {
        self.groups = groups
        self.principals = principals
        self.kinds = kinds
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        groups = try fields.decodeIfPresent([String].self, forKey: .groups) ?? []
        principals = try fields.decodeIfPresent([String].self, forKey: .principals) ?? []
        kinds = try fields.decodeIfPresent([PrincipalKind].self, forKey: .kinds) ?? []
    }
}

extension PolicySubjects: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        TextCheck.terms(groups, at: ["groups"], maximumCount: PolicyLimits.subjects, report)
        TextCheck.terms(principals, at: ["principals"], maximumCount: PolicyLimits.subjects, report)
    }
}

/// Which resources a policy is about: all given fields must match, each by any of its entries.
package struct PolicyResources: Hashable, Sendable, Codable {
    package var names: [Glob]?
    package var labels: [String: Glob]?
    package var protocols: [ResourceProtocol]?

    package init(names: [Glob]? = nil, labels: [String: Glob]? = nil, protocols: [ResourceProtocol]? = nil) {
        self.names = names
        self.labels = labels
        self.protocols = protocols
    }
}

extension PolicyResources: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        RuleMatcher.check(names, "names", report)
        RuleMatcher.check(protocols, "protocols", report)
        if let labels, labels.isEmpty {
            report(["labels"], InvalidValue("must have an entry, or be left out", code: .outOfRange))
        }
    }
}
