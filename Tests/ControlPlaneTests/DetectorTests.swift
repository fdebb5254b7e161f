import APIModels
import HTTPTypes
import Testing

@testable import ControlPlane

@Suite struct DetectorTests {
    private let path = "/v1/detectors/employee_number"

    private func spec(_ pattern: String = "EMP-[0-9]{6}", name: String = "employee_number") -> JSON {
        ["name": .string(name), "pattern": .string(pattern), "context": ["employee"]]
    }

    @Test func isMadeReplacedAndSentToAgents() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.send(.post, "/v1/resources", TestControlPlane.resource(), as: admin)
        let agent = try await TestAgent.enroll(in: plane, by: admin)
        let stream = try await agent.connect(to: plane)
        #expect(try await stream.snapshot().detectors == [])
        let made = try await plane.send(.put, path, spec(), as: admin)
        #expect(made.status == 201)
        guard case .changed(_, let upserted, _) = try await stream.next() else {
            Issue.record("the agent was not told")
            return
        }
        #expect(upserted.detectors?.map(\.pattern) == ["EMP-[0-9]{6}"])
        #expect(try await plane.send(.put, path, spec("E"), as: admin).status == 428)
        let replaced = try await plane.send(.put, path, spec("E[0-9]{6}"), as: admin, [.ifMatch: made.tag])
        #expect(replaced.json["revision"] == 2)
        let shown = try await plane.send(.get, "/v1/detectors", as: admin)
        #expect((try shown.decode() as Page<CustomDetector>).items.map(\.pattern) == ["E[0-9]{6}"])
        await stream.close()
    }

    @Test(arguments: ["EMP-(", "a*", "(a)\\1", "((x{1,500}){1,500}){1,500}y"]) func refusesAPattern(
        pattern: String
    ) async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let answer = try await plane.send(.put, path, spec(pattern), as: admin)
        #expect(answer.status == 400)
        let problem: Problem = try answer.decode()
        #expect(problem.errors?.map(\.pointer) == ["/pattern"])
        if pattern == "EMP-(" { #expect(problem.errors?.first?.detail.contains("position") == true) }
    }

    @Test func refusesNamesOfOthers() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        for (name, path) in [
            ("email", "/v1/detectors/email"), ("other", path), ("A b", "/v1/detectors/A%20b"),
        ] {
            #expect(try await plane.send(.put, path, spec(name: name), as: admin).status == 400, "\(name)")
        }
    }

    @Test func staysAsLongAsAPolicyNamesIt() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let made = try await plane.send(.put, path, spec(), as: admin)
        let policy: JSON = [
            "name": "masks", "subjects": ["groups": ["x"]], "resources": ["names": ["*"]],
            "rules": [["effect": "mask", "detectors": ["employee_number"], "with": ["kind": "redact"]]],
        ]
        let used = try await plane.send(.put, "/v1/policies/masks", policy, as: admin)
        #expect(used.status == 201)
        let refused = try await plane.send(.delete, path, as: admin, [.ifMatch: made.tag])
        #expect(refused.status == 409 && refused.code == "in_use")
        _ = try await plane.send(.delete, "/v1/policies/masks", as: admin, [.ifMatch: used.tag])
        #expect(try await plane.send(.delete, path, as: admin, [.ifMatch: made.tag]).status == 204)
        #expect(try await plane.send(.get, path, as: admin).status == 404)
    }
}
