internal import ArgumentParser
internal import Glibc
internal import Observability
internal import Reactor
internal import Settings

/// The program's first code. A worker branches off before anything has started a thread: its sandbox ends the process at
/// the first system call that a thread pool of the runtime would make.
@main
enum AgentProgram {
    static func main() {
        if CommandLine.arguments.dropFirst().first == InspectionWorker.argument {
            InspectionWorker.run(descriptor: 3)
        }
        // Before any thread starts, so that all of them leave these signals to `Signals.wait`.
        Signals.block([SIGTERM, SIGINT, SIGHUP])
        // Detached: `main` belongs to the main actor, whose thread only waits from here on. An `async` main would leave it
        // in `dispatch_main`, which takes signals away from `Signals.wait`.
        Task.detached {
            do {
                var command = try AgentCommand.parseAsRoot()
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try command.run()
                }
            } catch {
                AgentCommand.exit(withError: error)
            }
            exit(EXIT_SUCCESS)
        }
        while true { pause() }
    }
}

/// `sallyport-agent`: the data-plane agent.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sallyport-agent",
        abstract: "Stands in front of resources: authenticates, decides, masks, holds and records.",
        version: AgentVersion.current,
        subcommands: [RunCommand.self, SettingsCommand.self, MeasureCommand.self],
        defaultSubcommand: RunCommand.self)
}

enum AgentVersion {
    static let current = "0.1.0"
}

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the agent until SIGTERM.",
        discussion: "What can be set, in the environment or a file, is listed by the command settings.")

    @Flag(help: "Only check the settings and the files that they name.")
    var check = false

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        let settings = try options.load()
        Logs.bootstrap(format: settings.logFormat, level: settings.logLevel)
        let agent = Agent(settings)
        if check {
            try agent.check()
            print("The settings are valid.")
            return
        }
        try await agent.run()
    }
}

/// Lists the settings.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Lists what can be set, as a Markdown table.")

    func run() {
        print(SettingsTable.markdown(AgentSetting.self))
    }
}
