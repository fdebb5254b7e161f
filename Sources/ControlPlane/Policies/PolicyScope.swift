import APIModels
import Policy

/// Whom and what a policy is about, for those who must not see the others.
extension PolicySpec {
    func concerns(_ resource: Resource) -> Bool {
        PolicySet.matches(
            resources,
            ProtectedResource(
                id: resource.id, name: resource.name, protocol: resource.protocol, labels: resource.labels))
    }

    func concerns(principalNamed name: String, kind: PrincipalKind, groups: [String]) -> Bool {
        subjects.principals.contains(name) || subjects.kinds.contains(kind)
            || groups.contains(where: subjects.groups.contains)
    }

    /// All groups that it names as reviewers, sorted.
    var reviewerGroups: [String] {
        var groups: Set<String> = []
        for rule in rules {
            if case .requireApproval(let terms) = rule.consequence { groups.formUnion(terms.reviewers) }
        }
        if let approval = request?.approval { groups.formUnion(approval.reviewers) }
        return groups.sorted()
    }
}
