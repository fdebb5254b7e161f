import APIModels
import ArgumentParser
import Logging
import PostgresClient
import Reactor

/// Where the state is.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "PostgreSQL, as a URL or keyword string (DATABASE_URL).")
    var databaseURL: String?

    @Option(help: "Connections to PostgreSQL (SALLYPORT_DATABASE_CONNECTIONS; 16).")
    var databaseConnections: Int?

    @Option(help: "The directory of the migrations (SALLYPORT_MIGRATIONS; found near the program).")
    var migrations: String?

    func configuration() throws -> PostgresConfiguration {
        guard let url = databaseURL ?? Environment["DATABASE_URL"] else {
            throw SettingsError("no database: set DATABASE_URL or --database-url")
        }
        var configuration = try PostgresConfiguration(url: url, applicationName: "sallyport-control-plane")
        let connections =
            databaseConnections ?? Environment["SALLYPORT_DATABASE_CONNECTIONS"].flatMap { Int($0) }
        if let connections {
            guard (1...1000).contains(connections) else {
                throw SettingsError("database connections: from 1 to 1000")
            }
            configuration.limits.connections = connections
        }
        return configuration
    }

    func migrationRunner() throws -> MigrationRunner {
        let directory = try ProductFiles.path(
            of: "migrations", given: migrations ?? Environment["SALLYPORT_MIGRATIONS"])
        return MigrationRunner(
            try Migration.load(from: directory), logger: Logger(label: "sallyport.migrations"))
    }
}

/// The key under which secrets are encrypted at rest. Never an option: those are seen by every user of the machine.
struct MasterKeyOptions: ParsableArguments {
    @Option(
        help: """
            A file with the master key, 32 bytes in base64 (SALLYPORT_MASTER_KEY_FILE; or the key itself in \
            SALLYPORT_MASTER_KEY).
            """)
    var masterKeyFile: String?

    func masterKey() throws -> MasterKey {
        let text: String
        if let file = masterKeyFile ?? Environment["SALLYPORT_MASTER_KEY_FILE"] {
            text = try ProductFiles.text(of: file)
        } else if let given = Environment["SALLYPORT_MASTER_KEY"] {
            text = given
        } else {
            throw SettingsError("no master key: set SALLYPORT_MASTER_KEY or --master-key-file")
        }
        do {
            return try MasterKey(base64: Secret(text))
        } catch {
            throw SettingsError("the master key is not 32 bytes in base64")
        }
    }
}

/// The API and how it is reached.
struct ServerOptions: ParsableArguments {
    @Option(help: "Address and port to listen on (SALLYPORT_LISTEN; 127.0.0.1:8443).")
    var listen: String?

    @Option(help: "Certificate chain in PEM (SALLYPORT_TLS_CERTIFICATE).")
    var tlsCertificate: String?

    @Option(help: "Private key in PEM (SALLYPORT_TLS_KEY).")
    var tlsKey: String?

    @Option(help: "URL under which clients and agents reach the control plane (SALLYPORT_PUBLIC_URL).")
    var publicURL: String?

    @Option(help: "The API's description (SALLYPORT_OPENAPI; found near the program).")
    var openapi: String?

    func address() throws -> SocketAddress {
        let text = listen ?? Environment["SALLYPORT_LISTEN"] ?? "127.0.0.1:8443"
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw SettingsError("the address to listen on is not of the form 127.0.0.1:8443")
        }
        let host = text[..<colon].drop { $0 == "[" }
        guard let address = SocketAddress(ip: String(host.last == "]" ? host.dropLast() : host), port: port)
        else {
            throw SettingsError("the address to listen on has to be an IP address: \(host)")
        }
        return address
    }

    /// - Returns: `nil` without a certificate, which is for loopback only.
    func tls(for address: SocketAddress) throws -> TLSServerContext? {
        let certificate = tlsCertificate ?? Environment["SALLYPORT_TLS_CERTIFICATE"]
        let key = tlsKey ?? Environment["SALLYPORT_TLS_KEY"]
        switch (certificate, key) {
        case (let certificate?, let key?):
            return try TLSServerContext(
                certificateChainPEM: ProductFiles.text(of: certificate),
                privateKeyPEM: ProductFiles.text(of: key),
                alpn: ["h2", "http/1.1"])
        case (nil, nil):
            guard address.isLoopback else {
                throw SettingsError("without a certificate the control plane listens on loopback only")
            }
            return nil
        case (.some, nil), (nil, .some):
            throw SettingsError("a certificate needs its key, and a key its certificate")
        }
    }

    func settings(isSecure: Bool, port: UInt16) throws -> ServiceSettings {
        var url =
            publicURL ?? Environment["SALLYPORT_PUBLIC_URL"]
            ?? "\(isSecure ? "https" : "http")://127.0.0.1:\(port)"
        while url.hasSuffix("/") { url.removeLast() }
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw SettingsError("the public URL starts with https:// or http://")
        }
        var settings = ServiceSettings(publicURL: url)
        settings.openAPI = try ProductFiles.text(
            of: ProductFiles.path(of: "openapi.yaml", given: openapi ?? Environment["SALLYPORT_OPENAPI"]))
        return settings
    }
}
