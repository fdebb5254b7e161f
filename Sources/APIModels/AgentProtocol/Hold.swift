/// One approval that a held statement needs.
package struct RequiredApproval: Hashable, Sendable, Codable {
    package var policy: Name
    package var rule: Int
    package var reviewers: [String]
    package var required: Int
    package var timeout: DurationText
    package var mode: ApprovalMode
    package var reuse: ApprovalReuse

    package init(
        policy: Name, rule: Int, reviewers: [String], required: Int, timeout: DurationText,
        mode: ApprovalMode, reuse: ApprovalReuse
    ) {
        self.policy = policy
        self.rule = rule
        self.reviewers = reviewers
        self.required = required
        self.timeout = timeout
        self.mode = mode
        self.reuse = reuse
    }

    package init(policy: Name, rule: Int, terms: ApprovalTerms) {
        self.init(
            policy: policy, rule: rule, reviewers: terms.reviewers, required: terms.required,
            timeout: terms.timeout,
            mode: terms.mode, reuse: terms.reuse)
    }

    package var terms: ApprovalTerms {
        ApprovalTerms(reviewers: reviewers, required: required, timeout: timeout, mode: mode, reuse: reuse)
    }
}

/// `POST /v1/agent/holds`.
package struct HoldRequest: Hashable, Sendable, Codable {
    package var sessionID: SessionID
    package var statementSequence: Int64
    package var principal: PrincipalReference
    package var resource: Name
    package var statement: String
    package var parameters: [String?]
    package var actions: ActionSet
    package var conditions: [Condition]
    package var tables: [String]
    package var columns: [String]
    package var impact: StatementImpact?
    /// Hex SHA-256 of the text, parameters, resolved objects, search_path and policy revision.
    package var bindingDigest: String
    package var policyRevision: Int64
    package var approvals: [RequiredApproval]

    package init(
        sessionID: SessionID, statementSequence: Int64, principal: PrincipalReference, resource: Name,
        statement: String, parameters: [String?], actions: ActionSet, conditions: [Condition],
        tables: [String], columns: [String], impact: StatementImpact? = nil, bindingDigest: String,
        policyRevision: Int64, approvals: [RequiredApproval]
    ) {
        self.sessionID = sessionID
        self.statementSequence = statementSequence
        self.principal = principal
        self.resource = resource
        self.statement = statement
        self.parameters = parameters
        self.actions = actions
        self.conditions = conditions
        self.tables = tables
        self.columns = columns
        self.impact = impact
        self.bindingDigest = bindingDigest
        self.policyRevision = policyRevision
        self.approvals = approvals
    }
}

extension HoldRequest: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        let isHex = bindingDigest.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        if bindingDigest.utf8.count != 64 || !isHex {
            report(["binding_digest"], InvalidValue("must be 64 hexadecimal digits"))
        }
        if approvals.isEmpty {
            report(["approvals"], InvalidValue("must name at least one approval", code: .outOfRange))
        }
    }
}

/// How a hold stands: the answer to a hold request and to looking at one.
package struct HoldState: Hashable, Sendable, Codable {
    package var approvalIds: [ApprovalID]
    package var url: String
    package var status: ApprovalStatus
    /// With `approved`: the right to run the statement, taken by this very call.
    package var receipt: ReceiptID?
    package var expiresAt: Timestamp
    package var decidedBy: [PrincipalReference]
    package var comment: String?

    package init(
        approvalIds: [ApprovalID], url: String, status: ApprovalStatus, receipt: ReceiptID? = nil,
        expiresAt: Timestamp, decidedBy: [PrincipalReference], comment: String? = nil
    ) {
        self.approvalIds = approvalIds
        self.url = url
        self.status = status
        self.receipt = receipt
        self.expiresAt = expiresAt
        self.decidedBy = decidedBy
        self.comment = comment
    }
}
