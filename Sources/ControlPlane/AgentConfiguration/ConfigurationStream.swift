import APIModels
import HTTP
import HTTPTypes
import Logging
import Observability
import PostgresClient
import Reactor

/// `GET /v1/agent/configuration`: one agent's stream, for as long as it is connected to this replica.
///
/// First a snapshot, then each change as a difference to what was last sent, questions to the agent, and a ping every ten
/// seconds. What was sent is known to this stream alone: an agent that connects anew, here or elsewhere, gets a snapshot.
struct ConfigurationStream: Sendable {
    static let pingInterval: Duration = .seconds(10)

    let services: Services
    let cache: ConfigurationCache
    private let logger = Logger(label: "sallyport.agents")

    init(services: Services, cache: ConfigurationCache) {
        self.services = services
        self.cache = cache
    }

    var handlers: [Operation: Handler] { [.streamConfiguration: stream] }

    @Sendable private func stream(_ request: APIRequest) async throws -> APIResponse {
        let agent = request.agent
        return APIResponse(
            status: .ok, headerFields: [.contentType: "application/jsonl"],
            body: .stream { writer in try await serve(agent, to: writer) })
    }

    private func serve(_ caller: AuthenticatedAgent, to writer: HTTPBodyWriter) async throws {
        let requests = AgentRequests(services: services)
        let subscription = services.changes.subscribe([.configuration, .agentRequests(caller.id)])
        guard let agent = try await AgentStore(database: services.database).stored(caller.id) else { return }
        let streamID = try await requests.openStream(of: agent.id)
        let gauge = services.metrics.gauge(
            "sallyport_agent_streams", help: "Configuration streams held open.")
        gauge.add(1)
        logger.info("an agent is connected", metadata: ["agent": "\(agent.name)"])
        do {
            try await follow(
                agent, streamID: streamID, requests: requests, subscription: subscription, to: writer)
        } catch {
            logger.info("an agent's stream ended", error: error, metadata: ["agent": "\(agent.name)"])
        }
        gauge.add(-1)
        await requests.closeStream(streamID)
    }

    private func follow(
        _ agent: StoredAgent, streamID: AgentRequestID, requests: AgentRequests,
        subscription: ChangeSubscription, to writer: HTTPBodyWriter
    ) async throws {
        let sealer = try ConfigurationSealer(for: agent, services: services)
        var sent = AgentView(
            try await cache.configuration(atLeast: try await currentRevision()), of: agent.name)
        try await write(
            .snapshot(revision: sent.revision, try sealer.snapshot(sent.everything)), to: writer)
        while !services.changes.isDraining, !Task.isCancelled {
            do {
                for (id, question) in try await requests.takeUndelivered(for: agent.id) {
                    try await write(.request(id, question), to: writer)
                }
                guard let view = try await view(of: agent, after: sent) else { return }
                if view.revision > sent.revision {
                    try await send(view.changes(since: sent), of: view, sealer, to: writer)
                    sent = view
                }
                try await requests.touchStream(streamID)
            } catch let error as PostgresError where error.isUnavailable {
                // The agent has its configuration, and the database comes back: no reason to send the agent away.
                logger.debug("a stream waits for the database", error: error)
            }
            if await !subscription.next(deadline: .after(Self.pingInterval)) {
                try await write(.ping, to: writer)
            }
        }
    }

    /// The agent's configuration as it is now, `earlier` itself when nothing has changed. `nil` when the agent is gone, or
    /// has enrolled anew with other keys: its stream is of the past.
    private func view(of agent: StoredAgent, after earlier: AgentView) async throws -> AgentView? {
        let revision = try await currentRevision()
        guard revision > earlier.revision else { return earlier }
        let current = try await AgentStore(database: services.database).stored(agent.id)
        guard current?.revision == agent.revision else { return nil }
        return AgentView(try await cache.configuration(atLeast: revision), of: agent.name)
    }

    private func send(
        _ changes: AgentView.Changes, of view: AgentView, _ sealer: ConfigurationSealer,
        to writer: HTTPBodyWriter
    ) async throws {
        let event = AgentEvent.changed(
            revision: view.revision, upserted: try sealer.changed(changes), removed: changes.removed)
        try await write(event, to: writer)
    }

    private func currentRevision() async throws -> Int64 {
        try await InstallationConfiguration.currentRevision(services.database)
    }

    private func write(_ event: AgentEvent, to writer: HTTPBodyWriter) async throws {
        try await writer.write(JSON.encode(event) + [UInt8(ascii: "\n")])
    }
}
