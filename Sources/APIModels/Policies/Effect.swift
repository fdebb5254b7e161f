/// What a rule does when it matches.
package enum Effect: String, Hashable, Sendable, Codable, CaseIterable {
    case allow
    case deny
    case requireApproval = "require_approval"
    case mask
    case limit
}

/// When a policy counts.
package enum PolicyAccess: String, Hashable, Sendable, Codable, CaseIterable {
    case standing
    /// Only while the principal holds a grant.
    case onRequest = "on_request"
}
