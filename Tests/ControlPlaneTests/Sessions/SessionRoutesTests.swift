import APIModels
import Recording
import Testing

@testable import ControlPlane

struct SessionRoutesTests {
    @Test func listsSessionsNewestFirstByFilterAndPage() async throws {
        let bench = try await IngestBench()
        var sessions: [RecordedSession] = []
        for index in 0..<5 {
            var session = RecordedSession(bench)
            try await bench.upload(
                session.opened(resource: index == 0 ? "other" : "shop-prod")
                    + (index == 1 ? session.closed() : []),
                offset: 16 + 1000 * index)
            sessions.append(session)
        }
        func list(_ query: String) async throws -> Page<Session> {
            try IngestBench.json(try await bench.call(.listSessions, as: bench.auditor, query: query))
        }
        let newestFirst = sessions.map(\.id).sorted(by: >)
        #expect(try await list("").items.map(\.id) == newestFirst)
        #expect(try await list("active=false").items.map(\.id) == [sessions[1].id])
        #expect(try await list("resource=other").items.map(\.id) == [sessions[0].id])
        #expect(try await list("principal=nobody").items.isEmpty)
        let first = try await list("page_size=2")
        #expect(first.items.map(\.id) == Array(newestFirst[..<2]))
        let token = try #require(first.nextPageToken)
        #expect(
            try await list("page_size=2&page_token=\(token)").items.map(\.id) == Array(newestFirst[2..<4]))
    }

    @Test func showsAPrincipalItsOwnSessionsOnly() async throws {
        let bench = try await IngestBench()
        var own = RecordedSession(bench)
        var foreign = RecordedSession(bench)
        try await bench.upload(own.whole() + foreign.whole())
        let caller = bench.caller("cursor", [], id: own.principal)
        let sessions: Page<Session> = try IngestBench.json(try await bench.call(.listSessions, as: caller))
        #expect(sessions.items.map(\.id) == [own.id])
        let statements: Page<Statement> = try IngestBench.json(
            try await bench.call(.listStatements, as: caller))
        #expect(statements.items.map(\.sessionID) == [own.id])
        for operation in [ControlPlane.Operation.getSession, .listSessionStatements, .getSessionRecording] {
            let problem = await #expect(throws: Problem.self) {
                try await bench.call(operation, as: caller, path: ["session_id": foreign.id.description])
            }
            #expect(problem?.status == 404)
        }
    }

    @Test func pagesThroughTheStatementsOfASession() async throws {
        let bench = try await IngestBench()
        var session = RecordedSession(bench)
        var body = session.opened()
        for number in 1...5 as ClosedRange<UInt64> { body += try session.started(number, "SELECT \(number)") }
        try await bench.upload(body)
        let first = try await bench.statements(of: session.id, query: "page_size=3")
        #expect(first.items.map(\.sequence) == [1, 2, 3])
        let token = try #require(first.nextPageToken)
        let second = try await bench.statements(of: session.id, query: "page_size=3&page_token=\(token)")
        #expect(second.items.map(\.sequence) == [4, 5])
        #expect(second.nextPageToken == nil)
    }

    @Test func searchesStatementsOfAllSessions() async throws {
        let bench = try await IngestBench()
        var first = RecordedSession(bench)
        var second = RecordedSession(bench)
        try await bench.upload(
            first.opened() + first.started(1, "a") + first.started(2, "b", decision: .deny)
                + second.opened(resource: "other") + second.started(1, "c"))
        func search(_ query: String) async throws -> Page<Statement> {
            try IngestBench.json(try await bench.call(.listStatements, as: bench.auditor, query: query))
        }
        #expect(try await search("").items.count == 3)
        #expect(try await search("decision=deny").items.map(\.text) == ["b"])
        #expect(try await search("resource=other").items.map(\.text) == ["c"])
        #expect(try await search("principal=cursor").items.count == 3)
        #expect(try await search("since=2100-01-01T00:00:00Z").items.isEmpty)
        var seen: [String] = []
        var query = "page_size=1"
        while true {
            let page = try await search(query)
            seen += page.items.map(\.text)
            guard let token = page.nextPageToken else { break }
            query = "page_size=1&page_token=\(token)"
        }
        #expect(seen.sorted() == ["a", "b", "c"])
    }

    @Test func terminatesThroughTheAgentAndOnlyWhatIsActive() async throws {
        let bench = try await IngestBench()
        var active = RecordedSession(bench)
        var closed = RecordedSession(bench)
        try await bench.upload(active.opened() + closed.whole())
        let admin = bench.caller("ana", [.admin])
        let ended = await #expect(throws: Problem.self) {
            try await bench.call(.terminateSession, as: admin, path: ["session_id": closed.id.description])
        }
        #expect(ended?.code == .sessionEnded)
        // No stream of the agent is open.
        let away = await #expect(throws: Problem.self) {
            try await bench.call(.terminateSession, as: admin, path: ["session_id": active.id.description])
        }
        #expect(away?.code == .agentUnavailable)
    }
}
