import APIModels
import ArgumentParser
import Logging
import PostgresClient
import Reactor
import Settings

extension ControlPlaneCommand {
    /// Makes the first administrator.
    struct Bootstrap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the first administrator, and print its API key: the one time that it is shown.")

        @Option(help: "The name of the service account.")
        var name = "admin"

        @Flag(help: "Give the account another key when it exists already.")
        var newKey = false

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let installation = try options.load()
            try installation.bootstrapLogging()
            guard let name = Name(name) else {
                throw SettingsError("the name has to be 1 to 63 of a-z, 0-9 and -")
            }
            let reactors = ReactorGroup(count: 1)
            defer { reactors.shutdown() }
            let pool = PostgresPool(
                try installation.database(), on: reactors, logger: Logger(label: "sallyport.database"))
            let services = Services(
                settings: ServiceSettings(publicURL: ""), database: pool,
                masterKey: try installation.masterKey(),
                reactors: reactors)
            try await installation.migrationRunner().verify(pool)
            try await Installation(services: services).prepare()
            let key = try await services.makeAdministrator(name, newKey: newKey)
            await pool.close()
            print(key.secret.reveal())
        }
    }
}

extension Services {
    /// Makes the first administrator and its key; with `newKey`, another key for an administrator that exists.
    func makeAdministrator(_ name: Name, newKey: Bool) async throws -> APIKeyCreated {
        let at = now()
        let id = makeID(PrincipalID.self)
        return try await database.transaction { transaction in
            try await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended('installation', 0))")
            let store = ServiceAccountStore(database: transaction)
            let exists = try await transaction.first(
                """
                SELECT name FROM principals WHERE NOT disabled AND \(RoleMapping.administrators) = ANY(groups) LIMIT 1
                """)
            if let exists, !newKey {
                let name: String = try exists.get("name")
                throw SettingsError(
                    "an administrator exists already: \(name) (--new-key gives it another key)")
            }
            let found = try await store.find(.name(name), forUpdate: true)
            if let found, !found.account.groups.contains(RoleMapping.administrators) {
                throw SettingsError("the account \(name) exists, and is no administrator")
            }
            let account: ServiceAccount
            if let found {
                account = found.account
            } else {
                let input = ServiceAccountCreate(
                    name: name, kind: .workload, groups: [RoleMapping.administrators])
                account = try await store.insert(input, id: id, at: at).account
            }
            let key = try await makeKey(
                of: account, description: "bootstrap", expiresIn: nil, at: at, in: transaction)
            let context = ChangeContext(actor: .system, requestID: nil, at: at)
            var audit: [AuditEntry] = []
            if found == nil {
                audit.append(AuditEntry("service_account.create", account.id, name: account.name.description))
            }
            audit.append(
                AuditEntry(
                    "api_key.create", key.id, details: ["service_account": .string(account.name.description)])
            )
            try await conclude(
                Changed(.noContent, audit: audit, notices: [.configuration]), context, in: transaction)
            return key
        }
    }
}
