import PostgresWire
import Testing

@testable import DataPlaneAgent

@Suite struct StartupParametersTests {
    @Test func passesHarmlessParametersOn() throws {
        let passed = try StartupParameters.check("Application_Name", "psql")
        #expect(passed?.name == "Application_Name")
        #expect(passed?.value == "psql")
    }

    @Test(arguments: ["UTF8", "utf-8", "unicode", "SQL_ASCII"])
    func pinsTheEncoding(value: String) throws {
        #expect(try StartupParameters.check("client_encoding", value) == nil)
    }

    @Test(arguments: [
        ("client_encoding", "SJIS"), ("client_encoding", "win932"), ("replication", "database"),
        ("session_authorization", "postgres"), ("role", "postgres"), ("local_preload_libraries", "x"),
    ])
    func refusesWhatCouldWidenRights(name: String, value: String) {
        #expect(throws: GreetingFailure.self) { try StartupParameters.check(name, value) }
    }

    @Test func passesSettingsInOptionsOn() throws {
        let text =
            #"-c statement_timeout=5s  -csearch_path=a,\ b --extra-float-digits=2 -c search_path=c -c options="#
        #expect(throws: GreetingFailure.self) { try StartupParameters.check(options: text) }
        let passed = try StartupParameters.check(options: String(text.dropLast("-c options=".count)))
        #expect(passed.map(\.name) == ["statement_timeout", "extra_float_digits", "search_path"])
        #expect(passed.map(\.value) == ["5s", "2", "c"])
        #expect(try StartupParameters.check(options: #"-c search_path=a,\ b"#).first?.value == "a, b")
        #expect(try StartupParameters.check(options: "  ").isEmpty)
    }

    @Test(arguments: [
        "-c role=postgres", "--session_authorization=postgres", "-c", "-c search_path", "-d 5", "-W 1", "x",
        "--", #"-\c x=1"#,
        "-c client-encoding=SJIS",
    ])
    func refusesOptionsThatCouldWidenRights(options: String) {
        #expect(throws: GreetingFailure.self) { try StartupParameters.check(options: options) }
    }
}
