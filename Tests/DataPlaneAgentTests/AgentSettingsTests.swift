import APIModels
import Foundation
import Reactor
import Settings
import Testing

@testable import DataPlaneAgent

/// What the agent takes from its file and its environment.
struct AgentSettingsTests {
    private static let least = [
        "SALLYPORT_CONTROL_PLANE_URL": "https://localhost:8443", "SALLYPORT_STATE_DIR": "/tmp/state",
        "SALLYPORT_ALLOW_CLEARTEXT_LOOPBACK": "true",
    ]

    private func settings(
        _ file: String? = nil, _ changes: [String: String?] = [:], permitsUnsafe: Bool = false
    ) throws -> AgentSettings {
        let environment = Self.least.merging(changes.compactMapValues { $0 ?? "" }) { $1 }
        return try AgentSettings(Settings(file: file) { environment[$0] }, permitsUnsafe: permitsUnsafe)
    }

    private func complaint(
        _ file: String? = nil, _ changes: [String: String?] = [:]
    ) -> String {
        do {
            _ = try settings(file, changes)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func takesTheFileAndThenTheEnvironment() throws {
        let file = "agent_name: east\nsession_limit: 7\npostgres_listen: '[::1]:7000'\n"
        let taken = try settings(file, ["SALLYPORT_SESSION_LIMIT": "9"])
        #expect(taken.name == "east")
        #expect(taken.sessionLimit == 9)
        #expect(taken.postgresListen.port == 7000)
        #expect(try settings().name == "default")
    }

    @Test func saysWhatIsWrong() {
        #expect(complaint("agent_nam: x").contains("did you mean agent_name?"))
        #expect(complaint("session_limit: many").contains("must be a number from 1 to 1000000"))
        #expect(complaint("agent_name: A B").contains("must be a name"))
        #expect(complaint("postgres_listen: here").contains("must be address:port"))
        #expect(complaint(nil, ["SALLYPORT_CONTROL_PLANE_URL": nil]).contains("control_plane_url is missing"))
        #expect(complaint("tls_key: k.pem").contains("go together"))
        #expect(complaint(nil, ["SALLYPORT_ALLOW_CLEARTEXT_LOOPBACK": nil]).contains("clients need TLS"))
        #expect(complaint("join_token: [a]").contains("single value"))
    }

    @Test func recordsUnlessItIsToldTwice() throws {
        #expect(complaint("recording: off").contains("--unsafe"))
        #expect(try !settings("recording: 'off'", permitsUnsafe: true).recordsStatements)
    }

    @Test func showsTheSettingsAsTheyAre() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/configuration.md")
        let document = try String(contentsOf: path, encoding: .utf8)
        let table = SettingsTable.markdown(AgentSetting.self)
        #expect(
            document.contains("<!-- settings of sallyport-agent -->\n\(table)\n<!-- end -->"),
            "put what \"sallyport-agent settings\" prints into docs/configuration.md")
    }
}
