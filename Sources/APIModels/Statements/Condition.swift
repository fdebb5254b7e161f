/// A circumstance of a statement that rules can ask for.
package enum Condition: String, Hashable, Sendable, Codable, CaseIterable {
    /// An UPDATE or DELETE with no WHERE, or one that is constantly true.
    case missingWhere = "missing_where"
    case multipleStatements = "multiple_statements"
    /// A read with no LIMIT on a listed table.
    case noLimit = "no_limit"
    case explicitTransaction = "explicit_transaction"
    /// A tagged column where it could be guessed value by value: WHERE, JOIN, GROUP BY, ORDER BY, HAVING.
    case sensitivePredicate = "sensitive_predicate"
}

/// How a statement uses a column.
package enum ColumnUse: String, Hashable, Sendable, Codable, CaseIterable {
    case output, predicate, grouping, ordering, assignment
}

/// One column that a statement uses.
package struct ColumnUsage: Hashable, Sendable, Codable {
    package var column: String
    package var use: ColumnUse

    package init(column: String, use: ColumnUse) {
        self.column = column
        self.use = use
    }
}
