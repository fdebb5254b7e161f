import APIModels
import HTTPTypes
import Testing

@testable import ControlPlane

@Suite struct DiscoveryTests {
    private func column(_ name: String, _ sampled: Int, _ evidence: [(String, Int)]) throws -> ScannedColumn {
        ScannedColumn(
            column: try ColumnName(text: name), sampled: sampled,
            evidence: evidence.map { ScanEvidence(detector: $0.0, matched: $0.1) })
    }

    @Test func proposesTagsForEnoughEvidence() throws {
        let email = try #require(
            TagProposals.proposal(
                for: try column("public.c.email", 100, [("email", 97), ("phone", 1)]), tagged: []))
        #expect(email.tags == ["pii"])
        #expect(email.evidence == [ScanEvidence(detector: "email", matched: 97)])
        let card = TagProposals.proposal(
            for: try column("public.c.card", 3, [("credit_card", 1)]), tagged: ["pii"])
        #expect(card?.tags == ["pci"])
        let key = TagProposals.proposal(
            for: try column("public.c.key", 1_000, [("github_token", 10)]), tagged: [])
        #expect(key?.tags == ["secret"])
    }

    @Test func proposesNothingWithoutReason() throws {
        for (column, tagged) in [
            (try column("public.c.note", 100, [("phone", 4)]), []),
            (try column("public.c.link", 100, [("url", 100)]), []),
            (try column("public.c.email", 100, [("email", 100)]), ["pii"]),
        ] as [(ScannedColumn, [String])] {
            #expect(TagProposals.proposal(for: column, tagged: tagged) == nil, "\(column)")
        }
    }

    @Test func asksTheAgentAndAcceptsInBulk() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let path = "/v1/resources/shop-prod"
        let away = try await plane.send(.post, path + "/scan", [:], as: admin)
        #expect(away.status == 503)
        let agent = try await TestAgent.enroll(in: plane, by: admin)
        let stream = try await agent.connect(to: plane)
        _ = try await stream.snapshot()
        async let asked = plane.send(.post, path + "/scan", ["sample_rows": 50], as: admin)
        guard case .request(let id, .scan(let question)) = try await stream.next() else {
            Issue.record("the agent was not asked")
            return
        }
        #expect(question.resource == "shop-prod" && question.sampleRows == 50)
        let findings = ScanFindings(
            columns: [try column("public.c.email", 40, [("email", 40)])], scannedTables: 2, skippedTables: 1)
        let accepted = try await agent.send(
            .post, "/v1/agent/requests/\(id)/answer",
            try JSON.parse(JSON.encode(AgentAnswer(scan: findings))), to: plane)
        #expect(accepted.status == 204)
        let answer = try await asked
        #expect(answer.status == 200)
        let response: ScanResponse = try answer.decode()
        #expect(response.items.map(\.tags) == [["pii"]] && response.skippedTables == 1)

        let columns = try await plane.send(.get, path + "/columns", as: admin)
        let items = JSON.array(
            response.items.map { ["column": .string($0.column.description), "tags": ["pii"]] })
        #expect(try await plane.send(.patch, path + "/columns", ["items": items], as: admin).status == 428)
        let tagged = try await plane.send(
            .patch, path + "/columns", ["items": items], as: admin, [.ifMatch: columns.tag])
        #expect(tagged.json == ["items": [["column": "public.c.email", "tags": ["pii"]]]])
        let more: JSON = ["items": [["column": "public.c.email", "tags": ["contact"]]]]
        let added = try await plane.send(.patch, path + "/columns", more, as: admin, [.ifMatch: tagged.tag])
        #expect(added.json == ["items": [["column": "public.c.email", "tags": ["contact", "pii"]]]])
        await stream.close()
    }

    @Test func refusesDetectorsThatDoNotExist() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let policy: JSON = [
            "name": "masks", "subjects": ["groups": ["x"]], "resources": ["names": ["*"]],
            "rules": [
                ["effect": "allow", "actions": ["read"]],
                ["effect": "mask", "detectors": ["api_key", "credit_crad"], "with": ["kind": "redact"]],
            ],
        ]
        let answer = try await plane.send(.put, "/v1/policies/masks", policy, as: admin)
        #expect(answer.status == 400)
        let problem: Problem = try answer.decode()
        #expect(problem.errors?.map(\.pointer) == ["/rules/1/detectors/1"])
        #expect(problem.errors?.first?.detail.contains("\"credit_card\"") == true)
    }
}
