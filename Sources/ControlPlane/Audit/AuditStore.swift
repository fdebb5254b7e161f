import APIModels
import PostgresClient

/// The append-only, hash-chained log of what the control plane did. The chain itself is made by the table's trigger.
struct AuditStore: Sendable {
    let database: any PostgresDatabase

    struct Filter: Sendable {
        var action: String?
        var actor: String?
        var subject: String?
    }

    /// The statement that appends an event; to be the last of its transaction.
    static func append(_ entry: AuditEntry, _ context: ChangeContext, id: AuditEventID) -> SQL {
        let payload = AuditEvent.Payload(
            id: id, at: context.at, action: entry.action, actor: context.actor, subject: entry.subject,
            requestID: context.requestID, details: entry.details)
        return """
            INSERT INTO audit_events (id, at, action, actor_id, subject_id, payload)
            VALUES (\(id), \(context.at), \(entry.action), \(context.actor.id), \(entry.subject.id),
                \(JSON.encodeText(payload)))
            """
    }

    /// Events in the order in which they happened.
    func list(_ filter: Filter, page: PageRequest) async throws -> Page<AuditEvent> {
        var conditions: [SQL] = []
        if let after = try page.afterNumber() { conditions.append("sequence > \(after)") }
        if let action = filter.action { conditions.append("action = \(action)") }
        if let actor = filter.actor { conditions.append("actor_id = \(actor)") }
        if let subject = filter.subject { conditions.append("subject_id = \(subject)") }
        let rows = try await database.query(
            """
            SELECT sequence, payload, previous_hash, hash FROM audit_events
            WHERE \(SQL.all(conditions)) ORDER BY sequence LIMIT \(page.fetch)
            """)
        return page.page(try rows.map(Self.event)) { "\($0.sequence)" }
    }

    private static func event(_ row: PostgresRow) throws -> AuditEvent {
        AuditEvent(
            sequence: try row.get("sequence"),
            payload: try JSON.decode(
                AuditEvent.Payload.self, from: Array(try row.get("payload", as: String.self).utf8),
                limits: .configuration),
            previousHash: hex(try row.get("previous_hash", as: PostgresBytes.self).bytes),
            hash: hex(try row.get("hash", as: PostgresBytes.self).bytes))
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// `/v1/audit`.
struct AuditRoutes: Sendable {
    let services: Services

    var handlers: [Operation: Handler] { [.listAuditEvents: list] }

    @Sendable private func list(_ request: APIRequest) async throws -> APIResponse {
        let filter = AuditStore.Filter(
            action: request.query["action"], actor: request.query["actor"], subject: request.query["subject"])
        return .json(
            try await AuditStore(database: services.database).list(filter, page: PageRequest(request.query)))
    }
}
