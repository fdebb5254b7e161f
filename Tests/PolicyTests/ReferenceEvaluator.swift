import APIModels
import Policy

/// policy.md once more, rule by rule, without any table, index or order: what `ApplicablePolicies` must agree
/// with.
struct ReferenceEvaluator {
    struct Answer: Hashable {
        var outcome: DecisionOutcome
        var approvals: Set<ApprovalTerms> = []
        var limits = StatementLimits()
    }

    let policies: [Policy]
    let principal: Principal
    let resource: ProtectedResource
    let grants: [Grant]

    func decide(_ facts: StatementFacts, at time: Timestamp) -> Answer {
        let matching = policies.filter { counts($0, at: time) }
        if matching.isEmpty { return Answer(outcome: .deny) }
        let rules = matching.flatMap(\.spec.rules)
        let restricting = rules.filter { restricts($0.matcher, facts) }
        if restricting.contains(where: { $0.effect == .deny }) { return Answer(outcome: .deny) }
        let covering =
            rules.filter { $0.effect == .allow } + restricting.filter { $0.effect == .requireApproval }
        if !isCovered(facts, covering) { return Answer(outcome: .deny) }
        var answer = Answer(outcome: .allow)
        for rule in restricting {
            switch rule.consequence {
            case .requireApproval(var terms):
                terms.reviewers.sort()
                answer.outcome = .hold
                answer.approvals.insert(terms)
            case .limit(let limits): answer.limits = answer.limits.strictest(limits)
            case .allow, .deny, .mask: break
            }
        }
        return answer
    }

    func mask(_ column: String, tags: [String], _ facts: StatementFacts, at time: Timestamp) -> MaskStrategy?
    {
        policies.filter { counts($0, at: time) }.flatMap(\.spec.rules).filter { restricts($0.matcher, facts) }
            .compactMap { rule -> MaskStrategy? in
                guard case .mask(let target, let strategy) = rule.consequence,
                    target.columns.contains(where: { $0.matches(column) })
                        || !Set(target.tags).isDisjoint(with: tags)
                else { return nil }
                return strategy
            }
            .reduce(nil as MaskStrategy?) { $0.map($1.strictest) ?? $1 }
    }

    private func counts(_ policy: Policy, at time: Timestamp) -> Bool {
        let spec = policy.spec
        let subjects = spec.subjects
        let isSubject =
            !Set(subjects.groups).isDisjoint(with: principal.groups)
            || subjects.principals.contains(principal.name)
            || subjects.kinds.contains(principal.kind)
        let isResource =
            spec.resources.names?.contains { $0.matches(resource.name.description) } ?? true
            && spec.resources.protocols?.contains(resource.protocol) ?? true
            && spec.resources.labels?.allSatisfy { key, glob in
                resource.labels[key].map(glob.matches) ?? false
            } ?? true
        let isGranted =
            spec.access == .standing
            || grants.contains { grant in
                grant.principalID == principal.id && grant.resourceID == resource.id
                    && grant.notBefore <= time
                    && time < grant.expiresAt
            }
        let isValid =
            spec.valid?.notBefore.map { $0 <= time } ?? true && spec.valid?.notAfter.map { time < $0 } ?? true
        return spec.enabled && isSubject && isResource && isGranted && isValid
    }

    private func effective(_ actions: ActionSet) -> ActionSet {
        if actions.isEmpty { return .admin }
        return actions.contains(.unknown) ? actions.subtracting(.unknown).union(.admin) : actions
    }

    private func actions(of table: TableFact, _ facts: StatementFacts) -> ActionSet {
        table.actions.isEmpty ? effective(facts.actions) : effective(table.actions)
    }

    private func allActions(_ facts: StatementFacts) -> ActionSet {
        facts.tables.reduce(effective(facts.actions)) { $0.union(actions(of: $1, facts)) }
    }

    private func restricts(_ matcher: RuleMatcher, _ facts: StatementFacts) -> Bool {
        matcher.actions.map { !$0.isDisjoint(with: allActions(facts)) } ?? true
            && matchesTheRest(matcher, facts)
    }

    private func matchesTheRest(_ matcher: RuleMatcher, _ facts: StatementFacts) -> Bool {
        if let tables = matcher.tables {
            guard facts.tables.contains(where: { table in tables.contains { $0.matches(table.name) } }) else {
                return false
            }
        }
        if let functions = matcher.functions {
            guard facts.functions.contains(where: { name in functions.contains { $0.matches(name) } }) else {
                return false
            }
        }
        if let touches = matcher.touches, !facts.hasUnprovenColumns {
            guard facts.columns.contains(where: { !Set($0.tags).isDisjoint(with: touches) }) else {
                return false
            }
        }
        if let conditions = matcher.conditions {
            let guessable: [ColumnUse] = [.predicate, .grouping, .ordering]
            let isSensitive =
                facts.hasUnprovenColumns
                || facts.columns.contains { guessable.contains($0.use) && !$0.tags.isEmpty }
            let present = facts.conditions.union(isSensitive ? [.sensitivePredicate] : [])
            guard !present.isDisjoint(with: conditions) else { return false }
        }
        return true
    }

    private func isCovered(_ facts: StatementFacts, _ rules: [Rule]) -> Bool {
        let statement = effective(facts.actions)
        let matching = rules.filter { restricts($0.matcher, facts) }
        func covers(_ rule: Rule, _ action: ActionSet) -> Bool {
            rule.matcher.actions?.isSuperset(of: action) ?? true
        }
        for action in statement.actions.map({ ActionSet($0) }) {
            guard matching.contains(where: { covers($0, action) }) else { return false }
        }
        for table in facts.tables {
            let inside = matching.filter { $0.matcher.tables?.contains { $0.matches(table.name) } ?? true }
            for action in actions(of: table, facts).actions.map({ ActionSet($0) }) {
                let isOwn = !statement.isSuperset(of: action)
                let isCovered = inside.contains { rule in
                    covers(rule, action)
                        || isOwn && !(rule.matcher.actions ?? statement).isDisjoint(with: statement)
                }
                guard isCovered else { return false }
            }
        }
        for function in facts.functions {
            let inside = matching.filter { $0.matcher.functions?.contains { $0.matches(function) } ?? true }
            for action in statement.actions.map({ ActionSet($0) }) {
                guard inside.contains(where: { covers($0, action) }) else { return false }
            }
        }
        return true
    }
}
