internal import APIModels
internal import Glibc
internal import Logging
internal import Reactor
internal import Recording

/// The agent's life: enrol, open the spool, follow the control plane, serve, and drain.
struct Agent {
    private let settings: AgentSettings
    private let logger = Logger(label: "agent")

    /// How long running statements may take to end after SIGTERM.
    private static let drainTime = Duration.seconds(20)
    /// Some thirty sessions, of two streams each; see docs/decisions/0012.
    private static let streamsPacked = 64
    /// And then for the sessions to write their last records.
    private static let closingTime = Duration.seconds(2)

    init(_ settings: AgentSettings) {
        self.settings = settings
    }

    func run() async throws {
        let group = ReactorGroup(count: settings.reactorCount)
        let addresses = try controlPlaneAddresses()
        let state = try stateDirectory()
        let identity = try await identity(state, addresses, on: group.reactors[0])
        let spool = try openSpool(group)
        let client = ControlPlaneClient(addresses, identity: identity, on: group.reactors[0])
        let store = ConfigurationStore()
        let sessions = SessionRegistry(capacity: settings.sessionLimit)
        let gateway = PostgresGateway(
            try gatewayConfiguration(), directory: ResourceDirectory(store),
            verifier: TokenVerifier(store: store),
            inspections: InspectionPool(), spool: spool, holds: HoldClient(client: client),
            identity: identity,
            sessions: sessions, logger: Logger(label: "postgres"))
        let listener = try listen(group)
        let link = ControlLink(
            identity: identity, client: client, store: store, state: state,
            settings: ControlLink.Settings(version: AgentVersion.current, startedAt: .now),
            handler: GatewayRequestHandler(gateway: gateway, reactors: group),
            logger: Logger(label: "control-link"),
            on: group.reactors[0],
            status: { [advertised = advertised(listener)] in
                AgentStatusReport(
                    sessions: Int64(sessions.count), spoolBytes: Int64(spool.diskBytes),
                    advertised: advertised,
                    resources: gateway.health.report(store.current))
            })
        await link.restore()

        let uploaders = spool.backlogs.map {
            RecordUploader(
                backlog: $0, sink: ControlPlaneRecordSink(client: client), log: Logger(label: "uploader"))
        }
        let uploads = zip(spool.backlogs, uploaders).map { backlog, uploader in
            backlog.reactor.spawn { await uploader.run() }
        }
        let following = group.reactors[0].spawn { await link.run() }
        let signing = group.reactors[0].spawn { await CheckpointSigner(sessions).run(on: group.reactors[0]) }
        let serving = Task { await listener.run { await gateway.handle($0) } }
        logger.notice(
            "serving PostgreSQL", metadata: ["address": "\(listener.address)", "agent": "\(identity.name)"])

        await waitForEnd(gateway)
        listener.close()
        await drain(sessions)
        signing.cancel()
        following.cancel()
        for uploader in uploaders { uploader.stop() }
        for upload in uploads { await upload.value }
        await serving.value
        await client.close()
        logger.notice("stopped")
    }

    /// Whether the settings and the files that they name could be used.
    func check() throws {
        _ = try controlPlaneAddresses()
        _ = try gatewayConfiguration()
    }

    // MARK: Starting

    private func controlPlaneAddresses() throws -> ControlPlaneAddresses {
        do throws(IOError) {
            let tls = try TLSClientContext(
                trust: settings.controlPlaneCA.map { .pem($0) } ?? .system, verifyHostname: true,
                alpn: ["h2", "http/1.1"])
            guard
                let addresses = ControlPlaneAddresses(
                    urls: settings.controlPlaneURLs, tls: tls, proxies: settings.proxies)
            else {
                throw IOError.resolution(
                    host: settings.controlPlaneURLs, reason: "not a URL, or a list of URLs")
            }
            return addresses
        } catch {
            throw AgentStartError("the control plane's address: \(error)")
        }
    }

    private func stateDirectory() throws -> StateDirectory {
        do throws(StateDirectoryError) {
            return try StateDirectory(path: settings.stateDirectory)
        } catch {
            throw AgentStartError("\(error)")
        }
    }

    private func identity(
        _ state: StateDirectory, _ addresses: ControlPlaneAddresses, on reactor: Reactor
    ) async throws -> AgentIdentity {
        do throws(AgentEnrollmentError) {
            return try await AgentEnrollment.identity(
                in: state, name: settings.name, version: AgentVersion.current, joinToken: settings.joinToken,
                addresses: addresses, on: reactor)
        } catch {
            throw AgentStartError("\(error)")
        }
    }

    private func openSpool(_ group: ReactorGroup) throws -> Spool {
        do throws(SpoolError) {
            let configuration = SpoolConfiguration(
                totalBytes: settings.spoolLimitBytes ?? SpoolConfiguration.defaultTotalBytes,
                lanes: group.reactors.count)
            let spool = try Spool(
                directory: settings.stateDirectory + "/spool", configuration: configuration,
                reactors: group.reactors,
                openedAt: .now)
            for cut in spool.cuts {
                logger.warning("cut a torn record off the spool", metadata: ["cut": "\(cut)"])
            }
            return spool
        } catch {
            throw AgentStartError("the spool in \(settings.stateDirectory)/spool cannot be opened: \(error)")
        }
    }

    private func gatewayConfiguration() throws -> PostgresGateway.Configuration {
        var configuration = PostgresGateway.Configuration()
        configuration.limits.spillDirectory = settings.stateDirectory
        configuration.allowsCleartextOnLoopback = settings.allowsCleartextOnLoopback
        configuration.recordsStatements = settings.recordsStatements
        if !settings.recordsStatements {
            logger.critical("statements are NOT recorded: for measurements only")
        }
        guard let tls = settings.tls else { return configuration }
        let certificate = try FileText.read(tls.certificatePath)
        let key = try FileText.read(tls.keyPath)
        do throws(IOError) {
            configuration.tls = try TLSServerContext(
                certificateChainPEM: certificate, privateKeyPEM: key, alpn: ["postgresql"])
        } catch {
            throw AgentStartError("the certificate \(tls.certificatePath): \(error)")
        }
        return configuration
    }

    private func listen(_ group: ReactorGroup) throws -> Listener {
        do throws(IOError) {
            return try Listener(
                settings.postgresListen, group: group, placement: .packed(streams: Self.streamsPacked))
        } catch {
            throw AgentStartError("\(error)")
        }
    }

    private func advertised(_ listener: Listener) -> AdvertisedListeners {
        let own = ListenerAddress(host: listener.address.ip ?? "127.0.0.1", port: listener.address.port ?? 0)
        return AdvertisedListeners(postgres: settings.postgresAdvertise ?? own)
    }

    // MARK: Ending

    /// Until SIGTERM or SIGINT; SIGHUP reads the certificate again.
    private func waitForEnd(_ gateway: PostgresGateway) async {
        while await Signals.wait(for: [SIGTERM, SIGINT, SIGHUP]) == SIGHUP {
            guard let tls = settings.tls else { continue }
            do {
                try gateway.configuration.tls?.reload(
                    certificateChainPEM: try FileText.read(tls.certificatePath),
                    privateKeyPEM: try FileText.read(tls.keyPath))
                logger.notice("took the new certificate")
            } catch {
                logger.error("kept the old certificate", metadata: ["error": "\(error)"])
            }
        }
    }

    private func drain(_ sessions: SessionRegistry) async {
        logger.notice("draining", metadata: ["sessions": "\(sessions.count)"])
        await sessions.drain()
        let deadline = Deadline.after(Self.drainTime)
        while sessions.count > 0, deadline.remaining > .zero {
            try? await Task.sleep(for: .milliseconds(50))
        }
        for session in sessions.all {
            await session.terminate(.shuttingDown, reason: "drained")
        }
        let end = Deadline.after(Self.closingTime)
        while sessions.count > 0, end.remaining > .zero { try? await Task.sleep(for: .milliseconds(20)) }
    }
}
