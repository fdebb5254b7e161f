import APIModels
import PostgresClient
import Reactor

/// Questions to agents: from any replica, through the database, to the one that holds the agent's stream, and back.
struct AgentRequests: Sendable {
    let services: Services

    /// A stream that was not touched for longer is of a replica that died: two pings and a half.
    static let streamSilence: Duration = .seconds(25)

    private var database: PostgresPool { services.database }

    // MARK: Asking

    /// Asks the agent and waits for its answer.
    ///
    /// - Parameter time: how long it may take, when that is longer than for other questions.
    /// - Throws: 503 `agent_unavailable` when no replica has its stream, or it does not answer in time.
    func ask(_ agent: Name, _ question: AgentQuestion, within time: Duration? = nil) async throws
        -> AgentAnswer
    {
        let time = time ?? services.settings.agentAnswerTime
        guard let agentID = try await reachableAgent(agent) else {
            throw Problem.agentUnavailable("The agent \"\(agent)\" is not connected.")
        }
        let id = services.makeID(AgentRequestID.self)
        let subscription = services.changes.subscribe([.agentAnswer(id)])
        try await send(question, as: id, to: agentID, within: time)
        let deadline = Deadline.after(time)
        while true {
            if let answer = try await answer(to: id) { return answer }
            guard !services.changes.isDraining, await subscription.next(deadline: deadline) else {
                if let answer = try await answer(to: id) { return answer }
                throw Problem.agentUnavailable("The agent \"\(agent)\" did not answer in time.")
            }
        }
    }

    private func reachableAgent(_ name: Name) async throws -> AgentID? {
        let since = services.now().advanced(by: .zero - Self.streamSilence)
        return try await database.first(
            """
            SELECT id FROM agents WHERE name = \(name)
                AND EXISTS (SELECT FROM agent_streams WHERE agent_id = agents.id AND alive_at >= \(since))
            """
        )?.get("id")
    }

    private func send(
        _ question: AgentQuestion, as id: AgentRequestID, to agent: AgentID, within time: Duration
    ) async throws {
        let now = services.now()
        let expiresAt = now.advanced(by: time)
        // In the form of the stream's own event.
        let event = JSONColumn(AgentEvent.request(id, question))
        _ = try await database.run([
            """
            INSERT INTO agent_requests (id, agent_id, question, created_at, expires_at)
            VALUES (\(id), \(agent), \(event), \(now), \(expiresAt))
            """,
            "SELECT pg_notify('agent_requests', \(agent.description))",
        ])
    }

    private func answer(to id: AgentRequestID) async throws -> AgentAnswer? {
        try await database.first("SELECT answer FROM agent_requests WHERE id = \(id) AND answer IS NOT NULL")?
            .json("answer")
    }

    // MARK: The stream's side

    func openStream(of agent: AgentID) async throws -> AgentRequestID {
        let id = services.makeID(AgentRequestID.self)
        try await database.execute(
            "INSERT INTO agent_streams (id, agent_id, alive_at) VALUES (\(id), \(agent), \(services.now()))")
        return id
    }

    func touchStream(_ id: AgentRequestID) async throws {
        try await database.execute("UPDATE agent_streams SET alive_at = \(services.now()) WHERE id = \(id)")
    }

    /// What a crash leaves behind, housekeeping removes.
    func closeStream(_ id: AgentRequestID) async {
        _ = try? await database.execute("DELETE FROM agent_streams WHERE id = \(id)")
    }

    /// The questions that wait for an agent; each is given to one stream only.
    func takeUndelivered(for agent: AgentID) async throws -> [(AgentRequestID, AgentQuestion)] {
        let now = services.now()
        let rows = try await database.query(
            """
            UPDATE agent_requests SET delivered_at = \(now)
            WHERE agent_id = \(agent) AND delivered_at IS NULL AND expires_at > \(now)
            RETURNING question
            """)
        return try rows.compactMap { row in
            guard case .request(let id, let question) = try row.json("question", as: AgentEvent.self) else {
                return nil
            }
            return (id, question)
        }
    }

    // MARK: Answers

    var handlers: [Operation: Handler] { [.answerRequest: acceptAnswer] }

    @Sendable private func acceptAnswer(_ request: APIRequest) async throws -> APIResponse {
        let answer: AgentAnswer = try request.decode()
        let id: AgentRequestID = try request.path("request_id")
        let results = try await database.run([
            """
            UPDATE agent_requests SET answer = \(JSONColumn(answer)), answered_at = \(request.now)
            WHERE id = \(id) AND agent_id = \(request.agent.id) AND answer IS NULL
            """,
            "SELECT pg_notify('agent_answers', \(id.description))",
        ])
        guard results[0].affectedRows == 1 else {
            throw Problem.notFound("No question of this id waits for an answer.")
        }
        return .noContent
    }
}
