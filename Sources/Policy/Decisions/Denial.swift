package import APIModels

/// Why a statement is refused, for the caller.
package struct Denial: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        /// No policy concerns the principal on this resource now.
        case noPolicy = "no_policy"
        /// A rule says no.
        case deniedByRule = "denied_by_rule"
        /// No rule says yes to all of it.
        case notAllowed = "not_allowed"
    }

    package struct Rule: Hashable, Sendable, Codable {
        package let policy: Name
        package let rule: Int
        package let reason: String?
    }

    package let reason: Reason
    /// What was refused.
    package let actions: ActionSet
    package let tables: [String]
    /// Those that deny.
    package let rules: [Rule]
    /// One sentence or two for people.
    package let message: String
    /// The smallest access request that would allow it, subject to its approvals; nil when none would.
    package let accessRequest: AccessRequestCreate?
    package let policyRevision: Int64

    /// What to do next, for people; nil when there is nothing.
    package var hint: String? {
        accessRequest.map { "Ask for access with POST /v1/access-requests: \(JSON.encodeText($0))" }
    }

    /// The same as `message` and `accessRequest` for programs: one JSON object.
    package var detail: JSON {
        var object: JSONObject = [
            "code": "policy_denied", "reason": .string(reason.rawValue), "actions": JSON.tree(of: actions),
            "tables": .array(tables.map(JSON.string)), "rules": JSON.tree(of: rules),
            "policy_revision": .integer(policyRevision),
        ]
        object["access_request"] = accessRequest.map { JSON.tree(of: $0) } ?? .null
        return .object(object)
    }

    /// Names that are listed before the rest is only counted: an error message is one line.
    static let listedTables = 10
}
