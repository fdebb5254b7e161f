package import APIModels

/// The policies that concern one principal on one resource, ready to decide. Immutable: share it among the
/// sessions of a principal.
package final class ApplicablePolicies: Sendable {
    package let principal: Principal
    package let resource: ProtectedResource
    /// The revision of the configuration that it was made from.
    package let revision: Int64

    let policies: [CompiledPolicy]
    let matchers: [CompiledMatcher]
    let indexes: RuleIndexes
    let allows: [CompiledRule]
    let denies: [ApplicablePolicyCompiler.DenyRule]
    let approvals: [ApplicablePolicyCompiler.ApprovalRule]
    let masks: [ApplicablePolicyCompiler.MaskRule]
    let limits: [ApplicablePolicyCompiler.LimitRule]
    let constantMasks: MaskPlan
    let constantMaskBuilder: MaskPlan.Builder
    let constantLimits: StatementLimits
    let hasConstantPolicy: Bool
    let hasPolicyOnRequest: Bool

    init(
        _ compiler: ApplicablePolicyCompiler, principal: Principal, resource: ProtectedResource,
        revision: Int64
    ) {
        self.principal = principal
        self.resource = resource
        self.revision = revision
        policies = compiler.policies
        matchers = compiler.matchers
        indexes = RuleIndexes(
            tables: compiler.tables, functions: compiler.functions, methods: compiler.methods,
            paths: compiler.paths,
            awsActions: compiler.awsActions, awsResources: compiler.awsResources,
            tagNumbers: compiler.tagNumbers)
        allows = compiler.allows
        denies = compiler.denies
        approvals = compiler.approvals
        masks = compiler.masks
        limits = compiler.limits
        constantMasks = compiler.constantMasks.built()
        constantMaskBuilder = compiler.constantMasks
        constantLimits = compiler.constantLimits
        hasConstantPolicy = compiler.policies.contains(where: \.isConstant)
        hasPolicyOnRequest = compiler.policies.contains { policy in
            if case .granted = policy.gate { true } else { false }
        }
    }

    /// Whether the same facts may be decided on differently at another time: a validity, a weekly window or a grant.
    package var dependsOnTime: Bool { policies.contains { !$0.isConstant } }

    /// Decides on a statement at a time, as policy.md says.
    ///
    /// Pure and order-independent. Costs time in proportion to the rules of these policies, nothing for the
    /// others of the set.
    package func decide(_ facts: StatementFacts, at time: Timestamp) -> Decision {
        decide(facts, at: time, assumingGrant: false)
    }

    func counts(_ rule: CompiledRule, at time: Timestamp, assumingGrant: Bool) -> Bool {
        let policy = policies[rule.policy]
        return policy.isConstant || policy.counts(at: time, assumingGrant: assumingGrant)
    }

    func reference(_ rule: CompiledRule, _ effect: Effect) -> RuleReference {
        RuleReference(policy: policies[rule.policy].name, rule: rule.rule, effect: effect)
    }
}
