import APIModels
import HTTPTypes
import PostgresClient

/// `/v1/agent/holds`: how agents ask for approvals, wait for them, and use them, each exactly once.
struct HoldRoutes: Sendable {
    let services: Services

    var handlers: [Operation: Handler] {
        [.requestHold: create, .getHold: get, .redeemHold: redeem, .cancelHold: cancel]
    }

    private func store(_ database: any PostgresDatabase) -> ApprovalStore {
        ApprovalStore(database: database, baseURL: services.settings.publicURL)
    }

    // MARK: Asking

    /// Takes what is approved and unused, joins what is pending, asks for the rest. When nothing is left to decide, the
    /// approvals are used up by this very call and the answer has the receipt.
    @Sendable private func create(_ request: APIRequest) async throws -> APIResponse {
        let input: HoldRequest = try request.decode()
        return try await services.change(request) { transaction in
            let store = store(transaction)
            let binding = try await binding(of: input, from: request.agent, in: transaction)
            try await store.lock(binding)
            let latest = Dictionary(
                try await store.latest(of: binding, at: request.now).map { ($0.source, $0) },
                uniquingKeysWith: { first, _ in first })
            var created: [ApprovalID] = []
            for required in input.approvals {
                let source = StoredApproval.Source(policy: required.policy, rule: required.rule)
                if let existing = latest[source], existing.serves(required, at: request.now) {
                    if existing.approval.status == .pending { try await store.join(existing.approval.id) }
                    continue
                }
                let id = services.makeID(ApprovalID.self)
                try await store.insert(
                    id, for: input, required, binding: binding, agent: request.agent.id, at: request.now)
                created.append(id)
            }
            let sources = Set(input.approvals.map { StoredApproval.Source(policy: $0.policy, rule: $0.rule) })
            let approvals = try await store.latest(of: binding, at: request.now).filter {
                sources.contains($0.source)
            }
            var changed = Changed.nothing(.json(HoldState(approvals)))
            if approvals.allSatisfy({ $0.isUsable(at: request.now) }) {
                changed = try await redeemed(approvals, request, in: store)
            }
            if !created.isEmpty { changed.response.status = .created }
            changed.audit += created.map { id in
                AuditEntry("approval.create", id, details: Self.details(input))
            }
            changed.notices += created.map(ChangeNotice.approval)
            return changed
        }
    }

    private func binding(
        of input: HoldRequest, from agent: AuthenticatedAgent, in transaction: PostgresTransaction
    ) async throws -> StoredApproval.Binding {
        guard let stored = try await ResourceStore(database: transaction).find(.name(input.resource)),
            stored.resource.agent == agent.name
        else { throw Problem.notFound("This agent serves no resource \"\(input.resource)\".") }
        return StoredApproval.Binding(
            principal: input.principal.id, resource: stored.resource.id,
            digest: Self.bytes(hex: input.bindingDigest))
    }

    /// The bytes of a digest that was checked to be hexadecimal.
    private static func bytes(hex: String) -> [UInt8] {
        let digits = hex.utf8.map { $0 < 0x40 ? $0 - 0x30 : $0 - 0x61 + 10 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private static func details(_ input: HoldRequest) -> JSON {
        [
            "principal": .string(input.principal.name), "resource": .string(input.resource.description),
            "session": .string(input.sessionID.description), "binding": .string(input.bindingDigest),
        ]
    }

    // MARK: Waiting

    @Sendable private func get(_ request: APIRequest) async throws -> APIResponse {
        let store = store(services.database)
        let binding = try await binding(request, in: store)
        let topics = try await store.latest(of: binding, at: request.now).map {
            ChangeHub.Topic.approval($0.approval.id)
        }
        let state = try await services.waitFor(request, on: topics) {
            HoldState(try await store.latest(of: binding, at: services.now()))
        } until: {
            $0.status != .pending
        }
        return .json(state)
    }

    private func binding(_ request: APIRequest, in store: ApprovalStore) async throws
        -> StoredApproval.Binding
    {
        let id: ApprovalID = try request.path("approval_id")
        guard let binding = try await store.binding(of: id, askedBy: request.agent.id) else {
            throw Problem.notFound("This agent has no such hold.")
        }
        return binding
    }

    // MARK: Using

    @Sendable private func redeem(_ request: APIRequest) async throws -> APIResponse {
        try await services.change(request) { transaction in
            let store = store(transaction)
            let binding = try await binding(request, in: store)
            try await store.lock(binding)
            let approvals = try await store.latest(of: binding, at: request.now)
            if let blocking = approvals.first(where: { $0.approval.status != .approved }) {
                throw Problem.conflict(.notApproved, "It is \(blocking.approval.status.rawValue).")
            }
            guard approvals.allSatisfy({ $0.isUsable(at: request.now) }) else {
                throw Problem.conflict(.alreadyRedeemed, "The approval was used before, or its time is over.")
            }
            return try await redeemed(approvals, request, in: store)
        }
    }

    private func redeemed(
        _ approvals: [StoredApproval], _ request: APIRequest, in store: ApprovalStore
    ) async throws -> Changed {
        let receipt = services.makeID(ReceiptID.self)
        let ids = approvals.map(\.approval.id)
        try await store.redeem(ids, receipt: receipt, agent: request.agent.id, at: request.now)
        var state = HoldState(approvals)
        state.receipt = receipt
        return Changed(
            .json(state),
            audit: ids.map { id in
                AuditEntry("approval.redeem", id, details: ["receipt": .string(receipt.description)])
            },
            notices: ids.map(ChangeNotice.approval))
    }

    @Sendable private func cancel(_ request: APIRequest) async throws -> APIResponse {
        try await services.change(request) { transaction in
            let store = store(transaction)
            let binding = try await binding(request, in: store)
            try await store.lock(binding)
            var cancelled: [ApprovalID] = []
            for stored in try await store.latest(of: binding, at: request.now)
            where stored.approval.status == .pending {
                if try await store.leave(stored.approval.id) { cancelled.append(stored.approval.id) }
            }
            let state = HoldState(try await store.latest(of: binding, at: request.now))
            return Changed(
                .json(state), audit: cancelled.map { AuditEntry("approval.cancel", $0) },
                notices: cancelled.map(ChangeNotice.approval))
        }
    }
}

extension StoredApproval {
    /// Whether it is what a hold needs: approved and unused, or still to be decided by the same people.
    fileprivate func serves(_ required: RequiredApproval, at now: Timestamp) -> Bool {
        guard approval.reviewers == required.reviewers, approval.required == required.required else {
            return false
        }
        return approval.status == .pending || isUsable(at: now)
    }
}

extension HoldState {
    /// How the approvals of one hold stand together.
    init(_ approvals: [StoredApproval]) {
        let statuses = approvals.map(\.approval.status)
        let reviews = approvals.flatMap(\.approval.reviews)
        let status: ApprovalStatus =
            if let ended = [.denied, .cancelled, .expired].first(where: statuses.contains) {
                ended
            } else if statuses.contains(.pending) {
                .pending
            } else {
                .approved
            }
        let shown = approvals.first { $0.approval.status == status } ?? approvals.first
        self.init(
            approvalIds: approvals.map(\.approval.id), url: shown?.approval.url ?? "", status: status,
            expiresAt: approvals.map(\.approval.expiresAt).min() ?? .distantPast,
            decidedBy: reviews.map(\.reviewer),
            comment: (reviews.last { $0.decision == .deny } ?? reviews.last)?.comment)
    }
}
