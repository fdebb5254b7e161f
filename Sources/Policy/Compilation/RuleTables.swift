import APIModels

/// Policies taken apart into tables: what rules share is kept once, and each effect has a list of its own, in
/// the order of policies and rules.
struct RuleTables: Sendable {
    struct MaskPayload: Sendable {
        let target: MaskTarget
        let strategy: MaskStrategy
    }

    // By policy.
    private(set) var policyNames: [Name] = []
    private(set) var policyVersions: [String] = []
    private(set) var policyTimings: [Int32] = []
    private(set) var policyRequests: [PolicyRequestTerms?] = []

    // By effect. Masks and limits that depend on neither statement nor time are in the constant ones.
    private(set) var allows: [CompiledRule] = []
    private(set) var denies: [CompiledRule] = []
    private(set) var approvals: [CompiledRule] = []
    private(set) var masks: [CompiledRule] = []
    private(set) var limits: [CompiledRule] = []
    private(set) var constantMasks = MaskPlan.Builder()
    private(set) var constantLimits = StatementLimits()

    // What rules share.
    private(set) var timings = [PolicyTiming(validity: nil, grants: nil)]
    private(set) var matchers: [CompiledMatcher] = []
    private(set) var reasons: [String?] = []
    private(set) var terms: [ApprovalTerms] = []
    private(set) var maskPayloads: [MaskPayload] = []
    private(set) var limitPayloads: [StatementLimits] = []

    // Lookups of names.
    private(set) var tables = GlobIndex()
    private(set) var functions = GlobIndex()
    private(set) var methods = GlobIndex()
    private(set) var paths = GlobIndex()
    private(set) var awsActions = GlobIndex()
    private(set) var awsResources = GlobIndex()
    private(set) var tagNumbers: [String: Int] = [:]

    private var timingNumbers: [TimingKey: Int32] = [:]
    private var matcherNumbers: [CompiledMatcher: Int32] = [:]
    private var termNumbers: [ApprovalTerms: Int32] = [:]
    private var limitNumbers: [StatementLimits: Int32] = [:]

    private struct TimingKey: Hashable {
        let validity: PolicyValidity
        let isOnRequest: Bool
    }

    var hasPolicyOnRequest: Bool { timings.contains { $0.grants != nil } }

    /// Takes in a policy that concerns the principal and the resource. `grants` are the spans during which
    /// the principal holds one.
    mutating func add(_ policy: Policy, validity: CompiledValidity?, grants: [Range<Timestamp>]) {
        let number = Int32(policyNames.count)
        let timing = timing(policy.spec, validity: validity, grants: grants)
        policyNames.append(policy.name)
        policyVersions.append("\(policy.id)@\(policy.revision)")
        policyTimings.append(timing)
        policyRequests.append(policy.spec.request)
        for (index, rule) in policy.spec.rules.enumerated() {
            add(rule, policy: number, name: policy.name, index: Int32(index), timing: timing)
        }
    }

    private mutating func add(_ rule: Rule, policy: Int32, name: Name, index: Int32, timing: Int32) {
        let isConstant = timing == 0 && rule.matcher.isEmpty
        let matcher = number(of: rule.matcher)
        func compiled(_ payload: Int) -> CompiledRule {
            CompiledRule(
                actions: rule.matcher.actions.map { ActionBits($0) } ?? .every,
                conditions: rule.matcher.conditions.map { CompiledRule.mask($0) } ?? 0,
                matcher: matcher, timing: timing, policy: policy, rule: index, payload: Int32(payload))
        }
        switch rule.consequence {
        case .allow:
            allows.append(compiled(0))
        case .deny(let reason):
            denies.append(compiled(reasons.count))
            reasons.append(reason)
        case .requireApproval(let terms):
            approvals.append(compiled(Int(number(of: terms))))
        case .mask(let target, let strategy):
            if isConstant {
                constantMasks.add(target, strategy, policy: name, rule: Int(index))
            } else {
                masks.append(compiled(maskPayloads.count))
                maskPayloads.append(MaskPayload(target: target, strategy: strategy))
            }
        case .limit(let statementLimits):
            if isConstant {
                constantLimits = constantLimits.strictest(statementLimits)
            } else {
                limits.append(compiled(Int(number(of: statementLimits))))
            }
        }
    }

    private mutating func timing(
        _ spec: PolicySpec, validity: CompiledValidity?, grants: [Range<Timestamp>]
    ) -> Int32 {
        let isOnRequest = spec.access == .onRequest
        if validity == nil && !isOnRequest { return 0 }
        let key = TimingKey(validity: spec.valid ?? PolicyValidity(), isOnRequest: isOnRequest)
        if let number = timingNumbers[key] { return number }
        let number = Int32(timings.count)
        timingNumbers[key] = number
        timings.append(PolicyTiming(validity: validity, grants: isOnRequest ? grants : nil))
        return number
    }

    private mutating func number(of matcher: RuleMatcher) -> Int32 {
        var compiled = CompiledMatcher()
        compiled.tables = matcher.tables.map { tables.number(of: $0) }
        compiled.functions = matcher.functions.map { functions.number(of: $0) }
        compiled.methods = matcher.methods.map { methods.number(of: $0) }
        compiled.paths = matcher.paths.map { paths.number(of: $0) }
        compiled.awsActions = matcher.awsActions.map { awsActions.number(of: $0) }
        compiled.awsResources = matcher.awsResources.map { awsResources.number(of: $0) }
        compiled.tags = matcher.touches.map { tags in
            tags.reduce(into: BitSet()) { $0.insert(number(ofTag: $1)) }
        }
        if compiled.isEmpty { return -1 }
        if let known = matcherNumbers[compiled] { return known }
        let position = Int32(matchers.count)
        matcherNumbers[compiled] = position
        matchers.append(compiled)
        return position
    }

    private mutating func number(ofTag tag: String) -> Int {
        if let number = tagNumbers[tag] { return number }
        let number = tagNumbers.count
        tagNumbers[tag] = number
        return number
    }

    /// One approval serves all rules that ask for the same one, in whatever order they name its reviewers.
    private mutating func number(of approval: ApprovalTerms) -> Int32 {
        var approval = approval
        approval.reviewers = Set(approval.reviewers).sorted()
        if let number = termNumbers[approval] { return number }
        let number = Int32(terms.count)
        termNumbers[approval] = number
        terms.append(approval)
        return number
    }

    private mutating func number(of limits: StatementLimits) -> Int32 {
        if let number = limitNumbers[limits] { return number }
        let number = Int32(limitPayloads.count)
        limitNumbers[limits] = number
        limitPayloads.append(limits)
        return number
    }
}
