import APIModels
import PostgresClient

/// What a change did: its answer, what the audit log says of it, and who is told.
struct Changed: Sendable {
    var response: APIResponse
    var audit: [AuditEntry]
    var notices: [ChangeNotice]

    init(_ response: APIResponse, audit: [AuditEntry], notices: [ChangeNotice] = []) {
        self.response = response
        self.audit = audit
        self.notices = notices
    }

    /// Nothing changed.
    static func nothing(_ response: APIResponse) -> Changed { Changed(response, audit: []) }
}

/// What other replicas hear of when a change is committed.
enum ChangeNotice: Sendable, Hashable {
    /// Something that agents are told about: bumps the configuration's revision.
    case configuration
    case approval(ApprovalID)
    case agentRequest(AgentID)
    case agentAnswer(AgentRequestID)
}

/// Who makes a change, and in the course of what.
struct ChangeContext: Sendable {
    let actor: AuditActor
    let requestID: RequestID?
    let at: Timestamp
}

extension Services {
    /// Runs an operation that changes something: `body`, the audit events and the notices are one transaction.
    ///
    /// With an Idempotency-Key the answer is kept in that same transaction, and given again for the same request. `body`
    /// may run several times, when others change the same at the same time.
    func change(
        _ request: APIRequest, _ body: @Sendable (PostgresTransaction) async throws -> Changed
    ) async throws -> APIResponse {
        let context = ChangeContext(actor: request.caller.actor, requestID: request.id, at: request.now)
        guard let key = try IdempotencyKey(request) else { return try await change(context, body).response }
        let responses = IdempotentResponses(masterKey: masterKey)
        // Whatever became of it: a commit whose answer was lost may have changed who a token stands for.
        defer { authentications.invalidate() }
        return try await database.transaction { transaction in
            if let earlier = try await responses.claim(key, at: request.now, in: transaction) {
                return earlier
            }
            let changed = try await body(transaction)
            try await conclude(changed, context, in: transaction)
            try await responses.keep(changed.response, for: key, in: transaction)
            return changed.response
        }
    }

    /// Runs a change that no request of a principal asked for, or that needs no idempotency.
    @discardableResult
    func change(
        _ context: ChangeContext, _ body: @Sendable (PostgresTransaction) async throws -> Changed
    ) async throws -> Changed {
        defer { authentications.invalidate() }
        return try await database.transaction { transaction in
            let changed = try await body(transaction)
            try await conclude(changed, context, in: transaction)
            return changed
        }
    }

    /// Writes the audit events and notices of a change. Last in each transaction, and always in this order, since both rows are locked until its end.
    func conclude(
        _ changed: Changed, _ context: ChangeContext, in transaction: PostgresTransaction
    ) async throws {
        var statements: [SQL] = []
        if changed.notices.contains(.configuration) { statements.append(Self.bumpConfiguration) }
        for notice in Set(changed.notices) {
            switch notice {
            case .configuration: break
            case .approval(let id): statements.append("SELECT pg_notify('approvals', \(id.description))")
            case .agentRequest(let id):
                statements.append("SELECT pg_notify('agent_requests', \(id.description))")
            case .agentAnswer(let id):
                statements.append("SELECT pg_notify('agent_answers', \(id.description))")
            }
        }
        for entry in changed.audit {
            statements.append(AuditStore.append(entry, context, id: makeID(AuditEventID.self)))
        }
        if !statements.isEmpty { _ = try await transaction.run(statements) }
    }

    private static let bumpConfiguration: SQL = """
        WITH bumped AS (UPDATE configuration_revision SET value = value + 1 RETURNING value)
        SELECT pg_notify('configuration', value::text) FROM bumped
        """
}
