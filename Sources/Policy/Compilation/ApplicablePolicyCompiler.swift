import APIModels

/// Takes policies apart into tables by effect.
struct ApplicablePolicyCompiler {
    struct DenyRule: Sendable {
        let key: CompiledRule
        let reason: String?
    }

    struct ApprovalRule: Sendable {
        let key: CompiledRule
        let terms: ApprovalTerms
    }

    struct MaskRule: Sendable {
        let key: CompiledRule
        let target: MaskTarget
        let strategy: MaskStrategy
    }

    struct LimitRule: Sendable {
        let key: CompiledRule
        let limits: StatementLimits
    }

    private(set) var policies: [CompiledPolicy] = []
    private(set) var matchers: [CompiledMatcher] = []
    private(set) var tables = GlobIndex()
    private(set) var functions = GlobIndex()
    private(set) var methods = GlobIndex()
    private(set) var paths = GlobIndex()
    private(set) var awsActions = GlobIndex()
    private(set) var awsResources = GlobIndex()
    private(set) var tagNumbers: [String: Int] = [:]
    private(set) var allows: [CompiledRule] = []
    private(set) var denies: [DenyRule] = []
    private(set) var approvals: [ApprovalRule] = []
    /// Those that depend on the statement or the time; the others are in `constantMasks`.
    private(set) var masks: [MaskRule] = []
    private(set) var limits: [LimitRule] = []
    private(set) var constantMasks = MaskPlan.Builder()
    private(set) var constantLimits = StatementLimits()

    mutating func add(_ policy: Policy, validity: CompiledValidity?, gate: PolicyGate) {
        let compiled = CompiledPolicy(policy, validity: validity, gate: gate)
        let index = policies.count
        policies.append(compiled)
        for (number, rule) in policy.spec.rules.enumerated() {
            let key = key(rule.matcher, policy: index, rule: number)
            let isConstant = compiled.isConstant && rule.matcher.isEmpty
            switch rule.consequence {
            case .allow: allows.append(key)
            case .deny(let reason): denies.append(DenyRule(key: key, reason: reason))
            case .requireApproval(let terms): approvals.append(ApprovalRule(key: key, terms: terms))
            case .mask(let target, let strategy):
                if isConstant {
                    constantMasks.add(target, strategy, policy: policy.name, rule: number)
                } else {
                    masks.append(MaskRule(key: key, target: target, strategy: strategy))
                }
            case .limit(let limits):
                if isConstant {
                    constantLimits = constantLimits.strictest(limits)
                } else {
                    self.limits.append(LimitRule(key: key, limits: limits))
                }
            }
        }
    }

    private mutating func key(_ matcher: RuleMatcher, policy: Int, rule: Int) -> CompiledRule {
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
        var position: Int?
        if !compiled.isEmpty {
            position = matchers.count
            matchers.append(compiled)
        }
        return CompiledRule(
            actions: matcher.actions.map(Self.effective) ?? CompiledRule.everyAction,
            conditions: matcher.conditions.map { CompiledRule.mask($0) } ?? 0, matcher: position,
            policy: policy, rule: rule)
    }

    private mutating func number(ofTag tag: String) -> Int {
        if let number = tagNumbers[tag] { return number }
        let number = tagNumbers.count
        tagNumbers[tag] = number
        return number
    }

    /// `unknown` counts as `admin`.
    static func effective(_ actions: ActionSet) -> ActionSet {
        actions.contains(.unknown) ? actions.subtracting(.unknown).union(.admin) : actions
    }
}
