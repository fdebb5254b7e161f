package import APIModels

/// What policy says of a statement.
package struct Decision: Sendable {
    package let outcome: DecisionOutcome
    /// The rules that gave the outcome: those that deny, those that ask for an approval, or those that
    /// between them allow all of it. At most `Decision.reportedRules`, in the order of policy names.
    package let rules: [RuleReference]
    package let masks: MaskPlan
    package let limits: StatementLimits
    /// With `hold`: each distinct approval that is needed.
    package let approvals: [RequiredApproval]
    /// With `deny`: what to tell the caller.
    package let denial: Denial?
    /// Of the configuration that was asked.
    package let policyRevision: Int64

    /// A statement that a hundred policies deny is not denied more clearly by naming them all.
    package static let reportedRules = 16
}
