import APIModels
import Crypto
import HTTPTypes
import PostgresClient
import Testing

@testable import ControlPlane
@testable import Masking

@Suite struct MaskKeyTests {
    private let path = "/v1/resources/shop-prod"

    private func reverse(
        _ tokens: [String], _ plane: TestControlPlane, _ token: String, kind: String = "text",
        version: Int64? = nil,
        reason: String = "fraud case 4711"
    ) async throws -> TestControlPlane.Answer {
        var body: JSONObject = [
            "tokens": .array(tokens.map { .string($0) }), "reason": .string(reason), "kind": .string(kind),
        ]
        if let version { body["key_version"] = .integer(version) }
        return try await plane.send(.post, path + "/tokens/reverse", .object(body), as: token)
    }

    @Test func everyAgentGetsTheSameKeyAndTokensCanBeTurnedBack() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let agent = try await TestAgent.enroll(in: plane, by: admin)
        let stream = try await agent.connect(to: plane)
        let resource = try #require(try await stream.snapshot().resources.first)
        let key = try agent.open(resource.maskKey, info: SealedSecretContext.maskKey(resource.id))
        #expect(key.count == 32)

        let value = Array("ada@example.org".utf8)
        let cipher = TokenCipher(key: MaskKey(SymmetricKey(data: key)), direction: .tokenizing)
        let tokenized = cipher.text(value.span)
        let token = String(decoding: try #require(tokenized), as: UTF8.self)
        let answer = try await reverse([token], plane, admin)
        #expect(answer.status == 200)
        #expect(
            answer.json == [
                "key_version": 1, "items": [["token": .string(token), "value": "ada@example.org"]],
            ])

        let events = try await plane.send(.get, "/v1/audit/events?action=resource.reverse_tokens", as: admin)
        #expect(events.text.contains("fraud case 4711"))
        #expect(!events.text.contains("ada@example.org") && !events.text.contains(token))
        await stream.close()
    }

    @Test func rotationReachesAgentsAndKeepsOldTokens() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let agent = try await TestAgent.enroll(in: plane, by: admin)
        let stream = try await agent.connect(to: plane)
        let before = try #require(try await stream.snapshot().resources.first)
        let rotated = try await plane.send(.post, path + "/mask-keys", as: admin)
        #expect(rotated.status == 201)
        #expect(rotated.json["version"] == 2)
        guard case .changed(_, let upserted, _) = try await stream.next() else {
            Issue.record("nothing changed")
            return
        }
        let after = try #require(upserted.resources.first)
        let info = SealedSecretContext.maskKey(after.id)
        #expect(try agent.open(before.maskKey, info: info) != agent.open(after.maskKey, info: info))
        let newest = try await reverse(["123456789"], plane, admin, kind: "integer")
        let first = try await reverse(["123456789"], plane, admin, kind: "integer", version: 1)
        #expect(newest.json["key_version"] == 2 && first.json["key_version"] == 1)
        #expect(newest.json["items"] != first.json["items"])
        let list = try await plane.send(.get, path + "/mask-keys", as: admin)
        let page: Page<MaskKeyVersion> = try list.decode()
        #expect(page.items.map(\.version) == [2, 1])
        await stream.close()
    }

    @Test func whatIsNoTokenHasNoValue() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let answer = try await reverse(["2024-02-30"], plane, admin, kind: "date")
        #expect(answer.json["items"] == [["token": "2024-02-30", "value": .null]])
        #expect(try await reverse(["x"], plane, admin, kind: "colour").status == 400)
        #expect(try await reverse(["x"], plane, admin, version: 9).status == 400)
        #expect(try await reverse(["x"], plane, admin, reason: "").status == 400)
        #expect(try await reverse([], plane, admin).status == 400)
    }

    @Test func resourcesOfBeforeGetAKeyAtTheNextStart() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        try await plane.services.database.execute("DELETE FROM mask_keys")
        try await Installation(services: plane.services).prepare()
        try await Installation(services: plane.services).prepare()
        let list = try await plane.send(.get, path + "/mask-keys", as: admin)
        #expect((try list.decode() as Page<MaskKeyVersion>).items.map(\.version) == [1])
    }
}
