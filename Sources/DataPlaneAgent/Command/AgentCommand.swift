internal import ArgumentParser
internal import Glibc
internal import Observability
internal import Reactor

/// `sallyport-agent`: the data-plane agent.
@main
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sallyport-agent",
        abstract: "Stands in front of resources: authenticates, decides, masks, holds and records.",
        version: AgentVersion.current,
        subcommands: [RunCommand.self, InspectionWorkerCommand.self], defaultSubcommand: RunCommand.self)

    static func main() async {
        // Before any thread starts, so that all of them leave these signals to `Signals.wait`.
        Signals.block([SIGTERM, SIGINT, SIGHUP])
        await main(nil)
    }
}

enum AgentVersion {
    static let current = "0.1.0"
}

/// Hidden: what the agent starts for itself, to parse hostile text in.
struct InspectionWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: InspectionWorker.argument, shouldDisplay: false)

    func run() {
        InspectionWorker.run(descriptor: 3)
    }
}

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the agent until SIGTERM.",
        discussion: "Every option can be given in the environment: --state-dir is SALLYPORT_STATE_DIR.")

    @OptionGroup var options: AgentOptions

    func run() async throws {
        let settings = try AgentSettings(options)
        Logs.bootstrap(format: settings.logFormat, level: settings.logLevel)
        do {
            try await Agent(settings).run()
        } catch let error as AgentStartError {
            throw ValidationError("\(error)")
        }
    }
}
