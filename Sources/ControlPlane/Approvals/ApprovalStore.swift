import APIModels
import PostgresClient

/// Approvals, their reviews, and the receipts they give.
struct ApprovalStore: Sendable {
    let database: any PostgresDatabase
    let baseURL: String

    struct Filter: Sendable {
        var status: ApprovalStatus?
        var resource: NameOrID<IDKinds.Resource>?
        var principal: PrincipalFilter?
        /// Whose view it is: own ones and those this principal may review, unless a role shows all.
        var viewer: Principal
    }

    // MARK: Reading

    /// Newest first.
    func list(_ filter: Filter, page: PageRequest, at now: Timestamp) async throws -> Page<Approval> {
        var conditions: [SQL] = [Self.isVisible(to: filter.viewer)]
        if let after = try page.after(as: ApprovalID.self) { conditions.append("id < \(after)") }
        if let status = filter.status { conditions.append(Self.has(status, at: now)) }
        switch filter.resource {
        case nil: break
        case .name(let name): conditions.append("subject -> 'hold' ->> 'resource' = \(name)")
        case .id(let id):
            conditions.append("resource_id = \(id)")
        }
        if let principal = filter.principal {
            conditions.append(principal.condition(name: "principal_name", id: "principal_id"))
        }
        let rows = try await database.query(
            """
            SELECT \(StoredApproval.columns) FROM approvals WHERE \(SQL.all(conditions))
            ORDER BY id DESC LIMIT \(page.fetch)
            """)
        return page.page(try await approvals(rows, at: now).map(\.approval)) { $0.id.description }
    }

    func find(
        _ id: ApprovalID, visibleTo viewer: Principal, at now: Timestamp, forUpdate: Bool = false
    ) async throws -> StoredApproval? {
        let lock: SQL = forUpdate ? "FOR UPDATE" : ""
        let rows = try await database.query(
            """
            SELECT \(StoredApproval.columns) FROM approvals
            WHERE id = \(id) AND \(Self.isVisible(to: viewer)) \(lock)
            """)
        return try await approvals(rows, at: now).first
    }

    /// The binding of an approval that an agent asked for.
    func binding(of id: ApprovalID, askedBy agent: AgentID) async throws -> StoredApproval.Binding? {
        try await database.first(
            """
            SELECT principal_id, resource_id, binding_digest FROM approvals WHERE id = \(id) AND agent_id = \(agent)
            """
        ).map { row in
            StoredApproval.Binding(
                principal: try row.get("principal_id"), resource: try row.get("resource_id"),
                digest: try row.get("binding_digest", as: PostgresBytes.self).bytes)
        }
    }

    /// The approvals of a binding as they stand: the latest for each rule that asks for one. Another is made only when the
    /// one before has ended, so of two of the same millisecond the one that has not is the later.
    func latest(of binding: StoredApproval.Binding, at now: Timestamp) async throws -> [StoredApproval] {
        let rows = try await database.query(
            """
            SELECT DISTINCT ON (policy, rule) \(StoredApproval.columns) FROM approvals
            WHERE principal_id = \(binding.principal) AND resource_id = \(binding.resource)
                AND binding_digest = \(PostgresBytes(binding.digest))
            ORDER BY policy, rule, created_at DESC, (status = 'pending') DESC,
                (status = 'approved' AND redeemed_at IS NULL) DESC, id DESC
            """)
        return try await approvals(rows, at: now)
    }

    /// Until the transaction ends, nobody else asks for, redeems or cancels under this binding.
    func lock(_ binding: StoredApproval.Binding) async throws {
        let key = "approval/\(binding.principal)/\(binding.resource)/" + Base64URL.encode(binding.digest)
        try await database.query("SELECT pg_advisory_xact_lock(hashtextextended(\(key), 0))")
    }

    private func approvals(_ rows: PostgresResult, at now: Timestamp) async throws -> [StoredApproval] {
        guard !rows.isEmpty else { return [] }
        let ids: [ApprovalID] = try rows.map { try $0.get("id") }
        let reviewRows = try await database.query(
            """
            SELECT approval_id, reviewer_id, reviewer_name, reviewer_kind, decision, comment, decided_at
            FROM approval_reviews WHERE approval_id = ANY(\(ids)) ORDER BY decided_at, reviewer_id
            """)
        var reviews: [ApprovalID: [Review]] = [:]
        for row in reviewRows {
            reviews[try row.get("approval_id"), default: []].append(try Self.review(row))
        }
        return try rows.map { row in
            try StoredApproval(row, reviews: reviews[row.get("id")] ?? [], at: now, baseURL: baseURL)
        }
    }

    private static func review(_ row: PostgresRow) throws(PostgresError) -> Review {
        Review(
            reviewer: PrincipalReference(
                id: try row.get("reviewer_id"), name: try row.get("reviewer_name"),
                kind: try row.get("reviewer_kind")),
            decision: try row.get("decision"), comment: try row.get("comment"), at: try row.get("decided_at"))
    }

    private static func isVisible(to viewer: Principal) -> SQL {
        viewer.seesAll ? "true" : "(principal_id = \(viewer.id) OR reviewers && \(viewer.groups)::text[])"
    }

    private static func has(_ status: ApprovalStatus, at now: Timestamp) -> SQL {
        switch status {
        case .pending: "status = 'pending' AND expires_at > \(now)"
        case .expired: "status = 'expired' OR (status = 'pending' AND expires_at <= \(now))"
        case .approved, .denied, .cancelled: "status = \(status)"
        }
    }

    // MARK: Asking

    func insert(
        _ id: ApprovalID, for request: HoldRequest, _ required: RequiredApproval,
        binding: StoredApproval.Binding, agent: AgentID, at now: Timestamp
    ) async throws {
        let subject = ApprovalSubject.hold(
            HeldStatement(
                sessionID: request.sessionID, statementSequence: request.statementSequence,
                resource: request.resource, statement: request.statement, parameters: request.parameters,
                actions: request.actions, conditions: request.conditions, tables: request.tables,
                columns: request.columns, impact: request.impact, policyRevision: request.policyRevision))
        try await database.execute(
            """
            INSERT INTO approvals (id, status, principal_id, principal_name, principal_kind, resource_id, agent_id,
                binding_digest, subject, policy, rule, reviewers, required, mode, reuse, holders, created_at, expires_at)
            VALUES (\(id), 'pending', \(binding.principal), \(request.principal.name), \(request.principal.kind),
                \(binding.resource), \(agent), \(PostgresBytes(binding.digest)), \(JSONColumn(subject)),
                \(required.policy), \(Int32(required.rule)), \(required.reviewers), \(Int32(required.required)),
                \(required.mode), \(JSONColumn(required.reuse)), 1, \(now), \(now.advanced(by: required.timeout)))
            """)
    }

    /// Another hold waits on it.
    func join(_ id: ApprovalID) async throws {
        try await database.execute("UPDATE approvals SET holders = holders + 1 WHERE id = \(id)")
    }

    /// One hold less waits on it; without any it is cancelled.
    /// - Returns: whether it was cancelled.
    func leave(_ id: ApprovalID) async throws -> Bool {
        let row = try await database.first(
            """
            UPDATE approvals SET holders = greatest(holders - 1, 0), revision = revision + 1,
                status = CASE WHEN holders <= 1 THEN 'cancelled' ELSE status END
            WHERE id = \(id) AND status = 'pending' RETURNING status = 'cancelled' AS is_cancelled
            """)
        return try row?.get("is_cancelled") ?? false
    }

    /// Uses approvals up, and notes the receipt for them.
    func redeem(_ ids: [ApprovalID], receipt: ReceiptID, agent: AgentID, at now: Timestamp) async throws {
        _ = try await database.run([
            """
            UPDATE approvals SET redeemed_at = coalesce(redeemed_at, \(now)), revision = revision + 1
            WHERE id = ANY(\(ids))
            """,
            """
            INSERT INTO receipts (id, approval_ids, agent_id, created_at)
            VALUES (\(receipt), \(ids), \(agent), \(now))
            """,
        ])
    }

    // MARK: Deciding

    /// - Throws: 409 when this reviewer has reviewed it already.
    func insertReview(
        _ input: ApprovalDecisionRequest, of id: ApprovalID, by reviewer: Principal, at now: Timestamp
    ) async throws {
        let inserted = try await database.execute(
            """
            INSERT INTO approval_reviews (approval_id, reviewer_id, reviewer_name, reviewer_kind, decision, comment,
                decided_at)
            VALUES (\(id), \(reviewer.id), \(reviewer.name), \(reviewer.kind), \(input.decision), \(input.comment), \(now))
            ON CONFLICT ON CONSTRAINT approval_reviews_once_per_reviewer DO NOTHING
            """)
        guard inserted == 1 else {
            throw Problem.conflict(.alreadyDecided, "You have reviewed this already.")
        }
    }

    /// Sets what a review led to: still pending, approved or denied.
    func conclude(
        _ id: ApprovalID, status: ApprovalStatus, usableUntil: Timestamp?, at now: Timestamp
    ) async throws {
        let decidedAt = status == .pending ? nil : now
        try await database.execute(
            """
            UPDATE approvals SET status = \(status), decided_at = \(decidedAt), usable_until = \(usableUntil),
                revision = revision + 1
            WHERE id = \(id)
            """)
    }

    // MARK: Expiry

    /// Ends what was pending for too long, some at a time. Several replicas may do it at once.
    func expire(at now: Timestamp) async throws -> [ApprovalID] {
        try await database.query(
            """
            UPDATE approvals SET status = 'expired', revision = revision + 1
            WHERE id IN (
                SELECT id FROM approvals WHERE status = 'pending' AND expires_at <= \(now)
                ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED)
            RETURNING id
            """
        ).map { try $0.get("id") }
    }
}
