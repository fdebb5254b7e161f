import APIModels

extension ApplicablePolicies {
    /// With `assumingGrant` as if the principal held a grant for the resource.
    func decide(_ facts: StatementFacts, at time: Timestamp, assumingGrant: Bool) -> Decision {
        var scan = RuleScan(tables, facts, at: time, assumingGrant: assumingGrant)
        guard scan.hasPolicy() else { return denied(.noPolicy, scan) }
        let denies = scan.matching(tables.denies, atMost: Decision.reportedRules)
        guard denies.isEmpty else { return denied(.deniedByRule, scan, rules: denies) }
        let approvals = scan.matching(tables.approvals)
        let allowing = scan.cover(approvals)
        guard scan.coverage.isComplete else { return denied(.notAllowed, scan) }
        let rules =
            approvals.isEmpty
            ? allowing.map { reference($0, .allow) }
            : approvals.prefix(Decision.reportedRules).map { reference($0, .requireApproval) }
        return Decision(
            outcome: approvals.isEmpty ? .allow : .hold, rules: rules,
            masks: maskPlan(with: scan.maskRules()),
            limits: scan.limits(), approvals: distinct(approvals), denial: nil, policyRevision: revision)
    }

    private func distinct(_ rules: [CompiledRule]) -> [RequiredApproval] {
        var seen = BitSet()
        var approvals: [RequiredApproval] = []
        for rule in rules where !seen.contains(Int(rule.payload)) {
            seen.insert(Int(rule.payload))
            approvals.append(
                RequiredApproval(
                    policy: tables.policyNames[Int(rule.policy)], rule: Int(rule.rule),
                    terms: tables.terms[Int(rule.payload)]))
        }
        return approvals
    }

    private func denied(_ reason: Denial.Reason, _ scan: RuleScan, rules: [CompiledRule] = []) -> Decision {
        Decision(
            outcome: .deny, rules: rules.map { reference($0, .deny) }, masks: .empty,
            limits: StatementLimits(),
            approvals: [], denial: DenialWriter(policies: self, scan: scan).denial(reason, rules: rules),
            policyRevision: revision)
    }
}

/// One pass over the rules for one statement at one time.
struct RuleScan {
    let facts: StatementFacts
    let view: StatementView
    let time: Timestamp
    let assumingGrant: Bool
    private(set) var coverage: Coverage
    private let tables: RuleTables
    /// Per timing: nil until asked.
    private var counts: [Bool?]

    init(_ tables: RuleTables, _ facts: StatementFacts, at time: Timestamp, assumingGrant: Bool) {
        self.tables = tables
        self.facts = facts
        self.time = time
        self.assumingGrant = assumingGrant
        view = StatementView(facts, tables)
        coverage = Coverage(view)
        counts = [Bool?](repeating: nil, count: tables.timings.count)
        counts[0] = true
    }

    /// Whether policies with this timing count now.
    mutating func counts(_ timing: Int32) -> Bool {
        if let known = counts[Int(timing)] { return known }
        let counts = tables.timings[Int(timing)].counts(at: time, assumingGrant: assumingGrant)
        self.counts[Int(timing)] = counts
        return counts
    }

    mutating func hasPolicy() -> Bool {
        for timing in tables.policyTimings where counts(timing) { return true }
        return false
    }

    mutating func matching(_ rules: [CompiledRule], atMost limit: Int = .max) -> [CompiledRule] {
        var found: [CompiledRule] = []
        for rule in rules where view.matches(rule) && counts(rule.timing) {
            found.append(rule)
            if found.count == limit { break }
        }
        return found
    }

    /// Adds up what is allowed. Returns the `allow` rules that took part: of several that would do, the
    /// first.
    mutating func cover(_ approvals: [CompiledRule]) -> [CompiledRule] {
        for rule in approvals {
            if coverage.isComplete { break }
            _ = coverage.add(rule, view, tables.matchers)
        }
        var allowing: [CompiledRule] = []
        for rule in tables.allows {
            if coverage.isComplete { break }
            guard view.matches(rule), counts(rule.timing) else { continue }
            if coverage.add(rule, view, tables.matchers) { allowing.append(rule) }
        }
        return allowing
    }

    /// The numbers of the mask rules that match, of those that are not constant.
    mutating func maskRules() -> BitSet {
        var found = BitSet()
        for (index, rule) in tables.masks.enumerated() where view.matches(rule) && counts(rule.timing) {
            found.insert(index)
        }
        return found
    }

    mutating func limits() -> StatementLimits {
        var limits = tables.constantLimits
        var seen = BitSet()
        for rule in tables.limits
        where !seen.contains(Int(rule.payload)) && view.matches(rule) && counts(rule.timing) {
            seen.insert(Int(rule.payload))
            limits = limits.strictest(tables.limitPayloads[Int(rule.payload)])
        }
        return limits
    }
}
