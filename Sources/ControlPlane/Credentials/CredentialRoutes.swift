import APIModels
import HTTPTypes
import PostgresClient

/// `POST /v1/resources/{name}/credentials`: how to connect now, for access that stands without a request.
struct CredentialRoutes: Sendable {
    let services: Services

    var handlers: [Operation: Handler] { [.createCredentials: create] }

    @Sendable private func create(_ request: APIRequest) async throws -> APIResponse {
        let input: CredentialsRequest = try request.decode()
        let lifetime = input.duration ?? services.settings.credentialLifetime
        guard lifetime.seconds >= 1, lifetime <= services.settings.longestCredentialLifetime else {
            throw Problem.invalidBody(
                "duration", .outOfRange, "must be from 1s to \(services.settings.longestCredentialLifetime)")
        }
        let resource = try await resource(request)
        let listener = try await listener(of: resource)
        return try await services.change(request) { _ in
            let id = services.makeID(AccessTokenID.self)
            let (token, expiresAt) = try await services.accessTokens.issue(
                for: request.principal, resource: resource.name, id: id, at: request.now,
                lifetime: lifetime.duration)
            let answer = Self.credentials(
                for: request.principal, resource, at: listener, password: token, expiresAt: expiresAt)
            let details: JSON = [
                "resource": .string(resource.name.description), "expires_at": .string(expiresAt.description),
            ]
            return Changed(
                .json(answer, status: .created),
                audit: [AuditEntry("access_token.create", id, details: details)])
        }
    }

    /// The resource, if an enabled policy with standing access concerns the caller and it. To others it does not exist.
    private func resource(_ request: APIRequest) async throws -> Resource {
        let missing = Problem.notFound("There is no such resource that you have standing access to.")
        guard
            let resource = try await ResourceStore(database: services.database).find(
                try request.path("name"))?.resource
        else { throw missing }
        let principal = request.principal
        let stands = try await PolicyStore(database: services.database).enabled().contains { policy in
            policy.spec.access == .standing && policy.spec.concerns(resource)
                && policy.spec.concerns(
                    principalNamed: principal.name, kind: principal.kind, groups: principal.groups)
        }
        guard stands else { throw missing }
        return resource
    }

    /// Where the agent of the resource says that it can be reached.
    private func listener(of resource: Resource) async throws -> ListenerAddress {
        guard
            let row = try await services.database.first(
                "SELECT advertised FROM agents WHERE name = \(resource.agent)"),
            let advertised = try row.get("advertised", as: JSONColumn<AdvertisedListeners>?.self)?.value,
            let listener = advertised.postgres
        else {
            throw Problem.agentUnavailable("The agent \"\(resource.agent)\" has not said where it listens.")
        }
        return listener
    }

    private static func credentials(
        for principal: Principal, _ resource: Resource, at listener: ListenerAddress,
        password: Secret<String>,
        expiresAt: Timestamp
    ) -> CredentialsResponse {
        let user = PercentEncoding.encode(principal.name)
        let host = listener.host.contains(":") ? "[\(listener.host)]" : listener.host
        let dsn = password.map { "postgres://\(user):\($0)@\(host):\(listener.port)/\(resource.name)" }
        return CredentialsResponse(
            resource: resource.name, protocol: resource.protocol, host: listener.host, port: listener.port,
            database: resource.name.description, username: principal.name, password: password.shownOnce,
            dsn: dsn.shownOnce, expiresAt: expiresAt)
    }
}
