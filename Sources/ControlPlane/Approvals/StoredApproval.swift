import APIModels
import PostgresClient

/// An approval as stored, with what the API does not show.
struct StoredApproval: Sendable {
    /// What an approval is bound to. Whoever asks for the same again meets the same approval.
    struct Binding: Sendable, Hashable {
        let principal: PrincipalID
        let resource: ResourceID
        let digest: [UInt8]
    }

    /// Which rule asks for it.
    struct Source: Sendable, Hashable {
        let policy: Name
        let rule: Int
    }

    let approval: Approval
    let binding: Binding
    let agent: AgentID
    let holders: Int
    /// An approved one may be used until then.
    let usableUntil: Timestamp?
    let revision: Int64

    var tag: EntityTag { EntityTag(approval.id, revision: revision) }
    var source: Source { Source(policy: approval.policy, rule: approval.rule) }

    /// Whether it may let a statement run now.
    func isUsable(at now: Timestamp) -> Bool {
        guard approval.status == .approved, let usableUntil, usableUntil > now else { return false }
        switch approval.reuse {
        case .once: return approval.redeemedAt == nil
        case .window: return true
        }
    }

    static let columns: SQL = """
        id, status, principal_id, principal_name, principal_kind, resource_id, agent_id, binding_digest, subject, policy,
        rule, reviewers, required, mode, reuse, holders, revision, created_at, expires_at, decided_at, usable_until,
        redeemed_at
        """

    /// - Parameters:
    ///   - now: one that is pending beyond its time is shown as expired, whether or not the job has come by.
    ///   - baseURL: where the control plane is reached.
    init(_ row: PostgresRow, reviews: [Review], at now: Timestamp, baseURL: String) throws(PostgresError) {
        let id: ApprovalID = try row.get("id")
        let principalID: PrincipalID = try row.get("principal_id")
        let stored: ApprovalStatus = try row.get("status")
        let expiresAt: Timestamp = try row.get("expires_at")
        binding = Binding(
            principal: principalID, resource: try row.get("resource_id"),
            digest: try row.get("binding_digest", as: PostgresBytes.self).bytes)
        agent = try row.get("agent_id")
        holders = try row.get("holders")
        usableUntil = try row.get("usable_until")
        revision = try row.get("revision")
        approval = Approval(
            id: id, status: stored == .pending && expiresAt <= now ? .expired : stored,
            subject: try row.json("subject"),
            requestedBy: PrincipalReference(
                id: principalID, name: try row.get("principal_name"), kind: try row.get("principal_kind")),
            policy: try row.get("policy"), rule: try row.get("rule"), reviewers: try row.get("reviewers"),
            required: try row.get("required"), mode: try row.get("mode"), reuse: try row.json("reuse"),
            reviews: reviews, url: "\(baseURL)/v1/approvals/\(id)", createdAt: try row.get("created_at"),
            expiresAt: expiresAt, decidedAt: try row.get("decided_at"), redeemedAt: try row.get("redeemed_at")
        )
    }
}
