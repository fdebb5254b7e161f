package enum DecisionOutcome: String, Hashable, Sendable, Codable, CaseIterable {
    case allow, deny, hold
}

/// A rule that had a part in a decision.
package struct RuleReference: Hashable, Sendable, Codable {
    package var policy: Name
    /// Index in the policy's `rules`, from 0.
    package var rule: Int
    package var effect: Effect

    package init(policy: Name, rule: Int, effect: Effect) {
        self.policy = policy
        self.rule = rule
        self.effect = effect
    }
}

/// A mask that goes with a decision: what it covers, how, and by which rule.
package struct AppliedMask: Hashable, Sendable, Codable {
    package var policy: Name
    package var rule: Int
    package var columns: [String]
    package var tags: [String]
    package var detectors: [String]
    package var with: MaskStrategy

    package init(
        policy: Name, rule: Int, columns: [String], tags: [String], detectors: [String], with: MaskStrategy
    ) {
        self.policy = policy
        self.rule = rule
        self.columns = columns
        self.tags = tags
        self.detectors = detectors
        self.with = with
    }
}
