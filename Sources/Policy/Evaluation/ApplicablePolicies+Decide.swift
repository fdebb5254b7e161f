import APIModels

extension ApplicablePolicies {
    /// With `assumingGrant` as if the principal held a grant for the resource.
    func decide(_ facts: StatementFacts, at time: Timestamp, assumingGrant: Bool) -> Decision {
        let scan = Scan(of: self, facts: facts, time: time, assumingGrant: assumingGrant)
        guard
            hasConstantPolicy
                || policies.contains(where: { $0.counts(at: time, assumingGrant: assumingGrant) })
        else {
            return scan.denied(.noPolicy, rules: [])
        }
        let denies = scan.denyRules()
        guard denies.isEmpty else { return scan.denied(.deniedByRule, rules: denies) }
        let approvals = approvals.filter { scan.restricts($0.key) }
        let (coverage, allowing) = scan.coverage(approvals)
        guard coverage.isComplete else {
            return scan.denied(.notAllowed, rules: [], uncovered: coverage)
        }
        let rules =
            approvals.isEmpty
            ? allowing.map { reference($0, .allow) } : approvals.map { reference($0.key, .requireApproval) }
        return Decision(
            outcome: approvals.isEmpty ? .allow : .hold, rules: Array(rules.prefix(Decision.reportedRules)),
            masks: scan.maskPlan(), limits: scan.limits(), approvals: scan.distinct(approvals), denial: nil,
            policyRevision: revision)
    }
}

/// One pass over the rules for one statement.
struct Scan {
    private let policies: ApplicablePolicies
    private let facts: StatementFacts
    private let view: StatementView
    private let time: Timestamp
    private let assumingGrant: Bool

    init(of policies: ApplicablePolicies, facts: StatementFacts, time: Timestamp, assumingGrant: Bool) {
        self.policies = policies
        self.facts = facts
        self.time = time
        self.assumingGrant = assumingGrant
        view = StatementView(facts, policies.indexes)
    }

    func restricts(_ rule: CompiledRule) -> Bool {
        view.isRestricted(by: rule, policies.matchers)
            && policies.counts(rule, at: time, assumingGrant: assumingGrant)
    }

    func denyRules() -> [ApplicablePolicyCompiler.DenyRule] {
        var found: [ApplicablePolicyCompiler.DenyRule] = []
        for rule in policies.denies where restricts(rule.key) {
            found.append(rule)
            if found.count == Decision.reportedRules { break }
        }
        return found
    }

    /// What remains that no rule allows, and the `allow` rules that took part.
    func coverage(
        _ approvals: [ApplicablePolicyCompiler.ApprovalRule]
    ) -> (coverage: Coverage, allowing: [CompiledRule]) {
        var coverage = Coverage(view)
        var allowing: [CompiledRule] = []
        for rule in approvals { _ = coverage.add(rule.key, view, policies.matchers) }
        for rule in policies.allows {
            if coverage.isComplete { break }
            // A rule is looked at for its time only when it would add something.
            var extended = coverage
            guard extended.add(rule, view, policies.matchers),
                policies.counts(rule, at: time, assumingGrant: assumingGrant)
            else { continue }
            coverage = extended
            allowing.append(rule)
        }
        return (coverage, allowing)
    }

    func maskPlan() -> MaskPlan {
        let matching = policies.masks.filter { restricts($0.key) }
        guard !matching.isEmpty else { return policies.constantMasks }
        var builder = policies.constantMaskBuilder
        for rule in matching {
            builder.add(
                rule.target, rule.strategy, policy: policies.policies[rule.key.policy].name,
                rule: rule.key.rule)
        }
        return builder.built()
    }

    func limits() -> StatementLimits {
        policies.limits.reduce(policies.constantLimits) { limits, rule in
            restricts(rule.key) ? limits.strictest(rule.limits) : limits
        }
    }

    /// One approval serves all rules that ask for the same one.
    func distinct(_ rules: [ApplicablePolicyCompiler.ApprovalRule]) -> [RequiredApproval] {
        var seen: Set<ApprovalTerms> = []
        return rules.compactMap { rule in
            var terms = rule.terms
            terms.reviewers = Set(terms.reviewers).sorted()
            guard seen.insert(terms).inserted else { return nil }
            return RequiredApproval(
                policy: policies.policies[rule.key.policy].name, rule: rule.key.rule, terms: terms)
        }
    }

    func denied(
        _ reason: Denial.Reason, rules: [ApplicablePolicyCompiler.DenyRule], uncovered: Coverage? = nil
    ) -> Decision {
        let references = rules.map { policies.reference($0.key, .deny) }
        let denial = DenialWriter(policies: policies, facts: facts, view: view, time: time)
            .denial(reason, rules: rules, uncovered: uncovered, searchesAccess: !assumingGrant)
        return Decision(
            outcome: .deny, rules: references, masks: .empty, limits: StatementLimits(), approvals: [],
            denial: denial,
            policyRevision: policies.revision)
    }
}
