import APIModels
import ArgumentParser
import Glibc
import HTTP
import Logging
import Observability
import PostgresClient
import Reactor
import Settings

/// Where the settings come from.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: "The configuration file, in YAML (SALLYPORT_CONFIG). Variables of the environment win over it.")
    var config: String?

    func load() throws -> InstallationSettings {
        let path = config ?? Environment["SALLYPORT_CONFIG"]
        return InstallationSettings(
            settings: try Settings(file: try path.map(ProductFiles.text)) { Environment[$0] })
    }
}

/// The environment of the process.
enum Environment {
    /// A variable that is set to something; an empty one counts as unset.
    static subscript(name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}

/// The settings as the parts of the program need them, checked.
struct InstallationSettings: Sendable {
    let settings: Settings<ControlPlaneSetting>

    func bootstrapLogging() throws {
        let fallback: LogFormat = isatty(STDERR_FILENO) == 1 ? .human : .json
        let format = settings[.logFormat].flatMap(LogFormat.init(rawValue:)) ?? fallback
        Logs.bootstrap(
            format: format, level: settings[.logLevel].flatMap(Logger.Level.init(rawValue:)) ?? .info)
    }

    // MARK: State

    func database() throws -> PostgresConfiguration {
        var configuration = try PostgresConfiguration(
            url: settings.required(.databaseURL), applicationName: "sallyport-control-plane")
        if let connections = settings.integer(.databaseConnections) {
            configuration.limits.connections = connections
        }
        return configuration
    }

    func migrationRunner() throws -> MigrationRunner {
        let directory = try ProductFiles.path(of: "migrations", given: settings[.migrations])
        return MigrationRunner(
            try Migration.load(from: directory), logger: Logger(label: "sallyport.migrations"))
    }

    func masterKey() throws -> MasterKey {
        let text: String
        switch (settings[.masterKey], settings[.masterKeyFile]) {
        case (let key?, nil): text = key
        case (nil, let file?): text = try ProductFiles.text(of: file)
        case (nil, nil):
            throw SettingsError(
                "there is no master key: set master_key_file, or SALLYPORT_MASTER_KEY in the environment")
        case (.some, .some):
            throw SettingsError("master_key and master_key_file are set: one of them is enough")
        }
        do {
            return try MasterKey(base64: Secret(text))
        } catch {
            throw SettingsError("the master key is not 32 bytes in base64")
        }
    }

    // MARK: The API and how it is reached

    func address() throws -> SocketAddress {
        let text = settings[.listen] ?? ""
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw SettingsError("listen is \"\(text)\", and must be of the form 127.0.0.1:8443")
        }
        let host = text[..<colon].drop { $0 == "[" }
        guard let address = SocketAddress(ip: String(host.last == "]" ? host.dropLast() : host), port: port)
        else {
            throw SettingsError("listen is \"\(text)\", and its first part must be an IP address")
        }
        return address
    }

    /// - Returns: `nil` without a certificate, which is for loopback only.
    func tls(for address: SocketAddress) throws -> TLSServerContext? {
        switch (settings[.tlsCertificate], settings[.tlsKey]) {
        case (let certificate?, let key?):
            return try TLSServerContext(
                certificateChainPEM: ProductFiles.text(of: certificate),
                privateKeyPEM: ProductFiles.text(of: key),
                alpn: ["h2", "http/1.1"])
        case (nil, nil):
            guard address.isLoopback else {
                throw SettingsError("without tls_certificate the control plane listens on loopback only")
            }
            return nil
        case (.some, nil), (nil, .some):
            throw SettingsError("tls_certificate and tls_key go together")
        }
    }

    func limits() -> HTTPLimits {
        var limits = HTTPLimits()
        if let count = settings.integer(.connections) { limits.connections = count }
        if let count = settings.integer(.connectionsPerAddress) { limits.connectionsPerAddress = count }
        if let count = settings.integer(.bodyBytesPerAddress) { limits.bodyBytesPerAddress = count }
        return limits
    }

    func services(isSecure: Bool, port: UInt16) throws -> ServiceSettings {
        var url = settings[.publicURL] ?? "\(isSecure ? "https" : "http")://127.0.0.1:\(port)"
        while url.hasSuffix("/") { url.removeLast() }
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw SettingsError("public_url is \"\(url)\", and must start with https:// or http://")
        }
        var result = ServiceSettings(publicURL: url)
        if let requests = settings.integer(.rateLimit) {
            result.rateLimit = RateLimit(requests: Int64(requests))
        }
        result.logsAccess = settings.isTrue(.accessLog)
        return result
    }

    func reference() throws -> ReferenceFiles {
        let path = try ProductFiles.path(of: "openapi.yaml", given: settings[.openAPI])
        let text = try ProductFiles.text(of: path)
        do {
            return try ReferenceFiles(openAPI: text)
        } catch {
            throw SettingsError("\(path) is no description of an API: \(error)")
        }
    }

    var reactorCount: Int { settings.integer(.reactors) ?? ReactorGroup.defaultCount }
}
