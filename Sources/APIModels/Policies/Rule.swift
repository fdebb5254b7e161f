/// Which statements a rule is about. Matchers given together must all match, each by any of its entries.
package struct RuleMatcher: Hashable, Sendable {
    package var actions: ActionSet?
    package var tables: [Glob]?
    /// Tags: a statement matches that uses a column with one of them, anywhere.
    package var touches: [String]?
    package var functions: [Glob]?
    package var conditions: [Condition]?
    package var methods: [Glob]?
    package var paths: [Glob]?
    package var awsActions: [Glob]?
    package var awsResources: [Glob]?

    package init(
        actions: ActionSet? = nil, tables: [Glob]? = nil, touches: [String]? = nil, functions: [Glob]? = nil,
        conditions: [Condition]? = nil, methods: [Glob]? = nil, paths: [Glob]? = nil,
        awsActions: [Glob]? = nil, awsResources: [Glob]? = nil
    ) {
        self.actions = actions
        self.tables = tables
        self.touches = touches
        self.functions = functions
        self.conditions = conditions
        self.methods = methods
        self.paths = paths
        self.awsActions = awsActions
        self.awsResources = awsResources
    }

    /// Matches every statement.
    package var isEmpty: Bool { self == RuleMatcher() }
}

/// Which values a mask covers: columns by name or tag, values by detector.
package struct MaskTarget: Hashable, Sendable {
    package var columns: [Glob]
    package var tags: [String]
    package var detectors: [String]

    package init(columns: [Glob], tags: [String], detectors: [String]) {
        self.columns = columns
        self.tags = tags
        self.detectors = detectors
    }
}

/// One rule of a policy.
package struct Rule: Hashable, Sendable {
    package enum Consequence: Hashable, Sendable {
        case allow
        case deny(reason: String?)
        case requireApproval(ApprovalTerms)
        case mask(MaskTarget, with: MaskStrategy)
        case limit(StatementLimits)
    }

    package var matcher: RuleMatcher
    package var consequence: Consequence

    package init(_ consequence: Consequence, when matcher: RuleMatcher = RuleMatcher()) {
        self.consequence = consequence
        self.matcher = matcher
    }

    package var effect: Effect {
        switch consequence {
        case .allow: .allow
        case .deny: .deny
        case .requireApproval: .requireApproval
        case .mask: .mask
        case .limit: .limit
        }
    }
}
