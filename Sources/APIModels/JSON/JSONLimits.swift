/// What a JSON text may cost before it is refused.
package struct JSONLimits: Hashable, Sendable {
    /// The length of the text.
    package var bytes: Int
    /// How deep arrays and objects may nest.
    package var depth: Int
    /// How many field errors are collected before the rest is left out.
    package var reportedErrors: Int

    package init(bytes: Int, depth: Int, reportedErrors: Int) {
        self.bytes = bytes
        self.depth = depth
        self.reportedErrors = reportedErrors
    }

    /// A body of the REST API: the largest policy (`PolicyLimits`) takes well under 1 MiB, and our deepest
    /// shape is 8 levels.
    package static let requestBody = JSONLimits(bytes: 1 << 20, depth: 32, reportedErrors: 100)

    /// A configuration event of the agent protocol: 10,000 resources and policies of some KiB each.
    package static let configuration = JSONLimits(bytes: 256 << 20, depth: 48, reportedErrors: 20)
}
