import APIModels
import HTTPTypes
import PostgresClient
import Testing

@testable import ControlPlane

@Suite struct ResourceTests {
    @Test func passwordsAreEncryptedAndNeverShown() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let made = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        #expect(made.status == 201)
        #expect(made.headerFields[.location] == "/v1/resources/shop-prod")
        #expect(
            made.json["credential"] == [
                "mode": "static", "username": "app", "password": ["source": "stored"],
            ])
        #expect(!made.text.contains("hunter2"))
        for row in try await plane.services.database.query(
            "SELECT to_jsonb(resources)::text AS row FROM resources")
        {
            #expect(try !row.get("row", as: String.self).contains("hunter2"))
        }
        let stored = try #require(
            try await ResourceStore(database: plane.services.database).find(.name("shop-prod")))
        guard case .stored(let ciphertext) = stored.password else {
            Issue.record("the password is not stored")
            return
        }
        let key = plane.services.masterKey
        let context = MasterKey.Context.resourcePassword(stored.resource.id)
        #expect(try key.decrypt(ciphertext, context: context).reveal() == Array("hunter2".utf8))
        let otherRow = MasterKey.Context.resourcePassword(ResourceID(rawValue: 1))
        #expect(throws: MasterKey.Failure.undecryptable) { try key.decrypt(ciphertext, context: otherRow) }
    }

    @Test func replacingWithoutAPasswordKeepsIt() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let made = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let store = ResourceStore(database: plane.services.database)
        let before = try await store.find(.name("shop-prod"))?.password
        let replacement: JSON = [
            "name": "shop-prod", "protocol": "postgres", "agent": "other",
            "endpoint": ["host": "db", "port": 5433, "database": "shop"],
            "credential": ["mode": "static", "username": "app2"],
        ]
        let answer = try await plane.send(
            .put, "/v1/resources/shop-prod", replacement, as: admin, [.ifMatch: made.tag])
        #expect(answer.status == 200)
        #expect(answer["agent"] == "other")
        #expect(answer.json["labels"] == [:])
        #expect(answer.json["endpoint"]?["tls"] == "verify-full")
        let after = try await store.find(.name("shop-prod"))
        #expect(after?.password == before)
        #expect(after?.resource.credential?.username == "app2")
        let shown = try await plane.send(.get, "/v1/resources/shop-prod", as: admin)
        #expect(shown.json == answer.json)
        #expect(shown.tag == answer.tag)
    }

    @Test func aNameIsTakenOnce() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let again = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        #expect(again.status == 409)
        #expect(again.code == "name_taken")
    }

    @Test func columnTagsAreReplacedAsAWhole() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let path = "/v1/resources/shop-prod/columns"
        let empty = try await plane.send(.get, path, as: admin)
        #expect(empty.json == ["items": []])
        let tags: JSON = [
            "items": [
                ["column": "public.customers.ssn", "tags": ["secret", "pii", "pii"]],
                ["column": "public.customers.email", "tags": ["pii"]],
            ]
        ]
        let first = try await plane.send(.put, path, tags, as: admin)
        #expect(first.status == 200)
        #expect(
            first.json == [
                "items": [
                    ["column": "public.customers.email", "tags": ["pii"]],
                    ["column": "public.customers.ssn", "tags": ["pii", "secret"]],
                ]
            ])
        #expect(try await plane.send(.put, path, ["items": []], as: admin).status == 428)
        let cleared = try await plane.send(.put, path, ["items": []], as: admin, [.ifMatch: first.tag])
        #expect(cleared.json == ["items": []])
        let resource = try await plane.send(.get, "/v1/resources/shop-prod", as: admin)
        #expect(resource.tag != cleared.tag)
        #expect(
            try await plane.send(.delete, "/v1/resources/shop-prod", as: admin, [.ifMatch: resource.tag])
                .status == 204)
    }

    @Test func policiesHaveVersions() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let path = "/v1/policies/ai-agents"
        let made = try await plane.send(.put, path, TestControlPlane.policy(), as: admin)
        #expect(made.status == 201)
        #expect(made.json["revision"] == 1)
        #expect(try await plane.send(.put, path, TestControlPlane.policy(), as: admin).status == 428)
        let same = try await plane.send(
            .put, path, TestControlPlane.policy(), as: admin, [.ifMatch: made.tag])
        #expect(same.json["revision"] == 1)
        let changed = try await plane.send(
            .put, path, TestControlPlane.policy(groups: ["bots"]), as: admin, [.ifMatch: made.tag])
        #expect(changed.json["revision"] == 2)
        let versions = try await plane.send(.get, path + "/versions", as: admin)
        let page: Page<PolicyVersion> = try versions.decode()
        #expect(page.items.map(\.revision) == [2, 1])
        #expect(page.items[1].policy.subjects.groups == ["ai-agents"])
        #expect(page.items[0].changedBy.name == "admin")
        #expect(try await plane.send(.get, path + "/versions/1", as: admin).json["revision"] == 1)
        #expect(try await plane.send(.get, path + "/versions/9", as: admin).status == 404)
    }

    @Test func aPolicyIsCalledAsItsPathSays() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let other = try await plane.send(.put, "/v1/policies/other", TestControlPlane.policy(), as: admin)
        #expect(other.status == 400)
        let problem: Problem = try other.decode()
        #expect(problem.errors?.map(\.pointer) == ["/name"])
        let absent = try await plane.send(
            .put, "/v1/policies/ai-agents", TestControlPlane.policy(), as: admin, [.ifMatch: "\"x\""])
        #expect(absent.status == 412)
    }
}
