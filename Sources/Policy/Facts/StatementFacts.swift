package import APIModels

/// What the inspection of a statement found; all that policy may know of it.
///
/// Names are written as `QualifiedName` joins them (`public.orders`, `public.customers.ssn`), so that they
/// compare with the patterns of rules.
package struct StatementFacts: Hashable, Sendable {
    /// Over all statements of the text. An empty set, like `unknown`, counts as `admin`.
    package var actions: ActionSet
    package var conditions: Set<Condition>
    /// Those named in the text and those reached behind views, functions and rules.
    package var tables: [TableFact]
    package var columns: [ColumnFact]
    /// The inspection could not tell which columns are used: the statement counts as touching every tag.
    package var hasUnprovenColumns: Bool
    /// Those called and those reached, as `schema.name`.
    package var functions: [String]
    package var http: HTTPFacts?
    package var aws: AWSFacts?

    package init(
        actions: ActionSet, conditions: Set<Condition> = [], tables: [TableFact] = [],
        columns: [ColumnFact] = [],
        hasUnprovenColumns: Bool = false, functions: [String] = [], http: HTTPFacts? = nil,
        aws: AWSFacts? = nil
    ) {
        self.actions = actions
        self.conditions = conditions
        self.tables = tables
        self.columns = columns
        self.hasUnprovenColumns = hasUnprovenColumns
        self.functions = functions
        self.http = http
        self.aws = aws
    }
}

/// A table that a statement uses, and what it does to it.
package struct TableFact: Hashable, Sendable {
    package var name: String
    /// What the statement does to this table. Empty: whatever the statement does.
    package var actions: ActionSet

    package init(_ name: String, _ actions: ActionSet = []) {
        self.name = name
        self.actions = actions
    }
}

/// A column that a statement uses, with its tags.
package struct ColumnFact: Hashable, Sendable {
    package var name: String
    package var tags: [String]
    package var use: ColumnUse

    package init(_ name: String, tags: [String], use: ColumnUse) {
        self.name = name
        self.tags = tags
        self.use = use
    }
}

/// An HTTP request as policy sees it.
package struct HTTPFacts: Hashable, Sendable {
    package var method: String
    package var path: String

    package init(method: String, path: String) {
        self.method = method
        self.path = path
    }
}

/// An AWS call as policy sees it.
package struct AWSFacts: Hashable, Sendable {
    package var actions: [String]
    package var resources: [String]

    package init(actions: [String], resources: [String]) {
        self.actions = actions
        self.resources = resources
    }
}
