/// `POST /v1/policies/evaluate`.
package struct EvaluateRequest: Hashable, Sendable, Codable {
    /// The name or id of a principal. Absent: the caller.
    package var principal: String?
    package var resource: NameOrID<IDKinds.Resource>
    package var statement: String

    package init(principal: String? = nil, resource: NameOrID<IDKinds.Resource>, statement: String) {
        self.principal = principal
        self.resource = resource
        self.statement = statement
    }
}

extension EvaluateRequest: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if let principal, let error = TextCheck.term(principal) { report(["principal"], error) }
        if statement.utf8.contains(0) { report(["statement"], InvalidValue("must not contain a zero byte")) }
    }
}

/// Where a value of a result comes from: columns, or `"unknown"`.
package enum Lineage: Hashable, Sendable, Codable {
    case columns([String])
    case unknown

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let columns = try? value.decode([String].self) {
            self = .columns(columns)
        } else {
            guard try value.decode(String.self) == "unknown" else {
                throw InvalidValue("must be a list of columns or \"unknown\"")
            }
            self = .unknown
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .columns(let columns): try value.encode(columns)
        case .unknown: try value.encode("unknown")
        }
    }
}

/// One column of a statement's result.
package struct OutputColumn: Hashable, Sendable, Codable {
    package var name: String
    package var lineage: Lineage

    package init(name: String, lineage: Lineage) {
        self.name = name
        self.lineage = lineage
    }
}

/// Why a text is not a statement.
package struct ParseError: Hashable, Sendable, Codable {
    package var message: String
    /// In characters, from 1, as PostgreSQL counts.
    package var position: Int?

    package init(message: String, position: Int? = nil) {
        self.message = message
        self.position = position
    }
}

/// The answer to an evaluation: the decision, and everything it rests on.
package struct EvaluateResponse: Hashable, Sendable, Codable {
    package var decision: DecisionOutcome
    package var actions: ActionSet
    package var conditions: [Condition]
    package var tables: [String]
    package var reached: [String]
    package var columns: [ColumnUsage]
    package var outputs: [OutputColumn]
    package var rules: [RuleReference]
    package var masks: [AppliedMask]
    package var limits: StatementLimits
    package var why: [String]
    package var parseError: ParseError?
    /// With a denial that access on request could lift.
    package var accessRequest: AccessRequestCreate?

    package init(
        decision: DecisionOutcome, actions: ActionSet, conditions: [Condition], tables: [String],
        reached: [String], columns: [ColumnUsage], outputs: [OutputColumn], rules: [RuleReference],
        masks: [AppliedMask], limits: StatementLimits, why: [String], parseError: ParseError? = nil,
        accessRequest: AccessRequestCreate? = nil
    ) {
        self.decision = decision
        self.actions = actions
        self.conditions = conditions
        self.tables = tables
        self.reached = reached
        self.columns = columns
        self.outputs = outputs
        self.rules = rules
        self.masks = masks
        self.limits = limits
        self.why = why
        self.parseError = parseError
        self.accessRequest = accessRequest
    }
}
