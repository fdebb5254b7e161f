/// What a principal may do with the API itself. Without a role one sees what concerns oneself.
package enum Role: String, Hashable, Sendable, Codable, CaseIterable {
    case admin
    /// Reads all, changes nothing.
    case auditor
    /// Decides on approvals.
    case reviewer
}
