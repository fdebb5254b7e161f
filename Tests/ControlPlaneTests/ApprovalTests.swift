import APIModels
import HTTPTypes
import PostgresClient
import Testing

@testable import ControlPlane

@Suite struct ApprovalTests {
    private struct Scene {
        let plane: TestControlPlane
        let admin: String
        let agent: TestAgent
        let cursor: PrincipalReference
        let reviewers: [String]
    }

    private static func scene() async throws -> Scene {
        let (plane, admin) = try await TestControlPlane.make()
        let key = try await plane.makeAccount("cursor", groups: ["ai-agents", "dba"], by: admin)
        let me: Me = try await plane.send(.get, "/v1/me", as: key).decode()
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        var reviewers: [String] = [key]
        for name in ["dana", "emil"] {
            reviewers.append(try await plane.makeAccount(name, kind: "human", groups: ["dba"], by: admin))
        }
        return Scene(
            plane: plane, admin: admin, agent: try await TestAgent.enroll(in: plane, by: admin),
            cursor: PrincipalReference(id: me.id, name: me.principal, kind: me.kind), reviewers: reviewers)
    }

    private static func hold(
        _ scene: Scene, digest: Character = "a", required: Int = 1, reuse: ApprovalReuse = .once,
        rules: [Int] = [1]
    ) -> JSON {
        JSON.tree(
            of: HoldRequest(
                sessionID: SessionID(rawValue: 1), statementSequence: 3, principal: scene.cursor,
                resource: "shop-prod", statement: "DELETE FROM orders WHERE id = $1", parameters: ["7", nil],
                actions: .write, conditions: [], tables: ["public.orders"], columns: ["public.orders.id"],
                bindingDigest: String(repeating: digest, count: 64), policyRevision: 5,
                approvals: rules.map { rule in
                    RequiredApproval(
                        policy: "ai-agents", rule: rule, reviewers: ["dba"], required: required,
                        timeout: .minutes(15), mode: .hold, reuse: reuse)
                }))
    }

    private static func request(_ hold: JSON, _ scene: Scene, on plane: TestControlPlane? = nil) async throws
        -> HoldState
    {
        let answer = try await scene.agent.send(.post, "/v1/agent/holds", hold, to: plane ?? scene.plane)
        return try answer.decode()
    }

    private static func decide(_ id: ApprovalID, _ decision: JSON, _ scene: Scene, as key: String)
        async throws -> TestControlPlane.Answer
    {
        try await scene.plane.send(
            .post, "/v1/approvals/\(id)/decision", ["decision": decision, "comment": "seen"], as: key)
    }

    @Test func anApprovedStatementRunsExactlyOnce() async throws {
        let scene = try await Self.scene()
        let other = try await scene.plane.replica()
        let asked = try await Self.request(Self.hold(scene), scene)
        #expect(asked.status == .pending)
        let id = try #require(asked.approvalIds.first)
        #expect(asked.url == "https://sallyport.test/v1/approvals/\(id)")
        let joined = try await Self.request(Self.hold(scene), scene, on: other)
        #expect(joined.approvalIds == [id])

        let shown: Approval = try await scene.plane.send(.get, "/v1/approvals/\(id)", as: scene.reviewers[1])
            .decode()
        guard case .hold(let held) = shown.subject else { return }
        #expect(held.statement == "DELETE FROM orders WHERE id = $1")
        #expect(held.parameters == ["7", nil])
        #expect(shown.requestedBy == scene.cursor)
        #expect(try await Self.decide(id, "approve", scene, as: scene.reviewers[1]).status == 200)

        let answers = try await withThrowingTaskGroup(of: TestControlPlane.Answer.self) { group in
            for plane in [scene.plane, other, scene.plane, other] {
                group.addTask { try await scene.agent.send(.post, "/v1/agent/holds/\(id)/redeem", to: plane) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.map(\.status).sorted() == [200, 409, 409, 409])
        #expect(Set(answers.map(\.code)) == ["", "already_redeemed"])
        #expect(answers.compactMap { ReceiptID($0["receipt"]) }.count == 1)

        // The same statement once more needs another approval.
        let again = try await Self.request(Self.hold(scene), scene)
        #expect(again.status == .pending)
        #expect(again.approvalIds != [id])
    }

    @Test func anApprovalThatCameMeanwhileIsUsedByTheRequestItself() async throws {
        let scene = try await Self.scene()
        let asked = try await Self.request(Self.hold(scene), scene)
        _ = try await Self.decide(asked.approvalIds[0], "approve", scene, as: scene.reviewers[1])
        let states = try await withThrowingTaskGroup(of: HoldState.self) { group in
            for _ in 0..<3 { group.addTask { try await Self.request(Self.hold(scene), scene) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(states.filter { $0.status == .approved && $0.receipt != nil }.count == 1)
        #expect(states.filter { $0.status == .pending }.count == 2)
    }

    @Test func onlyOthersOfTheNamedGroupsDecide() async throws {
        let scene = try await Self.scene()
        let id = try await Self.request(Self.hold(scene), scene).approvalIds[0]
        let own = try await Self.decide(id, "approve", scene, as: scene.reviewers[0])
        #expect(own.status == 403)
        #expect(own.code == "own_request")
        #expect(try await Self.decide(id, "approve", scene, as: scene.admin).status == 403)
        let stranger = try await scene.plane.makeAccount(
            "stranger", kind: "human", groups: ["x"], by: scene.admin)
        #expect(try await Self.decide(id, "approve", scene, as: stranger).status == 404)
        #expect(try await scene.plane.send(.get, "/v1/approvals", as: stranger).json["items"] == [])
        let listed = try await scene.plane.send(.get, "/v1/approvals?status=pending", as: scene.reviewers[1])
        let page: Page<Approval> = try listed.decode()
        #expect(page.items.map(\.id) == [id])
        #expect(try await Self.decide(id, "deny", scene, as: scene.reviewers[1]).json["status"] == "denied")
        #expect(try await Self.decide(id, "approve", scene, as: scene.reviewers[2]).code == "already_decided")
        let state: HoldState = try await scene.agent.send(.get, "/v1/agent/holds/\(id)", to: scene.plane)
            .decode()
        #expect(state.status == .denied)
        #expect(state.comment == "seen")
        #expect(state.decidedBy.map(\.name) == ["dana"])
        #expect(
            try await scene.agent.send(.post, "/v1/agent/holds/\(id)/redeem", to: scene.plane).code
                == "not_approved")
    }

    @Test func severalReviewersMeanSeveralPeople() async throws {
        let scene = try await Self.scene()
        let id = try await Self.request(Self.hold(scene, required: 2), scene).approvalIds[0]
        #expect(
            try await Self.decide(id, "approve", scene, as: scene.reviewers[1]).json["status"] == "pending")
        #expect(try await Self.decide(id, "approve", scene, as: scene.reviewers[1]).code == "already_decided")
        #expect(
            try await Self.decide(id, "approve", scene, as: scene.reviewers[2]).json["status"] == "approved")
    }

    @Test func everyRuleHasItsOwnApproval() async throws {
        let scene = try await Self.scene()
        let hold = Self.hold(scene, rules: [1, 2])
        let asked = try await Self.request(hold, scene)
        #expect(asked.approvalIds.count == 2)
        _ = try await Self.decide(asked.approvalIds[0], "approve", scene, as: scene.reviewers[1])
        let between = try await Self.request(hold, scene)
        #expect(between.status == .pending)
        #expect(Set(between.approvalIds) == Set(asked.approvalIds))
        _ = try await Self.decide(asked.approvalIds[1], "approve", scene, as: scene.reviewers[1])
        #expect(try await Self.request(hold, scene).receipt != nil)
    }

    @Test func whoWaitsHearsOfADecisionOnAnotherReplica() async throws {
        let scene = try await Self.scene()
        let other = try await scene.plane.replica()
        let id = try await Self.request(Self.hold(scene), scene).approvalIds[0]
        async let waiting = scene.agent.send(.get, "/v1/agent/holds/\(id)?wait=30s", to: other)
        async let watching = other.send(.get, "/v1/approvals/\(id)?wait=30s", as: scene.admin)
        _ = try await Self.decide(id, "approve", scene, as: scene.reviewers[1])
        #expect(try await waiting["status"] == "approved")
        #expect(try await watching["status"] == "approved")
    }

    @Test func approvalsExpire() async throws {
        let scene = try await Self.scene()
        let id = try await Self.request(Self.hold(scene), scene).approvalIds[0]
        scene.plane.clock.advance(by: .seconds(15 * 60))
        let late = try await Self.decide(id, "approve", scene, as: scene.reviewers[1])
        #expect(late.code == "expired")
        #expect(
            try await scene.plane.send(.get, "/v1/approvals/\(id)", as: scene.admin)["status"] == "expired")
        try await Housekeeping(services: scene.plane.services).expireApprovals()
        let stored = try await scene.plane.services.database.first("SELECT status FROM approvals")
        #expect(try stored?.get("status") == ApprovalStatus.expired)
        let events = try await scene.plane.send(
            .get, "/v1/audit/events?action=approval.expire", as: scene.admin)
        let page: Page<AuditEvent> = try events.decode()
        #expect(page.items.count == 1)
    }

    @Test func aWindowAllowsRepetitionUntilItEnds() async throws {
        let scene = try await Self.scene()
        let hold = Self.hold(scene, reuse: .window(.minutes(30)))
        let asked = try await Self.request(hold, scene)
        _ = try await Self.decide(asked.approvalIds[0], "approve", scene, as: scene.reviewers[1])
        let first = try await Self.request(hold, scene)
        let second = try await Self.request(hold, scene)
        #expect(first.receipt != nil)
        #expect(second.receipt != nil)
        #expect(first.receipt != second.receipt)
        #expect(
            try await Self.request(Self.hold(scene, digest: "b", reuse: .window(.minutes(30))), scene).status
                == .pending)
        scene.plane.clock.advance(by: .seconds(30 * 60))
        #expect(try await Self.request(hold, scene).status == .pending)
    }

    @Test func theLastHoldThatIsCancelledCancelsTheApproval() async throws {
        let scene = try await Self.scene()
        let id = try await Self.request(Self.hold(scene), scene).approvalIds[0]
        _ = try await Self.request(Self.hold(scene), scene)
        let path = "/v1/agent/holds/\(id)/cancel"
        #expect(try await scene.agent.send(.post, path, to: scene.plane)["status"] == "pending")
        #expect(try await scene.agent.send(.post, path, to: scene.plane)["status"] == "cancelled")
        #expect(try await Self.decide(id, "approve", scene, as: scene.reviewers[1]).code == "already_decided")
    }

    @Test func anAgentAsksForItsOwnResourcesOnly() async throws {
        let scene = try await Self.scene()
        let stranger = try await TestAgent.enroll("stranger", in: scene.plane, by: scene.admin)
        let asked = try await stranger.send(.post, "/v1/agent/holds", Self.hold(scene), to: scene.plane)
        #expect(asked.status == 404)
        let id = try await Self.request(Self.hold(scene), scene).approvalIds[0]
        #expect(try await stranger.send(.get, "/v1/agent/holds/\(id)", to: scene.plane).status == 404)
        #expect(try await stranger.send(.post, "/v1/agent/holds/\(id)/redeem", to: scene.plane).status == 404)
    }
}
