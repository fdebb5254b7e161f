internal import APIModels
internal import ArgumentParser
internal import Glibc
internal import Logging
internal import Observability
internal import Reactor

/// The command line of `sallyport-agent run`. What is not given there is looked for in the environment.
struct AgentOptions: ParsableArguments {
    @Option(help: "The control plane's URL; several replicas separated by commas.")
    var controlPlaneURL: String?

    @Option(
        help: "PEM file of the authority that signed the control plane's certificate. (default: the system's)"
    )
    var caFile: String?

    @Option(help: "The agent's name, as in the join token. (default: default)")
    var agentName: String?

    @Option(help: "Where the agent keeps its keys, its last configuration and its spool.")
    var stateDir: String?

    @Option(help: "A single-use token to enrol with; needed once.")
    var joinToken: String?

    @Option(help: "Where PostgreSQL clients connect, as address:port. (default: 127.0.0.1:6432)")
    var postgresListen: String?

    @Option(help: "Under which host:port clients reach that listener. (default: the listener's own)")
    var postgresAdvertise: String?

    @Option(help: "PEM file with the certificate chain for clients.")
    var tlsCertificate: String?

    @Option(help: "PEM file with the certificate's private key.")
    var tlsKey: String?

    @Option(help: "true: tokens may come in the clear from this machine itself. (default: false)")
    var allowCleartextLoopback: String?

    @Option(help: "Bytes that unsent records may take on disk. (default: 4 GiB)")
    var spoolLimitBytes: String?

    @Option(help: "Sessions at once. (default: 10000)")
    var sessionLimit: String?

    @Option(help: "Threads that relay. (default: one per core)")
    var reactors: String?

    @Option(help: "on, or off for measurements only, together with --unsafe. (default: on)")
    var recording: String?

    @Flag(help: "Permits what must never be done in front of real data.")
    var unsafe = false

    @Option(help: "human or json. (default: human)")
    var logFormat: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical. (default: info)")
    var logLevel: String?
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

    init(_ options: AgentOptions) throws {
        func value(_ option: String?, _ variable: String) -> String? {
            option
                ?? getenv("SALLYPORT_" + variable).map { String(cString: $0) }.flatMap {
                    $0.isEmpty ? nil : $0
                }
        }
        func number(_ option: String?, _ variable: String, _ range: ClosedRange<Int>) throws -> Int? {
            guard let text = value(option, variable) else { return nil }
            guard let number = Int(text), range.contains(number) else {
                throw ValidationError(
                    "SALLYPORT_\(variable) is \"\(text)\", and must be a number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return number
        }
        func choice<Choice>(
            _ option: String?, _ variable: String, _ make: (String) -> Choice?, _ names: String
        ) throws -> Choice? {
            guard let text = value(option, variable) else { return nil }
            guard let choice = make(text) else {
                throw ValidationError("SALLYPORT_\(variable) is \"\(text)\", and must be one of \(names)")
            }
            return choice
        }
        guard let urls = value(options.controlPlaneURL, "CONTROL_PLANE_URL") else {
            throw ValidationError(
                "the control plane's URL is missing: give --control-plane-url or SALLYPORT_CONTROL_PLANE_URL")
        }
        guard let directory = value(options.stateDir, "STATE_DIR") else {
            throw ValidationError("the state directory is missing: give --state-dir or SALLYPORT_STATE_DIR")
        }
        controlPlaneURLs = urls
        stateDirectory = directory
        controlPlaneCA = try value(options.caFile, "CA_FILE").map { try FileText.read($0) }
        let nameText = value(options.agentName, "AGENT_NAME") ?? "default"
        guard let name = Name(nameText) else {
            throw ValidationError("\"\(nameText)\" is not a name: [a-z0-9-], 1 to 63 characters")
        }
        self.name = name
        joinToken = value(options.joinToken, "JOIN_TOKEN").map { Secret($0) }
        let listenText = value(options.postgresListen, "POSTGRES_LISTEN") ?? "127.0.0.1:6432"
        guard let listen = HostPort(listenText),
            let address = SocketAddress(ip: listen.host, port: listen.port)
        else {
            throw ValidationError(
                "SALLYPORT_POSTGRES_LISTEN is \"\(listenText)\", and must be address:port, such as 127.0.0.1:6432 or [::1]:6432"
            )
        }
        postgresListen = address
        postgresAdvertise = try choice(
            options.postgresAdvertise, "POSTGRES_ADVERTISE", { HostPort($0) }, "host:port"
        ).map {
            ListenerAddress(host: $0.host, port: $0.port)
        }
        switch (value(options.tlsCertificate, "TLS_CERTIFICATE"), value(options.tlsKey, "TLS_KEY")) {
        case (let certificate?, let key?): tls = (certificate, key)
        case (nil, nil): tls = nil
        case (.some, nil), (nil, .some):
            throw ValidationError("SALLYPORT_TLS_CERTIFICATE and SALLYPORT_TLS_KEY go together")
        }
        allowsCleartextOnLoopback =
            try choice(
                options.allowCleartextLoopback, "ALLOW_CLEARTEXT_LOOPBACK", { Bool($0) }, "true, false")
            ?? false
        let recording =
            try choice(options.recording, "RECORDING", { ["on": true, "off": false][$0] }, "on, off") ?? true
        guard recording || options.unsafe else {
            throw ValidationError(
                "SALLYPORT_RECORDING=off is for measurements only: nothing runs unrecorded without --unsafe")
        }
        recordsStatements = recording
        spoolLimitBytes = try number(options.spoolLimitBytes, "SPOOL_LIMIT_BYTES", (256 << 10)...(1 << 50))
        sessionLimit = try number(options.sessionLimit, "SESSION_LIMIT", 1...1_000_000) ?? 10_000
        reactorCount = try number(options.reactors, "REACTORS", 1...256) ?? ReactorGroup.defaultCount
        logFormat =
            try choice(options.logFormat, "LOG_FORMAT", { LogFormat(rawValue: $0) }, "human, json") ?? .human
        logLevel =
            try choice(options.logLevel, "LOG_LEVEL", { Logger.Level(rawValue: $0) }, "trace to critical")
            ?? .info
        guard tls != nil || allowsCleartextOnLoopback else {
            throw ValidationError(
                "clients need TLS: give SALLYPORT_TLS_CERTIFICATE and SALLYPORT_TLS_KEY, or SALLYPORT_ALLOW_CLEARTEXT_LOOPBACK=true"
            )
        }
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
