import APIModels

/// What one agent is told: its own resources, the policies about them, and the service accounts that these let in.
/// Comparable with an earlier view, to find what changed; secrets are sealed only when they are sent.
struct AgentView: Sendable {
    let revision: Int64
    let tokenKeys: [TokenKey]
    let detectors: [DetectorSpec]
    let resources: [ResourceID: InstallationConfiguration.ProtectedResource]
    let policies: [PolicyID: Policy]
    let principals: [PrincipalID: InstallationConfiguration.ServicePrincipal]

    init(_ configuration: InstallationConfiguration, of agent: Name) {
        revision = configuration.revision
        tokenKeys = configuration.tokenKeys
        detectors = configuration.detectors
        let own = configuration.resources.filter { $0.stored.resource.agent == agent }
        let relevant = configuration.policies.filter { policy in
            own.contains { policy.spec.concerns($0.stored.resource) }
        }
        let admitted = configuration.principals.filter { candidate in
            relevant.contains { policy in
                policy.spec.concerns(
                    principalNamed: candidate.principal.name, kind: candidate.principal.kind,
                    groups: candidate.principal.groups)
            }
        }
        resources = Dictionary(uniqueKeysWithValues: own.map { ($0.stored.resource.id, $0) })
        policies = Dictionary(uniqueKeysWithValues: relevant.map { ($0.id, $0) })
        principals = Dictionary(uniqueKeysWithValues: admitted.map { ($0.principal.id, $0) })
    }

    /// What `self` has that `earlier` has not, or otherwise; and what is gone.
    func changes(since earlier: AgentView) -> Changes {
        Changes(
            resources: Self.changed(resources, earlier.resources),
            policies: Self.changed(policies, earlier.policies),
            principals: Self.changed(principals, earlier.principals),
            tokenKeys: tokenKeys == earlier.tokenKeys ? nil : tokenKeys,
            detectors: detectors == earlier.detectors ? nil : detectors,
            removed: AgentRemovals(
                resources: Self.removed(resources, earlier.resources),
                policies: Self.removed(policies, earlier.policies),
                principals: Self.removed(principals, earlier.principals), grants: []))
    }

    /// Everything, for a snapshot.
    var everything: Changes {
        Changes(
            resources: Self.changed(resources, [:]), policies: Self.changed(policies, [:]),
            principals: Self.changed(principals, [:]), tokenKeys: tokenKeys, detectors: detectors,
            removed: .none)
    }

    struct Changes: Sendable {
        let resources: [InstallationConfiguration.ProtectedResource]
        let policies: [Policy]
        let principals: [InstallationConfiguration.ServicePrincipal]
        let tokenKeys: [TokenKey]?
        let detectors: [DetectorSpec]?
        let removed: AgentRemovals
    }

    private static func changed<ID: Hashable & Comparable, Value: Equatable>(
        _ now: [ID: Value], _ earlier: [ID: Value]
    ) -> [Value] {
        now.filter { earlier[$0.key] != $0.value }.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func removed<ID: Hashable & Comparable, Value>(
        _ now: [ID: Value], _ earlier: [ID: Value]
    ) -> [ID] {
        earlier.keys.filter { now[$0] == nil }.sorted()
    }
}
