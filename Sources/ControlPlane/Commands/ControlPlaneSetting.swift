import Settings

/// Everything that can be set: the keys of the file. `docs/configuration.md` is made from it.
enum ControlPlaneSetting: String, SettingKey {
    case databaseURL = "database_url"
    case databaseConnections = "database_connections"
    case masterKey = "master_key"
    case masterKeyFile = "master_key_file"
    case listen
    case tlsCertificate = "tls_certificate"
    case tlsKey = "tls_key"
    case publicURL = "public_url"
    case connections
    case connectionsPerAddress = "connections_per_address"
    case bodyBytesPerAddress = "body_bytes_per_address"
    case rateLimit = "rate_limit"
    case reactors
    case migrations
    case openAPI = "openapi"
    case accessLog = "access_log"
    case logFormat = "log_format"
    case logLevel = "log_level"

    var variable: String {
        // The name that everybody gives it.
        if self == .databaseURL { "DATABASE_URL" } else { "SALLYPORT_" + rawValue.uppercased() }
    }

    var setting: Setting {
        switch self {
        case .databaseURL: Setting(.secret, help: "PostgreSQL 15, as a URL or keyword string")
        case .databaseConnections:
            Setting(.integer(1...1000), default: "16", help: "Connections of each replica to it")
        case .masterKey:
            Setting(.secret, help: "32 bytes in base64, under which secrets are encrypted at rest")
        case .masterKeyFile: Setting(.text, help: "A file with the same, in place of it")
        case .listen: Setting(.text, default: "127.0.0.1:8443", help: "IP address and port")
        case .tlsCertificate:
            Setting(.text, help: "Certificate chain, a PEM file; without one it listens on loopback only")
        case .tlsKey: Setting(.text, help: "The certificate's private key, a PEM file")
        case .publicURL:
            Setting(.text, note: "the address", help: "Under which clients and agents reach it")
        case .connections:
            Setting(
                .integer(1...1_000_000), default: "16384",
                help: "Connections that a replica serves at once; further ones are closed")
        case .connectionsPerAddress:
            Setting(
                .integer(1...1_000_000), default: "1024",
                help:
                    "Those of one client address, or of one /64 network of IPv6; behind a proxy, as many as `connections`"
            )
        case .bodyBytesPerAddress:
            Setting(
                .integer(1 << 20...1 << 40), default: "134217728",
                help:
                    "Bytes of request bodies that one address has in memory at once, counted likewise; what is beyond gets 429"
            )
        case .rateLimit:
            Setting(
                .integer(1...1_000_000_000), default: "6000",
                help: "Requests that one principal may make in a minute, of all replicas together")
        case .reactors: Setting(.integer(1...256), note: "one for each core", help: "Threads that serve")
        case .migrations:
            Setting(.text, note: "found near the program", help: "The directory of the migrations")
        case .openAPI:
            Setting(
                .text, note: "found near the program",
                help: "The description that `/openapi.yaml` and `/docs` serve")
        case .accessLog:
            Setting(.boolean, default: "true", help: "whether each request has a line in the log")
        case .logFormat:
            Setting(
                .choice(["json", "human"]), note: "`human` on a terminal, else `json`", help: "how lines look"
            )
        case .logLevel: .logLevel
        }
    }
}
