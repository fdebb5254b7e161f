internal import Settings

/// Everything that can be set: the keys of the file. `docs/configuration.md` is made from it.
enum AgentSetting: String, SettingKey {
    case controlPlaneURL = "control_plane_url"
    case caFile = "ca_file"
    case agentName = "agent_name"
    case joinToken = "join_token"
    case stateDirectory = "state_dir"
    case postgresListen = "postgres_listen"
    case postgresAdvertise = "postgres_advertise"
    case tlsCertificate = "tls_certificate"
    case tlsKey = "tls_key"
    case allowCleartextLoopback = "allow_cleartext_loopback"
    case spoolLimitBytes = "spool_limit_bytes"
    case sessionLimit = "session_limit"
    case recording
    case reactors
    case logFormat = "log_format"
    case logLevel = "log_level"

    var setting: Setting {
        switch self {
        case .controlPlaneURL:
            Setting(.text, help: "The control plane's URL; several replicas' separated by commas")
        case .caFile:
            Setting(
                .text, note: "the system's",
                help: "The authority of the control plane's certificate, a PEM file")
        case .agentName: Setting(.text, default: "default", help: "Its name, as in the join token")
        case .joinToken: Setting(.secret, help: "A single-use token to enrol with; needed once")
        case .stateDirectory:
            Setting(.text, help: "Where it keeps its keys, its last configuration and its spool")
        case .postgresListen:
            Setting(
                .text, default: "127.0.0.1:6432",
                help: "Where PostgreSQL clients connect, IP address and port")
        case .postgresAdvertise:
            Setting(.text, note: "the listener's own", help: "The host and port that credentials name")
        case .tlsCertificate: Setting(.text, help: "Certificate chain for clients, a PEM file")
        case .tlsKey: Setting(.text, help: "The certificate's private key, a PEM file")
        case .allowCleartextLoopback:
            Setting(
                .boolean, default: "false",
                help: "whether tokens may come in the clear from this machine itself")
        case .spoolLimitBytes:
            Setting(
                .integer((256 << 10)...(1 << 50)), note: "4 GiB",
                help: "Bytes that unsent records may take on disk; statements are refused beyond it")
        case .sessionLimit:
            Setting(.integer(1...1_000_000), default: "10000", help: "Sessions at once")
        case .recording:
            Setting(
                .choice(["on", "off"]), default: "on",
                help: "`off` is for measurements, and only together with `--unsafe`")
        case .reactors: Setting(.integer(1...256), note: "one for each core", help: "Threads that relay")
        case .logFormat: Setting(.choice(["json", "human"]), default: "human", help: "how lines look")
        case .logLevel: .logLevel
        }
    }
}
