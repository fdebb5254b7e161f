package import APIModels

/// All policies of one configuration revision, compiled once.
package struct PolicySet: Sendable {
    /// The revision of the configuration that they came with.
    package let revision: Int64

    private struct Entry: Sendable {
        let policy: Policy
        let validity: CompiledValidity?
    }

    /// Enabled ones, in the order of their names, which is the order of everything that is reported.
    private let entries: [Entry]
    private let byGroup: [String: [Int]]
    private let byPrincipal: [String: [Int]]
    private let byKind: [PrincipalKind: [Int]]

    package init(_ policies: [Policy], revision: Int64) throws(PolicyCompilationError) {
        self.revision = revision
        var zones: [String: TimeZoneOffsets] = [:]
        var entries: [Entry] = []
        var byGroup: [String: [Int]] = [:]
        var byPrincipal: [String: [Int]] = [:]
        var byKind: [PrincipalKind: [Int]] = [:]
        for policy in policies.sorted(by: { $0.name < $1.name }) where policy.spec.enabled {
            if entries.last?.policy.name == policy.name { throw .duplicateName(policy.name) }
            for window in policy.spec.valid?.weekly ?? [] where zones[window.timeZone] == nil {
                guard let zone = TimeZoneOffsets(named: window.timeZone) else {
                    throw .unknownTimeZone(policy: policy.name, timeZone: window.timeZone)
                }
                zones[window.timeZone] = zone
            }
            let index = entries.count
            entries.append(
                Entry(policy: policy, validity: CompiledValidity(policy.spec.valid, zones: zones)))
            for group in Set(policy.spec.subjects.groups) { byGroup[group, default: []].append(index) }
            for name in Set(policy.spec.subjects.principals) { byPrincipal[name, default: []].append(index) }
            for kind in Set(policy.spec.subjects.kinds) { byKind[kind, default: []].append(index) }
        }
        self.entries = entries
        self.byGroup = byGroup
        self.byPrincipal = byPrincipal
        self.byKind = byKind
    }

    /// What is wrong with a policy beyond its shape: names that only the databases of this target know.
    package static func check(_ spec: PolicySpec) -> [FieldError] {
        (spec.valid?.weekly ?? []).enumerated().compactMap { index, window in
            guard TimeZoneOffsets(named: window.timeZone) == nil else { return nil }
            let pointer = JSONPointer.root.appending("valid").appending("weekly").appending(index)
            return FieldError(
                pointer: pointer.appending("time_zone"), code: .invalidValue,
                detail: "must be a name of the IANA time zone database such as \"Europe/Paris\"")
        }
    }

    /// The policies that concern a principal on a resource: what a session keeps as long as the configuration
    /// stays.
    ///
    /// `grants` may hold those of others and those that are over; policies on request count in during a grant
    /// for this principal and resource.
    package func compiled(
        for principal: Principal, resource: ProtectedResource, grants: [Grant]
    ) -> ApplicablePolicies {
        var candidates = Set(byPrincipal[principal.name] ?? [])
        candidates.formUnion(byKind[principal.kind] ?? [])
        for group in principal.groups { candidates.formUnion(byGroup[group] ?? []) }
        let spans = grants.filter { $0.principalID == principal.id && $0.resourceID == resource.id }
            .map { $0.notBefore..<max($0.notBefore, $0.expiresAt) }
        var tables = RuleTables()
        for index in candidates.sorted() {
            let entry = entries[index]
            guard Self.matches(entry.policy.spec.resources, resource) else { continue }
            tables.add(entry.policy, validity: entry.validity, grants: spans)
        }
        return ApplicablePolicies(tables, principal: principal, resource: resource, revision: revision)
    }

    /// Whether a policy with this selector is about the resource.
    package static func matches(_ selector: PolicyResources, _ resource: ProtectedResource) -> Bool {
        if let names = selector.names, !names.contains(where: { $0.matches(resource.name.description) }) {
            return false
        }
        if let protocols = selector.protocols, !protocols.contains(resource.protocol) { return false }
        return (selector.labels ?? [:]).allSatisfy { key, pattern in
            resource.labels[key].map(pattern.matches) ?? false
        }
    }
}
