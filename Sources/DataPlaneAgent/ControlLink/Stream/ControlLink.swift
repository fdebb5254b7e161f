import APIModels
import HTTP
import Logging
import Reactor

/// The agent's connection with its control plane: configuration and questions come down, heartbeats and
/// answers go up.
///
/// One `run()`, on one reactor, until its task is cancelled. It survives any absence of the control plane;
/// what the agent may do meanwhile is the lease's business (`ConfigurationStore`).
actor ControlLink {
    struct Settings: Sendable {
        var version: String
        var startedAt: Timestamp
        var heartbeatInterval: Duration = .seconds(15)
        /// A ping comes every ten seconds.
        var silenceLimit: Duration = .seconds(16)
        /// How often the time of the last contact is put on disk.
        var contactInterval: Duration = .seconds(60)
        /// Questions of the control plane answered at once; more have to wait.
        var concurrentRequests = 64
    }

    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    nonisolated let client: ControlPlaneClient
    nonisolated let store: ConfigurationStore

    private let identity: AgentIdentity
    private let cache: ConfigurationCacheFile
    private let settings: Settings
    private let handler: any AgentRequestHandler
    private let status: @Sendable () async -> AgentStatusReport
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    /// What the stream said last; nil when the stream has not said anything, and what holds is from disk.
    private var document: ConfigurationDocument?
    private var savedContact = Timestamp.distantPast
    private var runningRequests = 0

    init(
        identity: AgentIdentity, client: ControlPlaneClient, store: ConfigurationStore, state: StateDirectory,
        settings: Settings, handler: any AgentRequestHandler, logger: Logger, on reactor: Reactor,
        now: @escaping @Sendable () -> Timestamp = { .now },
        status: @escaping @Sendable () async -> AgentStatusReport
    ) {
        self.identity = identity
        self.client = client
        self.store = store
        self.settings = settings
        self.handler = handler
        self.status = status
        self.now = now
        self.logger = logger
        self.reactor = reactor
        cache = ConfigurationCacheFile(in: state, keys: identity.keys)
    }

    /// Publishes the configuration that was kept on disk, when it is still good for something. Call before
    /// `run`.
    func restore() async {
        do {
            let cache = cache
            let identity = identity
            let restored = try await BlockingPool.shared.run {
                () throws -> (ConfigurationSnapshot, Timestamp)? in
                guard let content = try cache.load() else { return nil }
                return (try ConfigurationSnapshot(content.document, identity: identity), content.contact)
            }
            guard let (snapshot, contact) = restored else { return }
            store.renewLease(at: contact)
            store.publish(snapshot)
            logger.info(
                "restored the configuration",
                metadata: ["revision": "\(snapshot.revision)", "contact": "\(contact)"])
        } catch {
            logger.error("the kept configuration is of no use", metadata: ["error": "\(error)"])
        }
    }

    /// Follows the control plane until the task is cancelled.
    func run() async {
        let heartbeats = reactor.spawn { await self.sendHeartbeats() }
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            do {
                try await follow { backoff.succeeded() }
            } catch {
                if Task.isCancelled { break }
                report(error)
            }
            client.preferAnother()
            try? await reactor.sleep(for: backoff.next(using: &generator))
        }
        heartbeats.cancel()
        await heartbeats.value
    }

    private func report(_ error: any Error) {
        logger.warning(
            "no configuration stream", metadata: ["error": "\(error)", "lease": "\(store.lastContact)"])
        guard case ControlPlaneError.unauthorized(let problem) = error, problem.code == .agentUnknown else {
            return
        }
        // The control plane has removed this agent: it serves nothing any more, now or after a restart.
        store.publish(nil)
        store.renewLease(at: .distantPast)
        do {
            try cache.remove()
        } catch {
            logger.error("cannot remove the kept configuration", metadata: ["error": "\(error)"])
        }
    }

    // MARK: The stream

    private func follow(_ connected: () -> Void) async throws {
        let response = try await client.open(.get("/v1/agent/configuration"), deadline: .after(.seconds(5)))
        var lines = EventLines()
        document = nil
        while let piece = try await response.body.next(deadline: .after(settings.silenceLimit)) {
            for line in try lines.append(piece) {
                try await take(line)
                connected()
            }
        }
        throw ConfigurationStreamError.ended
    }

    private func take(_ line: [UInt8]) async throws {
        let event: AgentEvent
        do {
            event = try await Self.decode(line)
        } catch let failure as JSONDecodingFailure {
            throw ConfigurationStreamError.malformed(failure)
        }
        switch event {
        case .ping:
            // Only a stream that has given a configuration, and had it taken, renews the lease.
            if document != nil { await renewLease() }
        case .snapshot(let revision, let configuration):
            try await apply(ConfigurationDocument(revision: revision, configuration))
        case .changed(let revision, let upserted, let removed):
            guard let document else { throw ConfigurationStreamError.noSnapshot }
            try await apply(document.changed(to: revision, upserted: upserted, removed: removed))
        case .request(let id, let question):
            answer(id, question)
        }
    }

    /// A configuration of thousands of policies takes a while to read: not on the reactor, where sessions
    /// wait.
    private static func decode(_ line: [UInt8]) async throws -> AgentEvent {
        if line.count < 4096 { return try JSON.decode(AgentEvent.self, from: line) }
        return try await BlockingPool.shared.run { () throws -> AgentEvent in
            try JSON.decode(AgentEvent.self, from: line, limits: .configuration)
        }
    }

    private func apply(_ document: ConfigurationDocument) async throws {
        self.document = nil
        let identity = identity
        let earlier = store.current
        let snapshot = try await BlockingPool.shared.run { () throws -> ConfigurationSnapshot in
            try ConfigurationSnapshot(document, identity: identity, after: earlier)
        }
        self.document = document
        let time = now()
        store.renewLease(at: time)
        store.publish(snapshot)
        logger.info("took a configuration", metadata: ["revision": "\(document.revision)"])
        await keep(ConfigurationCacheFile.Content(document: document, contact: time))
    }

    private func renewLease() async {
        let time = now()
        store.renewLease(at: time)
        guard time.duration(since: savedContact) >= settings.contactInterval else { return }
        savedContact = time
        let cache = cache
        await keep { () throws(StateDirectoryError) in try cache.save(contact: time) }
    }

    private func keep(_ content: ConfigurationCacheFile.Content) async {
        savedContact = content.contact
        let cache = cache
        await keep { () throws(StateDirectoryError) in try cache.save(content) }
    }

    /// Failing to keep it costs a restart without the control plane, not the service of now.
    private func keep(_ body: @escaping @Sendable () throws(StateDirectoryError) -> Void) async {
        do {
            try await BlockingPool.shared.run(body)
        } catch {
            logger.error("cannot keep the configuration", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Questions

    private func answer(_ id: AgentRequestID, _ question: AgentQuestion) {
        guard runningRequests < settings.concurrentRequests else {
            let problem = AgentProblem(
                code: .rateLimited, detail: "the agent is answering too many questions already")
            reactor.spawn { await self.send(AgentAnswer(problem: problem), to: id) }
            return
        }
        runningRequests += 1
        reactor.spawn { await self.work(on: question, id) }
    }

    private func work(on question: AgentQuestion, _ id: AgentRequestID) async {
        var answer = AgentAnswer()
        do throws(AgentProblem) {
            switch question {
            case .evaluate(let request): answer.evaluation = try await handler.evaluate(request)
            case .terminate(let request): try await handler.terminate(request)
            case .scan(let request): answer.scan = try await handler.scan(request)
            }
        } catch {
            answer.problem = error
        }
        await send(answer, to: id)
        runningRequests -= 1
    }

    private func send(_ answer: AgentAnswer, to id: AgentRequestID) async {
        do throws(ControlPlaneError) {
            _ = try await client.send(
                .post("/v1/agent/requests/\(id)/answer", JSON.encode(answer), isRepeatable: true),
                deadline: .after(.seconds(10)))
        } catch {
            logger.warning("could not answer", metadata: ["request": "\(id)", "error": "\(error)"])
        }
    }

    // MARK: Heartbeats

    private func sendHeartbeats() async {
        while !Task.isCancelled {
            let report = await status()
            let heartbeat = Heartbeat(
                version: settings.version, startedAt: settings.startedAt, sessions: report.sessions,
                spoolBytes: report.spoolBytes, advertised: report.advertised, resources: report.resources)
            do throws(ControlPlaneError) {
                _ = try await client.send(
                    .post("/v1/agent/heartbeat", JSON.encode(heartbeat), isRepeatable: true),
                    deadline: .after(.seconds(10)))
            } catch {
                logger.debug("no heartbeat", metadata: ["error": "\(error)"])
            }
            try? await reactor.sleep(for: settings.heartbeatInterval)
        }
    }
}
