import APIModels
import HTTPTypes
import PostgresClient
import Testing

@testable import ControlPlane

/// What holds for every operation.
@Suite struct ConventionTests {
    @Test func requestsWithoutAValidTokenAreRefused() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let wrongSecret = admin.prefix(30) + String(repeating: "A", count: 43)
        for token in [nil, "", "x", "sp_x", String(wrongSecret), "spa.x.1.y", "a.b.c"] as [String?] {
            let answer = try await plane.send(.get, "/v1/me", as: token)
            #expect(answer.status == 401)
            #expect(answer.code == "unauthenticated")
            #expect(answer.headerFields[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
            #expect(answer.headerFields[.contentType] == "application/problem+json")
        }
        let me = try await plane.send(.get, "/v1/me", as: admin)
        #expect(me.status == 200)
        #expect(me["principal"] == "admin")
        #expect(me.json["roles"] == ["admin"])
        #expect(me.headerFields[.cacheControl] == "no-store")
    }

    @Test func unknownPathsMethodsFieldsAndParametersAreNamed() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        #expect(try await plane.send(.get, "/v1/nothing", as: admin).code == "not_found")
        let wrong = try await plane.send(.delete, "/v1/me", as: admin)
        #expect(wrong.status == 405)
        #expect(wrong.headerFields[.allow] == "GET, HEAD")
        let parameter = try await plane.send(.get, "/v1/policies?colour=red", as: admin)
        #expect(parameter.status == 400)
        #expect(
            parameter.json["errors"] == [
                ["pointer": "/colour", "code": "unknown_field", "detail": "there is no such parameter"]
            ])
        let body: JSON = ["name": "x", "kind": "robot", "groups": ["a"], "colour": "red"]
        let fields = try await plane.send(.post, "/v1/service-accounts", body, as: admin)
        #expect(fields.status == 400)
        #expect(fields.code == "invalid_body")
        let problem: Problem = try fields.decode()
        #expect(Set(problem.errors?.map(\.pointer) ?? []) == ["/kind", "/colour"])
    }

    @Test func bodiesAreBoundedAndJSON() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let large = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20) + Array("{}".utf8)
        let tooLarge = try await plane.send(.post, "/v1/service-accounts", bytes: large, as: admin)
        #expect(tooLarge.status == 413)
        #expect(tooLarge.code == "body_too_large")
        let form = try await plane.send(
            .post, "/v1/service-accounts", bytes: Array("name=x".utf8), as: admin,
            [.contentType: "application/x-www-form-urlencoded"])
        #expect(form.status == 415)
        let malformed = try await plane.send(.post, "/v1/service-accounts", bytes: Array("{".utf8), as: admin)
        #expect(malformed.status == 400)
    }

    /// The server leaves out the body, and says how long it would have been.
    @Test func headIsAnsweredAsGet() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let head = try await plane.send(.head, "/v1/me", as: admin)
        let get = try await plane.send(.get, "/v1/me", as: admin)
        #expect(head.status == 200)
        #expect(head.json == get.json)
    }

    @Test func namedNounsHaveTwoAddresses() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.makeAccount("cursor", groups: [], by: admin)
        let resource = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let policy = try await plane.send(
            .put, "/v1/policies/ai-agents", TestControlPlane.policy(), as: admin)
        #expect(policy.status == 201)
        let account = try await plane.send(.get, "/v1/service-accounts/cursor", as: admin)
        for (list, name, id) in [
            ("service-accounts", "cursor", account["id"]), ("resources", "shop-prod", resource["id"]),
            ("policies", "ai-agents", policy["id"]),
        ] {
            let byName = try await plane.send(.get, "/v1/\(list)/\(name)", as: admin)
            let byID = try await plane.send(.get, "/v1/\(list)/\(id)", as: admin)
            #expect(byID.status == 200)
            #expect(byID.json == byName.json)
            #expect(byID.tag == byName.tag)
        }
        let columns = "/v1/resources/\(resource["id"])/columns"
        #expect(try await plane.send(.get, columns, as: admin).status == 200)
        let put = "/v1/policies/\(policy["id"])"
        var spec = TestControlPlane.policy()
        #expect(try await plane.send(.put, put, spec, as: admin, [.ifMatch: policy.tag]).status == 200)
        spec = TestControlPlane.policy("another-name")
        let renamed = try await plane.send(.put, put, spec, as: admin, [.ifMatch: policy.tag])
        #expect(renamed.status == 400)
        let unknown = "/v1/policies/\(PolicyID(rawValue: 1))"
        #expect(try await plane.send(.put, unknown, spec, as: admin).status == 404)
        let found = try await plane.send(.get, "/v1/sessions?resource=\(resource["id"])", as: admin)
        #expect(found.json["items"] == [])
    }

    @Test func whatIsLeftOutIsNotNull() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let body: JSON = ["name": "x", "kind": "human", "groups": .null]
        let answer = try await plane.send(.post, "/v1/service-accounts", body, as: admin)
        #expect(answer.status == 400)
        #expect(answer.json["errors"]?.items.first?["pointer"] == "/groups")
        let keys = "/v1/service-accounts/admin/keys"
        #expect(try await plane.send(.post, keys, ["description": .null], as: admin).status == 400)
        let empty = try await plane.send(.post, "/v1/service-accounts", as: admin)
        #expect(empty.status == 400)
        #expect(empty.code == "invalid_body")
    }

    @Test func theReferenceIsServedAndNotSentTwice() async throws {
        let (plane, _) = try await TestControlPlane.make()
        for (path, mark) in [("/docs", "<!doctype html>"), ("/openapi.yaml", "openapi: 3.1")] {
            let page = try await plane.send(.get, path)
            #expect(page.status == 200)
            #expect(page.text.hasPrefix(mark))
            let again = try await plane.send(.get, path, nil, as: nil, [.ifNoneMatch: page.tag])
            #expect(again.status == 304)
            let packed = try await plane.send(.get, path, nil, as: nil, [.acceptEncoding: "gzip"])
            #expect(packed.headerFields[.contentEncoding] == "gzip")
        }
    }

    @Test func changesNeedTheVersionThatWasSeen() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.makeAccount("cursor", groups: [], by: admin)
        let path = "/v1/service-accounts/cursor"
        let seen = try await plane.send(.get, path, as: admin)
        #expect(try await plane.send(.patch, path, ["disabled": true], as: admin).status == 428)
        let stale = try await plane.send(.patch, path, ["disabled": true], as: admin, [.ifMatch: "\"other\""])
        #expect(stale.status == 412)
        let changed = try await plane.send(.patch, path, ["disabled": true], as: admin, [.ifMatch: seen.tag])
        #expect(changed.status == 200)
        #expect(changed.tag != seen.tag)
        #expect(try await plane.send(.delete, path, as: admin, [.ifMatch: seen.tag]).status == 412)
        #expect(try await plane.send(.get, path, as: admin, [.ifNoneMatch: changed.tag]).status == 304)
        #expect(try await plane.send(.delete, path, as: admin, [.ifMatch: changed.tag]).status == 204)
        #expect(try await plane.send(.get, path, as: admin).status == 404)
    }

    @Test func concurrentChangesOfOneVersionSucceedOnce() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let path = "/v1/policies/ai-agents"
        let made = try await plane.send(.put, path, TestControlPlane.policy(), as: admin)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<4 {
                group.addTask {
                    let policy = TestControlPlane.policy(groups: ["group-\(number)"])
                    return try await plane.send(.put, path, policy, as: admin, [.ifMatch: made.tag]).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200, 412, 412, 412])
    }

    @Test func anIdempotencyKeyGivesTheSameAnswerOnce() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.makeAccount("cursor", groups: [], by: admin)
        let path = "/v1/service-accounts/cursor/keys"
        let answers = try await withThrowingTaskGroup(of: TestControlPlane.Answer.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await plane.send(
                        .post, path, ["description": "x"], as: admin, [.idempotencyKey: "k-1"])
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers.map(\.status)) == [201])
        #expect(Set(answers.map { $0["secret"] }).count == 1)
        #expect(answers.filter { $0.headerFields[.idempotencyReplayed] == "true" }.count == 3)
        let other = try await plane.send(
            .post, path, ["description": "y"], as: admin, [.idempotencyKey: "k-1"])
        #expect(other.status == 422)
        #expect(other.code == "idempotency_key_reused")
        let keys = try await plane.send(.get, path, as: admin)
        // One from the fixture, one made here.
        guard case .array(let items) = keys.json["items"] else {
            throw TestStream.NotAStream(status: keys.status)
        }
        #expect(items.count == 2)
        let stored = try await plane.services.database.query("SELECT response FROM idempotency_keys")
        #expect(stored.count == 1)
    }

    @Test func listsComeInPages() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        for number in 0..<5 {
            _ = try await plane.send(
                .put, "/v1/policies/p-\(number)", TestControlPlane.policy("p-\(number)"), as: admin)
        }
        var names: [String] = []
        var token = ""
        var pages = 0
        repeat {
            let suffix = token.isEmpty ? "" : "&page_token=\(token)"
            let page = try await plane.send(.get, "/v1/policies?page_size=2\(suffix)", as: admin)
            #expect(page.status == 200)
            guard case .array(let items) = page.json["items"] else { break }
            names += items.compactMap { $0["name"]?.stringValue }
            token = page["next_page_token"]
            pages += 1
        } while !token.isEmpty && pages < 10
        #expect(names == ["p-0", "p-1", "p-2", "p-3", "p-4"])
        #expect(pages == 3)
        for query in [
            "page_size=0", "page_size=501", "page_size=x", "page_token=%21", "page_size=1&page_size=2",
        ] {
            #expect(try await plane.send(.get, "/v1/policies?\(query)", as: admin).status == 400, "\(query)")
        }
        #expect(try await plane.send(.get, "/v1/approvals?page_token=eA", as: admin).status == 400)
    }

    @Test func theServiceTellsHowItIs() async throws {
        let (plane, _) = try await TestControlPlane.make()
        #expect(try await plane.send(.get, "/healthz").status == 200)
        #expect(try await plane.send(.get, "/readyz").status == 200)
        let metrics = try await plane.send(.get, "/metrics")
        #expect(
            metrics.text.contains("sallyport_http_requests_total{operation=\"getHealth\",status=\"200\"} 1"))
        await plane.services.database.close()
        #expect(try await plane.send(.get, "/readyz").status == 503)
        let answer = try await plane.send(
            .get, "/v1/me", as: "sp_\(String(repeating: "0", count: 26))_\(String(repeating: "A", count: 43))"
        )
        #expect(answer.status == 503)
        #expect(answer.code == "database_unavailable")
        #expect(answer.headerFields[.retryAfter] == "1")
    }
}
