internal import APIModels
internal import Logging
internal import Policy
internal import PostgresWire
internal import Reactor
internal import Recording
internal import SQLInspection
internal import Synchronization

/// The PostgreSQL side of the agent: takes a connection from its first byte to a running session.
final class PostgresGateway: Sendable {
    struct Configuration: Sendable {
        var tls: TLSServerContext?
        /// Tokens may come in the clear from this machine itself.
        var allowsCleartextOnLoopback = false
        var limits = SessionLimits()
        /// False for measurements only: the command line insists on `--unsafe`.
        var recordsStatements = true
    }

    let configuration: Configuration
    let directory: ResourceDirectory
    private let verifier: TokenVerifier
    let inspections: InspectionPool
    private let spool: Spool
    private let holds: HoldClient
    private let identity: AgentIdentity
    private let logger: Logger
    private let cancels = CancelRegistry()
    let sessions: SessionRegistry
    let catalogs: CatalogDirectory
    let health = ResourceHealthBoard()

    init(
        _ configuration: Configuration, directory: ResourceDirectory, verifier: TokenVerifier,
        inspections: InspectionPool, spool: Spool, holds: HoldClient, identity: AgentIdentity,
        sessions: SessionRegistry,
        logger: Logger
    ) {
        self.configuration = configuration
        self.directory = directory
        self.verifier = verifier
        self.inspections = inspections
        self.spool = spool
        self.holds = holds
        self.identity = identity
        self.sessions = sessions
        self.logger = logger
        catalogs = CatalogDirectory(logger: logger)
    }

    /// One accepted connection, to its end.
    func handle(_ accepted: AcceptedConnection) async {
        guard let stream = try? ByteStream(accepted) else { return }
        defer { stream.close() }
        var logger = logger
        logger[metadataKey: "client"] = "\(accepted.peer)"
        do throws(GreetingFailure) {
            let deadline = Deadline.after(configuration.limits.authenticationTimeout)
            let greeter = ClientGreeter(
                stream: stream, tls: configuration.tls, limits: configuration.limits.wire, deadline: deadline)
            switch try await greeter.greet() {
            case .cancel(let key):
                await cancels.cancel(key)
            case .session(let startup):
                try await open(startup, stream, deadline, logger)
            }
        } catch {
            await report(error, to: stream, logger)
        }
    }

    private func report(_ failure: GreetingFailure, to stream: ByteStream, _ logger: Logger) async {
        let report: Report
        switch failure {
        case .silent: return
        case .stream(let error):
            logger.debug("connection failed before a session", metadata: ["error": "\(error)"])
            return
        case .violation(let violation):
            report = Report(.fatal, .protocolViolation, "invalid startup packet: \(violation)")
        case .refused(let refusal):
            report = refusal
        }
        logger.notice(
            "connection refused", metadata: ["sqlstate": "\(report.sqlState)", "reason": "\(report.message)"])
        var bytes: [UInt8] = []
        report.writeError(into: &bytes)
        try? await stream.write(bytes, deadline: .after(.seconds(5)))
        await stream.shutdownWrite(deadline: .after(.seconds(5)))
    }

    // MARK: From startup to session

    private func open(
        _ startup: ClientStartup, _ stream: ByteStream, _ deadline: Deadline, _ logger: Logger
    ) async throws(GreetingFailure) {
        var logger = logger
        let caller = try await authenticate(startup, stream, deadline, logger)
        logger[metadataKey: "principal"] = "\(caller.principal.name)"
        let (resource, database) = try resource(startup.database, for: caller)
        logger[metadataKey: "resource"] = "\(resource.name)"
        guard
            let view = directory.view(of: resource.id, for: caller.principal, credential: caller.credentialID)
        else {
            throw .refused(.unknownResource(startup.database))
        }
        if let obstacle = directory.obstacle(lease: view.lease) { throw .refused(obstacle) }
        let opening = try await connect(resource, database, startup, stream.reactor, logger)
        let id = SessionID(at: .now, random: UInt128.random(in: .min ... .max))
        logger[metadataKey: "session"] = "\(id)"
        let recorder = SessionRecorder(
            session: id, lane: configuration.recordsStatements ? spool.lane(of: stream.reactor) : nil,
            identity: identity)
        do throws(SpoolError) {
            let position = try recorder.open(
                sessionOpened(startup, caller, resource, view, stream.peer, opening.target))
            try await recorder.settle(position)
        } catch {
            opening.connection.stream.close()
            throw .refused(error.report(severity: .fatal))
        }
        let desk = DecisionDesk(
            principal: caller.principal, credentialID: caller.credentialID, reactor: stream.reactor,
            view: view, directory: directory,
            inspections: inspections, catalogs: opening.catalogs, catalog: opening.catalog,
            state: opening.state)
        let key = cancels.makeKey(for: startup.version)
        let session = PostgresSession(
            OpenedSession(
                client: stream, upstream: opening.connection.stream, target: opening.target,
                upstreamKey: opening.connection.session.key,
                parameters: opening.connection.session.parameters,
                isReadOnlyByDefault: opening.state.isReadOnlyByDefault,
                cancelKey: key, expiresAt: caller.expiresAt),
            id: id, limits: configuration.limits, desk: desk, recorder: recorder, holds: holds, logger: logger
        )
        await run(session, key)
    }

    private func run(_ session: PostgresSession, _ key: BackendKey) async {
        cancels.register(session, key: key)
        defer { cancels.remove(key) }
        if sessions.add(session) {
            if sessions.isDraining { await session.drain() }
            await session.run()
            sessions.remove(session.id)
        } else {
            await session.refuse(
                Report(
                    .fatal, .tooManyConnections, "the agent has as many sessions as it may",
                    hint: "Close idle sessions, or try again later."))
        }
    }

    private func authenticate(
        _ startup: ClientStartup, _ stream: ByteStream, _ deadline: Deadline, _ logger: Logger
    ) async throws(GreetingFailure) -> VerifiedToken {
        guard stream.tls != nil || (configuration.allowsCleartextOnLoopback && stream.peer.isLoopback) else {
            throw .refused(
                Report(
                    .fatal, .invalidAuthorization, "TLS is required: the password is a token",
                    hint: "Connect with sslmode=require or better."))
        }
        let token: Secret<[UInt8]>
        do throws(IOError) {
            var request: [UInt8] = []
            AuthenticationRequest.writeCleartextPassword(into: &request)
            try await stream.write(request, deadline: deadline)
            token = try await password(stream, deadline)
        } catch {
            if case .system(71, _) = error {
                throw .refused(Report(.fatal, .protocolViolation, "expected password response"))
            }
            throw .stream(error)
        }
        do throws(TokenRefusal) {
            return try await verifier.verify(token)
        } catch {
            logger.notice(
                "authentication failed", metadata: ["reason": "\(error)", "user": "\(startup.user)"])
            throw .refused(error == .expired ? .expiredToken : .badToken)
        }
    }

    /// The PasswordMessage. A client that has no password to send closes the connection, and comes again with one.
    private func password(_ stream: ByteStream, _ deadline: Deadline) async throws(IOError) -> Secret<[UInt8]>
    {
        var bytes: [UInt8] = []
        while true {
            var scanner = FrameScanner<FrontendType>(limits: configuration.limits.wire)
            switch scanner.next(in: bytes.span) {
            case .frame(let frame):
                let body = bytes.span.extracting(frame.body)
                guard frame.type == .authenticationResponse, frame.end == bytes.count,
                    let message = try? PasswordMessage(decoding: body)
                else { throw .system(errno: 71, operation: "expected a password message") }
                return Secret(body.copy(message.password))
            case .needMore(let missing), .partial(_, let missing):
                let more = try await stream.read(upTo: missing, deadline: deadline)
                guard !more.isEmpty else { throw .closed }
                bytes += more
            case .violation(let violation):
                throw .system(errno: 71, operation: "expected a password message: \(violation)")
            }
        }
    }

    /// `dbname` is a resource, or `resource/database` where the resource permits that database.
    private func resource(
        _ name: String, for caller: VerifiedToken
    ) throws(GreetingFailure) -> (resource: AgentResource, database: String?) {
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard let first = parts.first, let resource = directory.resource(named: first),
            resource.protocol == .postgres
        else { throw .refused(.unknownResource(name)) }
        if let bound = caller.resource, bound != resource.name {
            throw .refused(
                Report(
                    .fatal, .invalidPassword,
                    "the token is for resource \"\(bound)\", not for \"\(resource.name)\"",
                    hint: "Ask for credentials of \"\(resource.name)\"."))
        }
        guard parts.count == 2 else { return (resource, nil) }
        guard resource.settings.databases?.contains(parts[1]) == true else {
            throw .refused(
                Report(
                    .fatal, .invalidCatalogName,
                    "resource \"\(resource.name)\" does not offer the database \"\(parts[1])\"",
                    hint:
                        "Connect to \"\(resource.name)\" alone, or have an admin list the database in the resource's settings."
                ))
        }
        return (resource, parts[1])
    }

    // MARK: The resource's side

    private struct Opening {
        let connection: UpstreamConnection
        let target: UpstreamTarget
        let catalogs: CatalogStore
        let catalog: CatalogSnapshot
        let state: SessionProbe.Answer
    }

    private func connect(
        _ resource: AgentResource, _ database: String?, _ startup: ClientStartup, _ reactor: Reactor,
        _ logger: Logger
    ) async throws(GreetingFailure) -> Opening {
        do throws(UpstreamFailure) {
            let target = try directory.target(of: resource, database: database)
            let catalogs = catalogs.store(of: resource, target: target)
            let connection = try await UpstreamConnector.connect(
                to: target, parameters: startup.parameters + [(name: "client_encoding", value: "UTF8")],
                on: reactor)
            do throws(UpstreamFailure) {
                let state = try await SessionProbe.ask(connection.stream)
                let catalog = try await catalogs.current(on: reactor)
                health.noteReached(resource.name)
                return Opening(
                    connection: connection, target: target, catalogs: catalogs, catalog: catalog, state: state
                )
            } catch {
                connection.stream.close()
                throw error
            }
        } catch {
            health.note(error, of: resource.name)
            logger.error("no connection to the resource", metadata: ["error": "\(error)"])
            throw .refused(error.report(resource: resource.name))
        }
    }

    private func sessionOpened(
        _ startup: ClientStartup, _ caller: VerifiedToken, _ resource: AgentResource, _ view: ResourceView,
        _ peer: SocketAddress, _ target: UpstreamTarget
    ) -> SessionOpened {
        SessionOpened(
            openedAt: .now, principalID: caller.principal.id.description,
            principalName: caller.principal.name,
            principalKind: caller.principal.kind.rawValue, groups: caller.principal.groups,
            credentialID: caller.credentialID, claimedUser: startup.user,
            applicationName: startup.applicationName,
            clientAddress: peer.description, resourceID: resource.id.description,
            resourceName: resource.name.description,
            agentID: identity.id.description, policyRevision: UInt64(clamping: view.policies.revision),
            protocolName: "postgres")
    }
}

extension Report {
    static var shuttingDown: Report {
        Report(
            .fatal, .adminShutdown, "terminating connection: the agent is shutting down",
            hint: "Connect again.")
    }

    static var badToken: Report {
        Report(
            .fatal, .invalidPassword, "the token is not valid",
            hint:
                "The password is an API key or an access token of Sallyport. Check it, or ask for a new one.")
    }

    static var expiredToken: Report {
        Report(.fatal, .invalidPassword, "the token has expired", hint: "Ask for a new one.")
    }

    static func unknownResource(_ name: String) -> Report {
        Report(
            .fatal, .invalidCatalogName,
            "resource \"\(name)\" does not exist, or this agent does not serve it",
            hint: "The database name is the name of a resource. See GET /v1/resources.")
    }
}
