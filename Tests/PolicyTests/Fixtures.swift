import APIModels
import Policy

/// Shorthands for tests: policies come from the JSON that people write.
enum Fixtures {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let cursor = principal("cursor", kind: .aiAgent, groups: ["ai-agents"])
    static let shop = ProtectedResource(
        id: ResourceID(rawValue: 1), name: "shop-prod", protocol: .postgres, labels: ["env": "prod"])

    static func principal(
        _ name: String, id: UInt128 = 1, kind: PrincipalKind = .human, groups: [String] = []
    ) -> Principal {
        Principal(id: PrincipalID(rawValue: id), name: name, kind: kind, groups: groups, roles: [])
    }

    static func policy(_ json: String) throws -> Policy {
        let spec = try JSON.decode(PolicySpec.self, from: Array(json.utf8))
        return Policy(id: PolicyID(rawValue: 1), revision: 1, spec: spec)
    }

    /// A policy for the AI agents on the shop with these rules.
    static func policy(_ name: String = "p", rules: String, extra: String = "") throws -> Policy {
        try policy(
            """
            {"name": "\(name)", "subjects": {"groups": ["ai-agents"]}, "resources": {"names": ["shop-*"]}\(extra),
             "rules": [\(rules)]}
            """)
    }

    static func applicable(
        _ policies: [Policy], for principal: Principal = cursor, on resource: ProtectedResource = shop,
        grants: [Grant] = []
    ) throws -> ApplicablePolicies {
        try PolicySet(policies, revision: 7).compiled(for: principal, resource: resource, grants: grants)
    }

    static func decide(_ facts: StatementFacts, _ policies: Policy..., at time: Timestamp = now) throws
        -> Decision
    {
        try applicable(policies).decide(facts, at: time)
    }

    static func grant(
        from start: Timestamp = now, for duration: DurationText = .hours(1), principal: Principal = cursor,
        resource: ProtectedResource = shop
    ) -> Grant {
        Grant(
            id: GrantID(rawValue: 1), principalID: principal.id, resourceID: resource.id, notBefore: start,
            expiresAt: start.advanced(by: duration))
    }

    static func facts(
        _ actions: ActionSet, conditions: Set<Condition> = [], reads: [String] = [], writes: [String] = [],
        columns: [ColumnFact] = [], functions: [String] = []
    ) -> StatementFacts {
        StatementFacts(
            actions: actions, conditions: conditions,
            tables: reads.map { TableFact($0, .read) } + writes.map { TableFact($0, .write) },
            columns: columns,
            functions: functions)
    }
}
