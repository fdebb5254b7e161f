internal import APIModels
internal import ArgumentParser
internal import Glibc
internal import HTTP
internal import Logging
internal import Observability
internal import Reactor
internal import Settings

/// Where the settings come from.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: "The configuration file, in YAML (SALLYPORT_CONFIG). Variables of the environment win over it.")
    var config: String?

    @Flag(help: "Permits what must never be done in front of real data.")
    var unsafe = false

    func load() throws -> AgentSettings {
        let path = config ?? Self.variable("SALLYPORT_CONFIG")
        return try AgentSettings(
            Settings(file: try path.map { try FileText.read($0) }, environment: Self.variable),
            proxies: Self.proxies(), permitsUnsafe: unsafe)
    }

    private static func proxies() throws -> HTTPProxies {
        do throws(HTTPProxies.Malformed) {
            return try HTTPProxies(environment: variable)
        } catch {
            throw AgentStartError("\(error)")
        }
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Why the agent does not start; one sentence for whoever started it.
struct AgentStartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What the agent was told, checked.
struct AgentSettings {
    let controlPlaneURLs: String
    let controlPlaneCA: String?
    let proxies: HTTPProxies
    let name: Name
    let stateDirectory: String
    let joinToken: Secret<String>?
    let postgresListen: SocketAddress
    let postgresAdvertise: ListenerAddress?
    let tls: (certificatePath: String, keyPath: String)?
    let allowsCleartextOnLoopback: Bool
    let recordsStatements: Bool
    let spoolLimitBytes: Int?
    let sessionLimit: Int
    let reactorCount: Int
    let logFormat: LogFormat
    let logLevel: Logger.Level

    init(
        _ settings: Settings<AgentSetting>, proxies: HTTPProxies = .none, permitsUnsafe: Bool
    ) throws {
        self.proxies = proxies
        controlPlaneURLs = try settings.required(.controlPlaneURL)
        stateDirectory = try settings.required(.stateDirectory)
        controlPlaneCA = try settings[.caFile].map { try FileText.read($0) }
        name = try Self.read(.agentName, of: settings, as: "a name: [a-z0-9-], 1 to 63 characters") {
            Name($0)
        }
        joinToken = settings[.joinToken].map { Secret($0) }
        postgresListen = try Self.read(
            .postgresListen, of: settings, as: "address:port, such as 127.0.0.1:6432 or [::1]:6432"
        ) { text in
            HostPort(text).flatMap { SocketAddress(ip: $0.host, port: $0.port) }
        }
        postgresAdvertise =
            settings[.postgresAdvertise] == nil
            ? nil
            : try Self.read(.postgresAdvertise, of: settings, as: "host:port") { text in
                HostPort(text).map { ListenerAddress(host: $0.host, port: $0.port) }
            }
        switch (settings[.tlsCertificate], settings[.tlsKey]) {
        case (let certificate?, let key?): tls = (certificate, key)
        case (nil, nil): tls = nil
        case (.some, nil), (nil, .some): throw SettingsError("tls_certificate and tls_key go together")
        }
        allowsCleartextOnLoopback = settings.isTrue(.allowCleartextLoopback)
        recordsStatements = settings[.recording] == "on"
        guard recordsStatements || permitsUnsafe else {
            throw SettingsError(
                "recording is off, which is for measurements only: nothing runs unrecorded without --unsafe")
        }
        spoolLimitBytes = settings.integer(.spoolLimitBytes)
        sessionLimit = settings.integer(.sessionLimit) ?? 10_000
        reactorCount = settings.integer(.reactors) ?? ReactorGroup.defaultCount
        logFormat = settings[.logFormat].flatMap(LogFormat.init(rawValue:)) ?? .human
        logLevel = settings[.logLevel].flatMap(Logger.Level.init(rawValue:)) ?? .info
        guard tls != nil || allowsCleartextOnLoopback else {
            throw SettingsError(
                "clients need TLS: set tls_certificate and tls_key, or allow_cleartext_loopback to true")
        }
    }

    private static func read<Value>(
        _ key: AgentSetting, of settings: Settings<AgentSetting>, as form: String, _ make: (String) -> Value?
    ) throws -> Value {
        let text = try settings.required(key)
        guard let value = make(text) else {
            throw SettingsError("\(key.rawValue) is \"\(text)\", and must be \(form)")
        }
        return value
    }
}

/// `host:port`, an IPv6 address in brackets.
struct HostPort {
    let host: String
    let port: UInt16

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = port
    }
}

/// Small files that the operator names.
enum FileText {
    private static let limit = 1 << 20

    static func read(_ path: String) throws(AgentStartError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AgentStartError("cannot read \(path): \(describe(errno: errno))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw AgentStartError("cannot read \(path): \(describe(errno: errno))") }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
        throw AgentStartError("\(path) is too large")
    }
}
