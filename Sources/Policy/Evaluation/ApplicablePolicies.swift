package import APIModels
import Synchronization

/// The policies that concern one principal on one resource, ready to decide. Share it among the sessions of a
/// principal.
///
/// What it answers depends on nothing but its policies, the facts and the time; the only state is a memory of
/// mask plans.
package final class ApplicablePolicies: Sendable {
    package let principal: Principal
    package let resource: ProtectedResource
    /// The revision of the configuration that it was made from.
    package let revision: Int64
    /// The id and the version of each policy. Other than `revision` it changes when one of these policies
    /// does, and not with the rest of the configuration: what an approval is bound to.
    package let policyVersions: String

    let tables: RuleTables
    private let constantMasks: MaskPlan
    private let recentPlans = Mutex<[BitSet: MaskPlan]>([:])

    /// Statements of one session match few different sets of mask rules; when there are more, the memory
    /// starts anew.
    private static let rememberedPlans = 64

    init(_ tables: RuleTables, principal: Principal, resource: ProtectedResource, revision: Int64) {
        self.principal = principal
        self.resource = resource
        self.revision = revision
        policyVersions = tables.policyVersions.joined(separator: ",")
        self.tables = tables
        constantMasks = tables.constantMasks.built()
    }

    /// Decides on a statement at a time, as policy.md says.
    ///
    /// Order-independent. Costs time in proportion to the rules of these policies, nothing for the others of
    /// the set.
    package func decide(_ facts: StatementFacts, at time: Timestamp) -> Decision {
        decide(facts, at: time, assumingGrant: false)
    }

    /// Whether the same facts may be decided otherwise later: some policy counts at some times only.
    package var dependsOnTime: Bool { tables.timings.count > 1 }

    func reference(_ rule: CompiledRule, _ effect: Effect) -> RuleReference {
        RuleReference(policy: tables.policyNames[Int(rule.policy)], rule: Int(rule.rule), effect: effect)
    }

    /// The constant masks together with those of some rules, which are given by their numbers in `masks`.
    func maskPlan(with rules: BitSet) -> MaskPlan {
        if rules.isEmpty { return constantMasks }
        if let plan = recentPlans.withLock({ $0[rules] }) { return plan }
        var builder = tables.constantMasks
        for (number, rule) in tables.masks.enumerated() where rules.contains(number) {
            let payload = tables.maskPayloads[Int(rule.payload)]
            builder.add(
                payload.target, payload.strategy, policy: tables.policyNames[Int(rule.policy)],
                rule: Int(rule.rule))
        }
        let plan = builder.built()
        return recentPlans.withLock { plans in
            if let earlier = plans[rules] { return earlier }
            if plans.count >= Self.rememberedPlans { plans.removeAll() }
            plans[rules] = plan
            return plan
        }
    }
}
