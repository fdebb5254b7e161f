import APIModels

/// Words a refusal: what was refused, by which policy and rule, and the smallest access request that would
/// allow it.
struct DenialWriter {
    let policies: ApplicablePolicies
    let facts: StatementFacts
    let view: StatementView
    let time: Timestamp

    /// Long enough to do one thing; a policy's own maximum may be shorter.
    private static let shortestUsefulAccess = DurationText.minutes(15)

    func denial(
        _ reason: Denial.Reason, rules: [ApplicablePolicyCompiler.DenyRule], uncovered: Coverage?,
        searchesAccess: Bool
    ) -> Denial {
        let actions: ActionSet
        let tables: [String]
        switch reason {
        case .notAllowed:
            (actions, tables) = refused(uncovered)
        case .deniedByRule:
            let keys = rules.map(\.key.actions).reduce(ActionSet()) { $0.union($1) }
            actions = keys.intersection(view.allActions)
            tables = facts.tables.map(\.name)
        case .noPolicy:
            actions = view.actions
            tables = facts.tables.map(\.name)
        }
        let denials = rules.map { rule in
            Denial.Rule(
                policy: policies.policies[rule.key.policy].name, rule: rule.key.rule, reason: rule.reason)
        }
        let listed = Array(Set(tables).sorted().prefix(Denial.listedTables))
        let subject = subject(actions, listed, of: Set(tables).count)
        let message = message(reason, subject, denials)
        return Denial(
            reason: reason, actions: actions, tables: listed, rules: denials, message: message,
            accessRequest: searchesAccess ? accessRequest(subject) : nil, policyRevision: policies.revision)
    }

    /// The actions and tables that no rule allows.
    private func refused(_ uncovered: Coverage?) -> (ActionSet, [String]) {
        guard let uncovered else { return (view.actions, facts.tables.map(\.name)) }
        var actions = uncovered.actions
        var tables: [String] = []
        for (index, object) in view.objects.enumerated() where !uncovered.objects[index].isEmpty {
            actions.formUnion(uncovered.objects[index])
            // Tables are the first objects, in the order of the facts.
            if object.kind == .table, index < facts.tables.count { tables.append(facts.tables[index].name) }
        }
        return (actions, tables)
    }

    private func subject(_ actions: ActionSet, _ tables: [String], of count: Int) -> String {
        let verbs = actions.actions.map(\.rawValue).joined(separator: ", ")
        guard !tables.isEmpty else { return verbs }
        let more = count > tables.count ? " and \(count - tables.count) more" : ""
        return "\(verbs) on \(tables.joined(separator: ", "))\(more)"
    }

    private func message(_ reason: Denial.Reason, _ subject: String, _ rules: [Denial.Rule]) -> String {
        switch reason {
        case .noPolicy:
            return
                "no policy gives \(policies.principal.name) access to \(policies.resource.name): \(subject)"
        case .notAllowed:
            return "not allowed by any rule: \(subject)"
        case .deniedByRule:
            let sources = rules.map { rule in
                "policy \(rule.policy), rule \(rule.rule)" + (rule.reason.map { ": \($0)" } ?? "")
            }
            return "\(subject) is denied (\(sources.joined(separator: "; ")))"
        }
    }

    /// A grant is for a resource, so it brings in every policy on request for it; the smallest request is the
    /// shortest.
    private func accessRequest(_ subject: String) -> AccessRequestCreate? {
        guard policies.hasPolicyOnRequest,
            policies.decide(facts, at: time, assumingGrant: true).outcome != .deny
        else { return nil }
        let longest = policies.policies.compactMap { policy -> DurationText? in
            guard policy.counts(at: time, assumingGrant: true), !policy.counts(at: time, assumingGrant: false)
            else {
                return nil
            }
            return policy.request?.maxDuration
        }
        let duration = longest.reduce(Self.shortestUsefulAccess, min)
        return AccessRequestCreate(resource: policies.resource.name, reason: subject, duration: duration)
    }
}
