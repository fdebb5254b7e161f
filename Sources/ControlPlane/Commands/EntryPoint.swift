import ArgumentParser
import Glibc
import Reactor

/// Where the process starts.
///
/// Not an `async` main: that leaves the main thread in `dispatch_main`, which takes all signals, blocked or not, and lets
/// SIGTERM end the process undrained.
@main
enum EntryPoint {
    static func main() {
        // Before any thread is started, so that all of them leave the signals to `Signals.wait`.
        Signals.block([SIGTERM, SIGINT])
        // Detached: `main` belongs to the main actor, whose thread only waits from here on.
        Task.detached {
            do {
                var command = try ControlPlaneCommand.parseAsRoot()
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try command.run()
                }
            } catch {
                ControlPlaneCommand.exit(withError: error)
            }
            exit(EXIT_SUCCESS)
        }
        while true { pause() }
    }
}
