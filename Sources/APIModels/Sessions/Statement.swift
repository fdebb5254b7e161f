/// An error as the database, or the agent, answered it.
package struct StatementError: Hashable, Sendable, Codable {
    package var sqlstate: String
    package var message: String

    package init(sqlstate: String, message: String) {
        self.sqlstate = sqlstate
        self.message = message
    }
}

/// How many cells of one column of a result were masked, and by which rule.
package struct StatementMasking: Hashable, Sendable, Codable {
    /// Which result of the statement's text, and which of its columns, both from 0.
    package var result: Int
    package var column: Int
    package var policy: String
    package var rule: Int
    package var cells: Int64

    package init(result: Int, column: Int, policy: String, rule: Int, cells: Int64) {
        self.result = result
        self.column = column
        self.policy = policy
        self.rule = rule
        self.cells = cells
    }
}

/// One recorded statement.
package struct Statement: Hashable, Sendable, Codable {
    package var sessionID: SessionID
    package var sequence: Int64
    package var principal: PrincipalReference
    package var resource: Name
    package var text: String
    package var fingerprint: String?
    package var parameters: [String?]
    package var actions: ActionSet
    package var conditions: [Condition]
    package var tables: [String]
    package var reached: [String]
    package var decision: DecisionOutcome
    package var rules: [RuleReference]
    package var approvals: [ApprovalID]
    package var receipt: ReceiptID?
    package var startedAt: Timestamp
    package var finishedAt: Timestamp?
    package var durationUs: Int64?
    package var rows: Int64?
    package var bytes: Int64?
    package var commandTag: String?
    package var masked: [StatementMasking]?
    package var error: StatementError?

    package init(
        sessionID: SessionID, sequence: Int64, principal: PrincipalReference, resource: Name, text: String,
        fingerprint: String? = nil, parameters: [String?], actions: ActionSet, conditions: [Condition],
        tables: [String], reached: [String], decision: DecisionOutcome, rules: [RuleReference],
        approvals: [ApprovalID], receipt: ReceiptID? = nil, startedAt: Timestamp,
        finishedAt: Timestamp? = nil, durationUs: Int64? = nil, rows: Int64? = nil, bytes: Int64? = nil,
        commandTag: String? = nil, masked: [StatementMasking]? = nil, error: StatementError? = nil
    ) {
        self.sessionID = sessionID
        self.sequence = sequence
        self.principal = principal
        self.resource = resource
        self.text = text
        self.fingerprint = fingerprint
        self.parameters = parameters
        self.actions = actions
        self.conditions = conditions
        self.tables = tables
        self.reached = reached
        self.decision = decision
        self.rules = rules
        self.approvals = approvals
        self.receipt = receipt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.durationUs = durationUs
        self.rows = rows
        self.bytes = bytes
        self.commandTag = commandTag
        self.masked = masked
        self.error = error
    }
}
