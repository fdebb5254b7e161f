/// What a statement may use; nil is no limit.
package struct StatementLimits: Hashable, Sendable, Codable {
    package var maxRows: Int64?
    package var maxAffectedRows: Int64?
    package var statementTimeout: DurationText?
    /// How much of a response the recording keeps; beyond it the digest and the counts go on.
    package var maxRecordedBytes: Int64?

    package init(
        maxRows: Int64? = nil, maxAffectedRows: Int64? = nil, statementTimeout: DurationText? = nil,
        maxRecordedBytes: Int64? = nil
    ) {
        self.maxRows = maxRows
        self.maxAffectedRows = maxAffectedRows
        self.statementTimeout = statementTimeout
        self.maxRecordedBytes = maxRecordedBytes
    }

    package var isEmpty: Bool { self == StatementLimits() }

    /// The lower of each.
    package func strictest(_ other: StatementLimits) -> StatementLimits {
        StatementLimits(
            maxRows: Self.lower(maxRows, other.maxRows),
            maxAffectedRows: Self.lower(maxAffectedRows, other.maxAffectedRows),
            statementTimeout: Self.lower(statementTimeout, other.statementTimeout),
            maxRecordedBytes: Self.lower(maxRecordedBytes, other.maxRecordedBytes))
    }

    private static func lower<Value: Comparable>(_ left: Value?, _ right: Value?) -> Value? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }
}
