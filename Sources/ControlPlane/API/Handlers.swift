import PostgresClient

/// The handlers of all nouns, one for each operation.
enum Handlers {
    static func all(
        services: Services, migrations: MigrationRunner, reference: ReferenceFiles
    ) -> [Operation: Handler] {
        let parts: [[Operation: Handler]] = [
            OperationRoutes(services: services, migrations: migrations, reference: reference).handlers,
            MeRoutes().handlers,
            ServiceAccountRoutes(services: services).handlers,
            ResourceRoutes(services: services).handlers,
            CredentialRoutes(services: services).handlers,
            MaskKeyRoutes(services: services).handlers,
            DiscoveryRoutes(services: services).handlers,
            DetectorRoutes(services: services).handlers,
            PolicyRoutes(services: services).handlers,
            EvaluationRoutes(services: services).handlers,
            AgentRoutes(services: services).handlers,
            ConfigurationStream(services: services, cache: ConfigurationCache(database: services.database))
                .handlers,
            AgentRequests(services: services).handlers,
            ApprovalRoutes(services: services).handlers,
            HoldRoutes(services: services).handlers,
            IngestRoutes(services: services).handlers,
            SessionRoutes(services: services).handlers,
            StatementRoutes(services: services).handlers,
            AuditRoutes(services: services).handlers,
        ]
        return parts.reduce(into: [:]) { all, part in
            all.merge(part) { _, _ in preconditionFailure("an operation has two handlers") }
        }
    }
}
