import APIModels
import PostgresClient

/// `/v1/approvals`: what reviewers act on.
struct ApprovalRoutes: Sendable {
    let services: Services

    var handlers: [Operation: Handler] {
        [.listApprovals: list, .getApproval: get, .decideApproval: decide]
    }

    private func store(_ database: any PostgresDatabase) -> ApprovalStore {
        ApprovalStore(database: database, baseURL: services.settings.publicURL)
    }

    @Sendable private func list(_ request: APIRequest) async throws -> APIResponse {
        let filter = ApprovalStore.Filter(
            status: try request.query.choice("status"), resource: try request.query.value("resource"),
            principal: request.query["principal"].map(PrincipalFilter.init), viewer: request.principal)
        return .json(
            try await store(services.database).list(filter, page: PageRequest(request.query), at: request.now)
        )
    }

    @Sendable private func get(_ request: APIRequest) async throws -> APIResponse {
        let id: ApprovalID = try request.path("approval_id")
        let seen = try await find(id, request)
        let stored = try await services.waitFor(request, on: [.approval(id)]) {
            try await find(id, request)
        } until: {
            $0.revision != seen.revision || $0.approval.status != .pending
        }
        return .item(stored.approval, stored.tag, for: request)
    }

    private func find(_ id: ApprovalID, _ request: APIRequest) async throws -> StoredApproval {
        guard
            let stored = try await store(services.database).find(
                id, visibleTo: request.principal, at: services.now())
        else { throw Self.missing }
        return stored
    }

    @Sendable private func decide(_ request: APIRequest) async throws -> APIResponse {
        let input: ApprovalDecisionRequest = try request.decode()
        let id: ApprovalID = try request.path("approval_id")
        return try await services.change(request) { transaction in
            let store = store(transaction)
            guard
                let current = try await store.find(
                    id, visibleTo: request.principal, at: request.now, forUpdate: true)
            else { throw Self.missing }
            try Self.requireReviewable(current.approval, by: request.principal)
            try await store.insertReview(input, of: id, by: request.principal, at: request.now)
            let status = Self.status(of: current.approval, after: input.decision)
            try await store.conclude(
                id, status: status,
                usableUntil: status == .approved
                    ? Self.usableUntil(current.approval, from: request.now) : nil,
                at: request.now)
            guard let updated = try await store.find(id, visibleTo: request.principal, at: request.now) else {
                throw Self.missing
            }
            let details: JSON = [
                "decision": .string(input.decision.rawValue), "status": .string(status.rawValue),
                "policy": .string(current.approval.policy.description),
                "rule": .integer(Int64(current.approval.rule)),
            ]
            return Changed(
                .json(updated.approval).with(updated.tag),
                audit: [AuditEntry("approval.review", id, details: details)], notices: [.approval(id)])
        }
    }

    private static let missing = Problem.notFound("There is no such approval that concerns you.")

    private static func requireReviewable(_ approval: Approval, by reviewer: Principal) throws(Problem) {
        guard approval.requestedBy.id != reviewer.id else {
            throw Problem(
                status: 403, code: .ownRequest, title: "Nobody decides on what they asked for",
                detail: "Somebody else of \(approval.reviewers.joined(separator: ", ")) has to.")
        }
        guard approval.reviewers.contains(where: reviewer.groups.contains) else {
            throw .forbidden("This is for members of \(approval.reviewers.joined(separator: ", ")).")
        }
        switch approval.status {
        case .pending: return
        case .expired: throw .conflict(.expired, "The time to decide is over.")
        case .approved, .denied, .cancelled:
            throw .conflict(.alreadyDecided, "It is \(approval.status.rawValue) already.")
        }
    }

    /// One denial denies; the last of the needed approvals approves.
    private static func status(of approval: Approval, after decision: ApprovalDecision) -> ApprovalStatus {
        switch decision {
        case .deny: .denied
        case .approve:
            approval.reviews.count(where: { $0.decision == .approve }) + 1 >= approval.required
                ? .approved : .pending
        }
    }

    /// Within its window; one for a single use as long as one had to decide on it.
    private static func usableUntil(_ approval: Approval, from now: Timestamp) -> Timestamp {
        switch approval.reuse {
        case .window(let window): now.advanced(by: window)
        case .once: now.advanced(by: approval.expiresAt.duration(since: approval.createdAt))
        }
    }
}
