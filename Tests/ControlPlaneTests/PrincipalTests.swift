import APIModels
import HTTPTypes
import PostgresClient
import Settings
import Testing

@testable import ControlPlane

@Suite struct PrincipalTests {
    @Test func onlyTheHashOfAKeyIsStored() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let key = try await plane.makeAccount("cursor", groups: ["ai-agents"], by: admin)
        let secret = try #require(key.split(separator: "_", maxSplits: 2).last.map(String.init))
        for row in try await plane.services.database.query(
            "SELECT to_jsonb(api_keys)::text AS row FROM api_keys")
        {
            #expect(try !row.get("row", as: String.self).contains(secret))
        }
        let listed = try await plane.send(.get, "/v1/service-accounts/cursor/keys", as: admin)
        #expect(!listed.text.contains(secret))
    }

    @Test func aKeyEndsWithItsTimeItsRevocationAndItsAccount() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let permanent = try await plane.makeAccount("cursor", groups: [], by: admin)
        let keys = "/v1/service-accounts/cursor/keys"
        let short = try await plane.send(.post, keys, ["expires_in": "10m"], as: admin)
        #expect(try await plane.send(.get, "/v1/me", as: short["secret"]).status == 200)
        plane.clock.advance(by: .seconds(600))
        #expect(try await plane.send(.get, "/v1/me", as: short["secret"]).status == 401)

        let other = try await plane.send(.post, keys, [:], as: admin)
        let path = "\(keys)/\(other["id"])"
        #expect(try await plane.send(.delete, path, as: admin).status == 428)
        #expect(try await plane.send(.delete, path, as: admin, [.ifMatch: other.tag]).status == 204)
        #expect(try await plane.send(.get, "/v1/me", as: other["secret"]).status == 401)
        #expect(try await plane.send(.get, path, as: admin)["revoked_at"] != "")

        #expect(try await plane.send(.get, "/v1/me", as: permanent).status == 200)
        let account = try await plane.send(.get, "/v1/service-accounts/cursor", as: admin)
        _ = try await plane.send(
            .patch, "/v1/service-accounts/cursor", ["disabled": true], as: admin, [.ifMatch: account.tag])
        #expect(try await plane.send(.get, "/v1/me", as: permanent).status == 401)
    }

    @Test func nobodyLocksThemselfOut() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let path = "/v1/service-accounts/admin"
        let own = try await plane.send(.get, path, as: admin)
        let changes: [JSON] = [["disabled": true], ["groups": ["ai-agents"]]]
        for change in changes {
            let answer = try await plane.send(.patch, path, change, as: admin, [.ifMatch: own.tag])
            #expect(answer.status == 409)
            #expect(answer.code == "in_use")
        }
        #expect(try await plane.send(.delete, path, as: admin, [.ifMatch: own.tag]).status == 409)
        let other = try await plane.makeAccount("second", kind: "human", groups: ["admins"], by: admin)
        #expect(try await plane.send(.delete, path, as: other, [.ifMatch: own.tag]).status == 204)
        #expect(try await plane.send(.get, "/v1/me", as: admin).status == 401)
    }

    @Test func rolesFollowFromGroups() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let auditor = try await plane.makeAccount("auditor", kind: "human", groups: ["auditors"], by: admin)
        let reviewer = try await plane.makeAccount("dana", kind: "human", groups: ["dba"], by: admin)
        #expect(try await plane.send(.get, "/v1/me", as: auditor).json["roles"] == ["auditor"])
        #expect(try await plane.send(.get, "/v1/me", as: reviewer).json["roles"] == [])
        _ = try await plane.send(.put, "/v1/policies/ai-agents", TestControlPlane.policy(), as: admin)
        #expect(try await plane.send(.get, "/v1/me", as: reviewer).json["roles"] == ["reviewer"])
        #expect(try await plane.send(.get, "/v1/policies", as: auditor).status == 200)
        #expect(try await plane.send(.get, "/v1/policies", as: reviewer).status == 403)
        #expect(
            try await plane.send(.put, "/v1/policies/x", TestControlPlane.policy("x"), as: auditor).status
                == 403)
    }

    @Test func namesAreUnique() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let body: JSON = ["name": "admin", "kind": "human"]
        let answer = try await plane.send(.post, "/v1/service-accounts", body, as: admin)
        #expect(answer.status == 409)
        #expect(answer.code == "name_taken")
    }

    @Test func thereIsOneFirstAdministrator() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        await #expect(throws: SettingsError.self) {
            try await plane.services.makeAdministrator("second", newKey: false)
        }
        let another = try await plane.services.makeAdministrator("admin", newKey: true).secret.reveal()
        #expect(another != admin)
        #expect(try await plane.send(.get, "/v1/me", as: another).status == 200)
    }

    @Test func aWrongMasterKeyIsNoticed() async throws {
        let (plane, _) = try await TestControlPlane.make()
        let other = try MasterKey(base64: Secret(String(repeating: "A", count: 43) + "="))
        let services = Services(
            settings: plane.services.settings, database: plane.services.database, masterKey: other,
            reactors: TestPostgres.reactors)
        await #expect(throws: Installation.Failure.self) {
            try await Installation(services: services).prepare()
        }
    }
}
