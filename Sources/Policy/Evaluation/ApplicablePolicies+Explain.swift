package import APIModels

extension ApplicablePolicies {
    /// Why a decision is what it is, in sentences: what counted as what, which policies concern the
    /// statement, and what each rule that matches does. For people who ask; not for the hot path.
    package func explain(_ facts: StatementFacts, at time: Timestamp) -> [String] {
        var why: [String] = []
        let view = StatementView(facts, indexes)
        if facts.actions.isEmpty || facts.actions.contains(.unknown) {
            why.append("what the inspection could not prove counts as admin")
        }
        if facts.hasUnprovenColumns {
            why.append("it is not certain which columns are used, so that every tag counts as touched")
        }
        if policies.isEmpty { why.append("no policy concerns \(principal.name) on \(resource.name)") }
        for policy in policies where !policy.counts(at: time, assumingGrant: false) {
            let granted = policy.counts(at: time, assumingGrant: true)
            let cause = granted ? "it counts only with a grant" : "it is not valid now"
            why.append("policy \(policy.name) does not count: \(cause)")
        }
        func matches(_ rule: CompiledRule) -> Bool {
            view.isRestricted(by: rule, matchers) && counts(rule, at: time, assumingGrant: false)
        }
        func source(_ rule: CompiledRule) -> String {
            "policy \(policies[rule.policy].name), rule \(rule.rule)"
        }
        func actions(_ rule: CompiledRule) -> String {
            rule.actions.intersection(view.allActions).actions.map(\.rawValue).joined(separator: ", ")
        }
        for rule in denies where matches(rule.key) {
            why.append(
                "\(source(rule.key)) denies \(actions(rule.key))" + (rule.reason.map { ": \($0)" } ?? ""))
        }
        for rule in approvals where matches(rule.key) {
            let people = "\(rule.terms.required) of \(rule.terms.reviewers.joined(separator: ", "))"
            why.append("\(source(rule.key)) asks for the approval of \(people)")
        }
        for rule in allows where matches(rule) { why.append("\(source(rule)) allows \(actions(rule))") }
        let decision = decide(facts, at: time)
        for mask in decision.masks.applied {
            why.append("policy \(mask.policy), rule \(mask.rule) masks with \(mask.with.kind.rawValue)")
        }
        if let denial = decision.denial, denial.reason != .deniedByRule { why.append(denial.message) }
        return why
    }
}
