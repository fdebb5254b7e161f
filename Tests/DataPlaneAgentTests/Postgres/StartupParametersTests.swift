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
        ("client_encoding", "SJIS"), ("client_encoding", "win932"), ("options", "-c search_path=x"),
        ("replication", "database"), ("session_authorization", "postgres"), ("role", "postgres"),
    ])
    func refusesWhatCouldWidenRights(name: String, value: String) {
        #expect(throws: GreetingFailure.self) { try StartupParameters.check(name, value) }
    }
}
