package import APIModels

extension ApplicablePolicies {
    /// Why a decision is what it is, in sentences: what counted as what, which policies concern the
    /// statement, and what each rule that matches does. For people who ask; not for the hot path.
    package func explain(_ facts: StatementFacts, at time: Timestamp) -> [String] {
        var scan = RuleScan(tables, facts, at: time, assumingGrant: false)
        var why: [String] = []
        if facts.actions.isEmpty || facts.actions.contains(.unknown) {
            why.append("what the inspection could not prove counts as admin")
        }
        if facts.hasUnprovenColumns {
            why.append("it is not certain which columns are used, so that every tag counts as touched")
        }
        if tables.policyNames.isEmpty {
            why.append("no policy concerns \(principal.name) on \(resource.name)")
        }
        for (name, timing) in zip(tables.policyNames, tables.policyTimings) where !scan.counts(timing) {
            let isGrantMissing = tables.timings[Int(timing)].counts(at: time, assumingGrant: true)
            let cause = isGrantMissing ? "it counts only with a grant" : "it is not valid now"
            why.append("policy \(name) does not count: \(cause)")
        }
        for rule in scan.matching(tables.denies) {
            let reason = tables.reasons[Int(rule.payload)].map { ": \($0)" } ?? ""
            why.append("\(source(rule)) denies \(actions(rule, scan))\(reason)")
        }
        for rule in scan.matching(tables.approvals) {
            let terms = tables.terms[Int(rule.payload)]
            let people = "\(terms.required) of \(terms.reviewers.joined(separator: ", "))"
            why.append("\(source(rule)) asks for the approval of \(people)")
        }
        for rule in scan.matching(tables.allows) {
            why.append("\(source(rule)) allows \(actions(rule, scan))")
        }
        let decision = decide(facts, at: time)
        for mask in decision.masks.applied {
            why.append("policy \(mask.policy), rule \(mask.rule) masks with \(mask.with.kind.rawValue)")
        }
        if let denial = decision.denial, denial.reason != .deniedByRule { why.append(denial.message) }
        return why
    }

    private func source(_ rule: CompiledRule) -> String {
        "policy \(tables.policyNames[Int(rule.policy)]), rule \(rule.rule)"
    }

    private func actions(_ rule: CompiledRule, _ scan: RuleScan) -> String {
        rule.actions.intersection(scan.view.allActions).actions.actions.map(\.rawValue).joined(
            separator: ", ")
    }
}
