import ArgumentParser
import Settings

extension ControlPlaneCommand {
    /// Lists the settings.
    struct ShowSettings: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "settings", abstract: "List what can be set, as a Markdown table.")

        func run() throws {
            print(SettingsTable.markdown(ControlPlaneSetting.self))
        }
    }
}
