import Testing

@testable import Settings

@Suite struct SettingsTests {
    private enum Key: String, SettingKey {
        case listen, connections, verbose, format
        case masterKey = "master_key"

        var setting: Setting {
            switch self {
            case .listen: Setting(.text, default: "127.0.0.1:1", help: "Where to listen")
            case .connections: Setting(.integer(1...10), help: "How many")
            case .verbose: Setting(.boolean, default: "false", help: "Whether to talk")
            case .format: Setting(.choice(["json", "human"]), note: "by the terminal", help: "How to talk")
            case .masterKey: Setting(.secret, help: "The key")
            }
        }
    }

    private func settings(_ file: String?, _ environment: [String: String] = [:]) throws -> Settings<Key> {
        try Settings(file: file) { environment[$0] }
    }

    private func complaints(_ file: String?, _ environment: [String: String] = [:]) -> [String] {
        do {
            _ = try settings(file, environment)
            return []
        } catch {
            return (error as? SettingsError)?.complaints ?? ["\(error)"]
        }
    }

    @Test func theEnvironmentWinsOverTheFileAndTheFileOverTheDefault() throws {
        #expect(try settings(nil)[.listen] == "127.0.0.1:1")
        #expect(try settings("listen: 0.0.0.0:2")[.listen] == "0.0.0.0:2")
        #expect(try settings("listen: 0.0.0.0:2", ["SALLYPORT_LISTEN": "0.0.0.0:3"])[.listen] == "0.0.0.0:3")
        #expect(try settings("listen: 0.0.0.0:2", ["SALLYPORT_LISTEN": ""])[.listen] == "0.0.0.0:2")
        #expect(try settings("connections: 7").integer(.connections) == 7)
        #expect(try settings(nil).integer(.connections) == nil)
        #expect(try settings("verbose: true").isTrue(.verbose))
        #expect(try settings("").isSet(.listen) == false)
    }

    @Test func everythingThatIsWrongIsNamedAtOnce() {
        let found = complaints(
            "conections: 3\nverbose: maybe\nformat: xml\nzzzzzz: 1", ["SALLYPORT_CONNECTIONS": "11"])
        #expect(
            found == [
                "there is no setting \"conections\": did you mean connections?",
                "verbose in the file is \"maybe\", and must be true or false",
                "format in the file is \"xml\", and must be one of json, human",
                "there is no setting \"zzzzzz\"",
                "SALLYPORT_CONNECTIONS is \"11\", and must be a number from 1 to 10",
            ])
    }

    @Test(arguments: [
        "- a", "text", "listen: [a]", "listen: {a: b}", "listen:", "listen: ~", "a: b: c", "\"", "\t: x",
    ])
    func refusesWhatIsNoMappingToSingleValues(_ file: String) {
        #expect(complaints(file).count == 1)
    }

    @Test func whatIsMissingIsNamedWithItsVariable() {
        #expect(throws: SettingsError.self) { try settings(nil).required(.masterKey) }
    }

    @Test func theTableHasARowForEachSetting() {
        #expect(
            SettingsTable.markdown(Key.self) == """
                | key | variable | default | what |
                |---|---|---|---|
                | `listen` | `SALLYPORT_LISTEN` | `127.0.0.1:1` | Where to listen |
                | `connections` | `SALLYPORT_CONNECTIONS` |  | How many, from 1 to 10 |
                | `verbose` | `SALLYPORT_VERBOSE` | `false` | `true` or `false`: Whether to talk |
                | `format` | `SALLYPORT_FORMAT` | by the terminal | `json`, `human`: How to talk |
                | `master_key` | `SALLYPORT_MASTER_KEY` |  | The key |
                """)
    }
}
