import APIModels
import HTTP
import HTTPTypes
import PostgresClient

/// `/v1/sessions`: who is, and was, connected to what.
struct SessionRoutes: Sendable {
    let services: Services

    var handlers: [Operation: Handler] {
        [
            .listSessions: list, .getSession: get, .listSessionStatements: listStatements,
            .getSessionRecording: getRecording, .terminateSession: terminate,
        ]
    }

    @Sendable private func list(_ request: APIRequest) async throws -> APIResponse {
        let filter = SessionStore.Filter(
            principal: request.query["principal"].map(PrincipalFilter.init),
            resource: try request.query.value("resource"),
            isActive: try request.query.boolean("active"), viewer: request.principal)
        return .json(
            try await SessionStore(database: services.database).list(filter, page: PageRequest(request.query))
        )
    }

    @Sendable private func get(_ request: APIRequest) async throws -> APIResponse {
        let stored = try await find(request)
        return .item(stored.session, stored.tag, for: request)
    }

    private func find(_ request: APIRequest) async throws -> StoredSession {
        let id: SessionID = try request.path("session_id")
        guard
            let stored = try await SessionStore(database: services.database).find(
                id, visibleTo: request.principal)
        else { throw Problem.notFound("There is no such session that concerns you.") }
        return stored
    }

    @Sendable private func listStatements(_ request: APIRequest) async throws -> APIResponse {
        let session = try await find(request).session
        return .json(
            try await StatementStore(database: services.database).list(
                of: session.id, page: PageRequest(request.query)))
    }

    /// Streams, so that a recording of any length takes the memory of a few chunks.
    @Sendable private func getRecording(_ request: APIRequest) async throws -> APIResponse {
        let id = try await find(request).session.id
        let store = RecordingStore(database: services.database)
        return APIResponse(
            status: .ok, headerFields: [.contentType: "application/jsonl"],
            body: .stream { writer in
                try await store.forEachChunk(of: id) { stream in
                    try await writer.write(try RecordingLines.lines(of: stream))
                }
            })
    }

    /// Has the agent end the session. Its last records come in a moment later.
    @Sendable private func terminate(_ request: APIRequest) async throws -> APIResponse {
        let input: SessionTerminate = try request.decode()
        let stored = try await find(request)
        let session = stored.session
        guard session.status == .active else {
            throw Problem.conflict(.sessionEnded, "The session is \(session.status.rawValue) already.")
        }
        let reason = input.reason ?? "ended by \(request.principal.name)"
        let context = ChangeContext(actor: request.caller.actor, requestID: request.id, at: request.now)
        try await services.change(context) { _ in
            Changed(
                .noContent,
                audit: [AuditEntry("session.terminate", session.id, details: ["reason": .string(reason)])])
        }
        let answer = try await AgentRequests(services: services).ask(
            session.agent, .terminate(AgentTerminateRequest(sessionID: session.id, reason: reason)))
        if let problem = answer.problem {
            throw Problem.conflict(problem.code, problem.detail)
        }
        return APIResponse.json(session, status: .accepted).with(stored.tag)
    }
}
