import ArgumentParser
import Glibc
import Logging
import Observability

/// `sallyport-control-plane`.
struct ControlPlaneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sallyport-control-plane",
        abstract:
            "The control plane of Sallyport: policies, approvals, agents and recordings behind one REST API.",
        discussion:
            "Every option can be given by the environment variable named in its help; the option wins.",
        subcommands: [Serve.self, Migrate.self, Bootstrap.self], defaultSubcommand: Serve.self)
}

/// What is wrong with the settings, for the operator.
struct SettingsError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// How the process logs.
struct LoggingOptions: ParsableArguments {
    @Option(help: "json or human (SALLYPORT_LOG_FORMAT; human on a terminal, else json).")
    var logFormat: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical (SALLYPORT_LOG_LEVEL; info).")
    var logLevel: String?

    func bootstrap() throws {
        let level = Logger.Level(rawValue: logLevel ?? Environment["SALLYPORT_LOG_LEVEL"] ?? "info")
        guard let level else { throw SettingsError("the log level is unknown") }
        let format: LogFormat
        if let text = logFormat ?? Environment["SALLYPORT_LOG_FORMAT"] {
            guard let named = LogFormat(rawValue: text) else {
                throw SettingsError("the log format is json or human")
            }
            format = named
        } else {
            format = isatty(STDERR_FILENO) == 1 ? .human : .json
        }
        Logs.bootstrap(format: format, level: level)
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
