import APIModels

/// Words a refusal: what was refused, by which policy and rule, and the smallest access request that would
/// allow it.
struct DenialWriter {
    let policies: ApplicablePolicies
    let scan: RuleScan

    /// Long enough to do one thing; a policy's own maximum may be shorter.
    private static let shortestUsefulAccess = DurationText.minutes(15)

    func denial(_ reason: Denial.Reason, rules: [CompiledRule]) -> Denial {
        let (actions, tables) = refused(reason, rules)
        let denials = rules.map { rule in
            Denial.Rule(
                policy: policies.tables.policyNames[Int(rule.policy)], rule: Int(rule.rule),
                reason: policies.tables.reasons[Int(rule.payload)])
        }
        let distinct = Set(tables).sorted()
        let listed = Array(distinct.prefix(Denial.listedTables))
        let subject = subject(actions, listed, of: distinct.count)
        return Denial(
            reason: reason, actions: actions, tables: listed, rules: denials,
            message: message(reason, subject, denials), accessRequest: accessRequest(subject),
            policyRevision: policies.revision)
    }

    private func refused(_ reason: Denial.Reason, _ rules: [CompiledRule]) -> (ActionSet, tables: [String]) {
        let view = scan.view
        let tables = scan.facts.tables.map(\.name)
        switch reason {
        case .noPolicy: return (view.actions.actions, tables)
        case .deniedByRule:
            let denied = rules.reduce(ActionBits.none) { $0.union($1.actions) }
            return (denied.intersection(view.allActions).actions, tables)
        case .notAllowed:
            let uncovered = scan.coverage
            let actions = uncovered.objects.reduce(uncovered.actions) { $0.union($1) }
            return (actions.actions, zip(tables, uncovered.objects).filter { !$0.1.isEmpty }.map(\.0))
        }
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
        let tables = policies.tables
        guard !scan.assumingGrant, tables.hasPolicyOnRequest,
            policies.decide(scan.facts, at: scan.time, assumingGrant: true).outcome != .deny
        else { return nil }
        var duration = Self.shortestUsefulAccess
        for (timing, request) in zip(tables.policyTimings, tables.policyRequests) {
            let timing = tables.timings[Int(timing)]
            if let request, timing.counts(at: scan.time, assumingGrant: true) {
                duration = min(duration, request.maxDuration)
            }
        }
        return AccessRequestCreate(resource: policies.resource.name, reason: subject, duration: duration)
    }
}
