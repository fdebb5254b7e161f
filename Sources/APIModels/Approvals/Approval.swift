package enum ApprovalStatus: String, Hashable, Sendable, Codable, CaseIterable {
    case pending, approved, denied, expired, cancelled
}

package enum ApprovalDecision: String, Hashable, Sendable, Codable, CaseIterable {
    case approve, deny
}

/// What an approval is about.
package enum ApprovalSubject: Hashable, Sendable, Codable {
    case hold(HeldStatement)

    private enum Kind: String, Codable, CaseIterable { case hold }
    private enum CodingKeys: String, CodingKey { case kind, hold }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        switch try fields.decode(Kind.self, forKey: .kind) {
        case .hold: self = .hold(try fields.decode(HeldStatement.self, forKey: .hold))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .hold(let statement):
            try fields.encode(Kind.hold, forKey: .kind)
            try fields.encode(statement, forKey: .hold)
        }
    }
}

/// The statement that waits, and what it would do.
package struct HeldStatement: Hashable, Sendable, Codable {
    package var sessionID: SessionID
    package var statementSequence: Int64
    package var resource: Name
    package var statement: String
    package var parameters: [String?]
    package var actions: ActionSet
    package var conditions: [Condition]
    package var tables: [String]
    package var columns: [String]
    package var impact: StatementImpact?
    package var policyRevision: Int64

    package init(
        sessionID: SessionID, statementSequence: Int64, resource: Name, statement: String,
        parameters: [String?], actions: ActionSet, conditions: [Condition], tables: [String],
        columns: [String], impact: StatementImpact? = nil, policyRevision: Int64
    ) {
        self.sessionID = sessionID
        self.statementSequence = statementSequence
        self.resource = resource
        self.statement = statement
        self.parameters = parameters
        self.actions = actions
        self.conditions = conditions
        self.tables = tables
        self.columns = columns
        self.impact = impact
        self.policyRevision = policyRevision
    }
}

/// What is known beforehand of what a statement would change.
package struct StatementImpact: Hashable, Sendable, Codable {
    /// From the planner; an estimate.
    package var estimatedRows: Int64?
    package var summary: String?

    package init(estimatedRows: Int64? = nil, summary: String? = nil) {
        self.estimatedRows = estimatedRows
        self.summary = summary
    }
}

/// One reviewer's word.
package struct Review: Hashable, Sendable, Codable {
    package var reviewer: PrincipalReference
    package var decision: ApprovalDecision
    package var comment: String?
    package var at: Timestamp

    package init(
        reviewer: PrincipalReference, decision: ApprovalDecision, comment: String? = nil, at: Timestamp
    ) {
        self.reviewer = reviewer
        self.decision = decision
        self.comment = comment
        self.at = at
    }
}

/// The item that reviewers act on.
package struct Approval: Hashable, Sendable, Codable {
    package var id: ApprovalID
    package var status: ApprovalStatus
    package var subject: ApprovalSubject
    package var requestedBy: PrincipalReference
    package var policy: Name
    package var rule: Int
    /// Groups, any member of which may review.
    package var reviewers: [String]
    package var required: Int
    package var mode: ApprovalMode
    package var reuse: ApprovalReuse
    package var reviews: [Review]
    package var url: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var decidedAt: Timestamp?
    package var redeemedAt: Timestamp?

    package init(
        id: ApprovalID, status: ApprovalStatus, subject: ApprovalSubject, requestedBy: PrincipalReference,
        policy: Name, rule: Int, reviewers: [String], required: Int, mode: ApprovalMode,
        reuse: ApprovalReuse, reviews: [Review], url: String, createdAt: Timestamp, expiresAt: Timestamp,
        decidedAt: Timestamp? = nil, redeemedAt: Timestamp? = nil
    ) {
        self.id = id
        self.status = status
        self.subject = subject
        self.requestedBy = requestedBy
        self.policy = policy
        self.rule = rule
        self.reviewers = reviewers
        self.required = required
        self.mode = mode
        self.reuse = reuse
        self.reviews = reviews
        self.url = url
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.decidedAt = decidedAt
        self.redeemedAt = redeemedAt
    }
}

/// `POST /v1/approvals/{id}/decision`.
package struct ApprovalDecisionRequest: Hashable, Sendable, Codable {
    package var decision: ApprovalDecision
    package var comment: String?

    package init(decision: ApprovalDecision, comment: String? = nil) {
        self.decision = decision
        self.comment = comment
    }
}

extension ApprovalDecisionRequest: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if let comment, comment.utf8.count > 2000 {
            report(["comment"], InvalidValue("must be at most 2000 bytes", code: .tooLong))
        }
    }
}
