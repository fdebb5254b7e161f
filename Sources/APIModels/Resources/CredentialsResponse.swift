/// `POST /v1/resources/{name}/credentials`.
package struct CredentialsRequest: Hashable, Sendable, Codable {
    package var duration: DurationText?

    package init(duration: DurationText? = nil) {
        self.duration = duration
    }
}

/// How to connect to a resource through its agent, now.
package struct CredentialsResponse: Sendable, Codable {
    package var resource: Name
    package var `protocol`: ResourceProtocol
    package var host: String
    package var port: UInt16
    package var database: String
    package var username: String
    package var password: ShownSecret<String>
    package var dsn: ShownSecret<String>
    package var expiresAt: Timestamp

    package init(
        resource: Name, `protocol`: ResourceProtocol, host: String, port: UInt16, database: String,
        username: String, password: ShownSecret<String>, dsn: ShownSecret<String>, expiresAt: Timestamp
    ) {
        self.resource = resource
        self.protocol = `protocol`
        self.host = host
        self.port = port
        self.database = database
        self.username = username
        self.password = password
        self.dsn = dsn
        self.expiresAt = expiresAt
    }
}
