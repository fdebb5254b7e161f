import APIModels
import Crypto
import HTTPTypes
import PostgresClient
import Testing

@testable import ControlPlane

@Suite struct AgentTests {
    @Test func aJoinTokenEnrolsOneAgentOnce() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let made = try await plane.send(.post, "/v1/agents/join-tokens", ["agent": "default"], as: admin)
        #expect(made.status == 201)
        let token = made["token"]
        let wrongName = try await plane.send(
            .post, "/v1/agent/enroll", TestAgent.request(token: token, name: "other"))
        #expect(wrongName.status == 401)
        #expect(wrongName.code == "invalid_join_token")
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try await plane.send(
                        .post, "/v1/agent/enroll", TestAgent.request(token: token, name: "default")
                    ).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [201, 401, 401])
        let late = try await plane.send(
            .post, "/v1/agents/join-tokens", ["agent": "default", "expires_in": "1m"], as: admin)["token"]
        plane.clock.advance(by: .seconds(60))
        #expect(
            try await plane.send(.post, "/v1/agent/enroll", TestAgent.request(token: late, name: "default"))
                .status == 401)
    }

    @Test func signaturesProveWhoAnAgentIs() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let agent = try await TestAgent.enroll(in: plane, by: admin)
        let beat: JSON = [
            "version": "1.0.0", "started_at": "2026-01-01T00:00:00Z", "sessions": 2, "spool_bytes": 100,
            "advertised": ["postgres": ["host": "127.0.0.1", "port": 6432]],
            "resources": [["name": "shop-prod", "status": "ok"]],
        ]
        #expect(try await agent.send(.post, "/v1/agent/heartbeat", beat, to: plane).status == 204)
        let shown = try await plane.send(.get, "/v1/agents/default", as: admin)
        #expect(shown["status"] == "online")
        #expect(shown.json["advertised"] == ["postgres": ["host": "127.0.0.1", "port": 6432]])
        #expect(shown.json["resources"] == [["name": "shop-prod", "status": "ok"]])
        plane.clock.advance(by: .seconds(46))
        #expect(try await plane.send(.get, "/v1/agents/default", as: admin)["status"] == "offline")

        let stale = try agent.bearer(at: plane.clock.now.advanced(by: .seconds(-301)))
        #expect(try await plane.send(.post, "/v1/agent/heartbeat", beat, as: stale).status == 401)
        let impostor = TestAgent(id: agent.id, signingKey: .init(), sealingKey: .init())
        #expect(try await impostor.send(.post, "/v1/agent/heartbeat", beat, to: plane).status == 401)
        #expect(try await agent.send(.get, "/v1/policies", to: plane).status == 403)
        #expect(try await plane.send(.post, "/v1/agent/heartbeat", beat, as: admin).status == 403)
    }

    @Test func theSnapshotHoldsWhatTheAgentNeedsAndNoMore() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let key = try await plane.makeAccount("cursor", groups: ["ai-agents"], by: admin)
        _ = try await plane.makeAccount("stranger", kind: "workload", groups: ["elsewhere"], by: admin)
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        _ = try await plane.send(
            .post, "/v1/resources", TestControlPlane.resource("shop-b", agent: "b"), as: admin)
        _ = try await plane.send(.put, "/v1/policies/ai-agents", TestControlPlane.policy(), as: admin)
        var elsewhere = TestControlPlane.policy("elsewhere", groups: ["elsewhere"])
        if case .object(var object) = elsewhere {
            object["resources"] = ["names": ["crm-*"]]
            elsewhere = .object(object)
        }
        _ = try await plane.send(.put, "/v1/policies/elsewhere", elsewhere, as: admin)
        let agent = try await TestAgent.enroll(in: plane, by: admin)
        let stream = try await agent.connect(to: plane)
        let configuration = try await stream.snapshot()

        #expect(configuration.resources.map(\.name) == ["shop-prod"])
        #expect(configuration.policies.map(\.name) == ["ai-agents"])
        #expect(configuration.principals.map(\.name) == ["cursor"])
        #expect(configuration.controlPlaneURL == "https://sallyport.test")
        #expect(configuration.tokenKeys?.count == 1)
        let resource = try #require(configuration.resources.first)
        let password = try agent.open(
            resource.credential.password, info: SealedSecretContext.resourceCredential(resource.id))
        #expect(password == Array("hunter2".utf8))
        let principalKey = try agent.open(
            configuration.principalKey, info: SealedSecretContext.principalKey(agent.id))
        let expected = HMAC<SHA256>.authenticationCode(
            for: Array(SHA256.hash(data: Array(key.utf8))), using: SymmetricKey(data: principalKey))
        #expect(configuration.principals.first?.keys.first?.keyedHash == EncodedBytes(expected))
        await stream.close()
    }

    @Test func changesMadeOnOneReplicaReachAgentsOfAnother() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let other = try await plane.replica()
        let agent = try await TestAgent.enroll(in: plane, by: admin)
        let stream = try await agent.connect(to: other)
        #expect(try await stream.snapshot().resources.isEmpty)

        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        guard case .changed(let first, let upserted, let removed) = try await stream.next() else {
            Issue.record("no change came")
            return
        }
        #expect(upserted.resources.map(\.name) == ["shop-prod"])
        #expect(removed == .none)

        let policy = try await plane.send(
            .put, "/v1/policies/ai-agents", TestControlPlane.policy(), as: admin)
        guard case .changed(let second, let added, _) = try await stream.next() else {
            Issue.record("no change came")
            return
        }
        #expect(second > first)
        #expect(added.policies.map(\.name) == ["ai-agents"])
        #expect(added.resources.isEmpty)

        _ = try await plane.send(.delete, "/v1/policies/ai-agents", as: admin, [.ifMatch: policy.tag])
        guard case .changed(_, _, let gone) = try await stream.next() else {
            Issue.record("no change came")
            return
        }
        #expect(gone.policies == added.policies.map(\.id))
        await stream.close()
        let left = try await plane.services.database.query("SELECT id FROM agent_streams")
        #expect(left.isEmpty)
    }

    @Test func enrollingAnewEndsTheStreamOfTheOldKeys() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let old = try await TestAgent.enroll(in: plane, by: admin)
        let stream = try await old.connect(to: plane)
        _ = try await stream.snapshot()
        let new = try await TestAgent.enroll(in: plane, by: admin)
        #expect(new.id == old.id)
        #expect(try await stream.next() == nil)
        await #expect(throws: TestStream.NotAStream.self) { try await old.connect(to: plane) }
        let renewed = try await new.connect(to: plane)
        _ = try await renewed.snapshot()
        let tag = try await plane.send(.get, "/v1/agents/default", as: admin).tag
        #expect(try await plane.send(.delete, "/v1/agents/default", as: admin, [.ifMatch: tag]).status == 204)
        #expect(try await renewed.next() == nil)
    }

    @Test func evaluationsGoThroughTheAgentOnAnyReplica() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let other = try await plane.replica()
        let cursor = try await plane.makeAccount("cursor", groups: ["ai-agents"], by: admin)
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let question: JSON = [
            "principal": "cursor", "resource": "shop-prod", "statement": "DELETE FROM orders",
        ]
        let away = try await plane.send(.post, "/v1/policies/evaluate", question, as: admin)
        #expect(away.status == 503)
        #expect(away.code == "agent_unavailable")

        let agent = try await TestAgent.enroll(in: plane, by: admin)
        let stream = try await agent.connect(to: other)
        _ = try await stream.snapshot()
        async let answer = plane.send(.post, "/v1/policies/evaluate", question, as: admin)
        guard case .request(let id, .evaluate(let asked)) = try await stream.next() else {
            Issue.record("no question came")
            return
        }
        #expect(asked.principal.name == "cursor")
        #expect(asked.principal.groups == ["ai-agents"])
        #expect(asked.statement == "DELETE FROM orders")
        let evaluation = EvaluateResponse(
            decision: .hold, actions: .write, conditions: [.missingWhere], tables: ["public.orders"],
            reached: [],
            columns: [], outputs: [], rules: [], masks: [], limits: StatementLimits(), why: ["because"])
        let path = "/v1/agent/requests/\(id)/answer"
        let body = JSON.tree(of: AgentAnswer(evaluation: evaluation))
        #expect(try await agent.send(.post, path, body, to: other).status == 204)
        #expect(try await agent.send(.post, path, body, to: other).status == 404)
        let given = try await answer
        #expect(given.status == 200)
        #expect(try given.decode(EvaluateResponse.self) == evaluation)

        let foreign: JSON = ["principal": "admin", "resource": "shop-prod", "statement": "SELECT 1"]
        #expect(try await plane.send(.post, "/v1/policies/evaluate", foreign, as: cursor).status == 403)
        let unknown: JSON = ["resource": "nothing", "statement": "SELECT 1"]
        #expect(try await plane.send(.post, "/v1/policies/evaluate", unknown, as: cursor).status == 404)
        await stream.close()
    }

    @Test func credentialsAreTokensForOneResource() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let cursor = try await plane.makeAccount("cursor", groups: ["ai-agents"], by: admin)
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let path = "/v1/resources/shop-prod/credentials"
        #expect(try await plane.send(.post, path, [:], as: cursor).status == 404)
        _ = try await plane.send(.put, "/v1/policies/ai-agents", TestControlPlane.policy(), as: admin)
        #expect(try await plane.send(.post, path, [:], as: cursor).code == "agent_unavailable")
        let agent = try await TestAgent.enroll(in: plane, by: admin)
        let beat: JSON = [
            "version": "1.0.0", "started_at": "2026-01-01T00:00:00Z", "sessions": 0, "spool_bytes": 0,
            "advertised": ["postgres": ["host": "127.0.0.1", "port": 6432]], "resources": [],
        ]
        _ = try await agent.send(.post, "/v1/agent/heartbeat", beat, to: plane)

        let answer = try await plane.send(.post, path, as: cursor)
        #expect(answer.status == 201)
        #expect(answer["username"] == "cursor")
        #expect(answer["database"] == "shop-prod")
        #expect(answer.json["port"] == 6432)
        #expect(answer["dsn"] == "postgres://cursor:\(answer["password"])@127.0.0.1:6432/shop-prod")
        let claims = try await plane.services.accessTokens.verify(answer["password"], at: plane.clock.now)
        #expect(claims.resource == "shop-prod")
        #expect(claims.name == "cursor")
        #expect(claims.exp - claims.iat == 900)
        let later = plane.clock.now.advanced(by: .seconds(901))
        await #expect(throws: (any Error).self) {
            try await plane.services.accessTokens.verify(answer["password"], at: later)
        }
        #expect(try await plane.send(.get, "/v1/me", as: answer["password"]).status == 401)
        #expect(try await plane.send(.post, path, ["duration": "13h"], as: cursor).status == 400)

        // Late in a second it lives as long as asked for.
        plane.clock.advance(by: .milliseconds(900))
        let short = try await plane.send(.post, path, ["duration": "1s"], as: cursor)
        let almost = plane.clock.now.advanced(by: .milliseconds(999))
        _ = try await plane.services.accessTokens.verify(short["password"], at: almost)
    }
}
