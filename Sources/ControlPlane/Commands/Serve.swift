import ArgumentParser
import Glibc
import HTTP
import Logging
import Observability
import PostgresClient
import Reactor

extension ControlPlaneCommand {
    /// Serves the API until it is told to stop.
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serve the API. Any number of replicas may serve one database.")

        /// What is under way may end in this time after SIGTERM; orchestrators kill after 30 s.
        private static let drainTime: Duration = .seconds(20)

        @Flag(help: "Only check the settings and the files that they name.")
        var check = false

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let installation = try options.load()
            try installation.bootstrapLogging()
            let logger = Logger(label: "sallyport.control-plane")
            let address = try installation.address()
            let tls = try installation.tls(for: address)
            let settings = try installation.services(isSecure: tls != nil, port: address.port ?? 0)
            let reference = try installation.reference()
            let configuration = try installation.database()
            let migrations = try installation.migrationRunner()
            let key = try installation.masterKey()
            if check {
                print("The settings are valid.")
                return
            }

            let reactors = ReactorGroup(count: installation.reactorCount, interrupts: false)
            let pool = PostgresPool(configuration, on: reactors, logger: Logger(label: "sallyport.database"))
            let services = Services(settings: settings, database: pool, masterKey: key, reactors: reactors)
            try await migrations.verify(pool)
            try await Installation(services: services).prepare()
            let pipeline = RequestPipeline(
                services: services,
                handlers: Handlers.all(services: services, migrations: migrations, reference: reference))
            services.exposePoolMetrics()
            let http = try HTTPServer(
                address: address, configuration: .init(limits: installation.limits(), tls: tls),
                group: reactors, logger: logger
            ) { request in
                await pipeline.respond(to: request)
            }
            services.metrics.gauge("sallyport_http_connections", help: "Connections of clients and agents.") {
                Double(http.connectionCount)
            }
            let tasks = startBackgroundTasks(services, configuration)
            let serving = reactors.next().spawn { await http.run() }
            logger.notice(
                "serving", metadata: ["address": "\(http.address)", "public_url": "\(settings.publicURL)"])

            let signal = await Signals.wait(for: [SIGTERM, SIGINT])
            logger.notice("stopping", metadata: ["signal": "\(signal)"])
            services.changes.drain()
            await http.drain(deadline: .after(Self.drainTime))
            for task in tasks { task.cancel() }
            for task in tasks { await task.value }
            await serving.value
            await pool.close()
            reactors.shutdown()
        }

        private func startBackgroundTasks(
            _ services: Services, _ configuration: PostgresConfiguration
        ) -> [Task<Void, Never>] {
            let reactor = services.reactors.next()
            let listener = NotificationListener(
                configuration, channels: ChangeHub.channels, on: reactor,
                logger: Logger(label: "sallyport.changes")
            ) { event in
                services.handle(event)
            }
            return [
                reactor.spawn { await listener.run() },
                reactor.spawn { await Housekeeping(services: services).run(on: reactor) },
            ]
        }
    }
}

extension Services {
    /// The pool's state, as gauges.
    func exposePoolMetrics() {
        let pool = database
        metrics.gauge(
            "sallyport_database_connections", help: "Connections to PostgreSQL.", labels: ["state": "open"]
        ) {
            Double(pool.statistics.open)
        }
        metrics.gauge(
            "sallyport_database_connections", help: "Connections to PostgreSQL.", labels: ["state": "idle"]
        ) {
            Double(pool.statistics.idle)
        }
        metrics.gauge("sallyport_database_waiting_requests", help: "Requests that wait for a connection.") {
            Double(pool.statistics.waiting)
        }
    }
}
