import ArgumentParser

/// `sallyport-control-plane`.
struct ControlPlaneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sallyport-control-plane",
        abstract:
            "The control plane of Sallyport: policies, approvals, agents and recordings behind one REST API.",
        discussion: "What can be set, in the environment or a file, is listed by the command settings.",
        subcommands: [Serve.self, Migrate.self, Bootstrap.self, ShowSettings.self],
        defaultSubcommand: Serve.self)
}
