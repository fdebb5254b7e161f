import APIModels
import PostgresClient

/// `POST /v1/policies/evaluate`: the agent that serves the resource answers, since it has the catalog.
struct EvaluationRoutes: Sendable {
    let services: Services

    var handlers: [Operation: Handler] { [.evaluatePolicies: evaluate] }

    @Sendable private func evaluate(_ request: APIRequest) async throws -> APIResponse {
        let input: EvaluateRequest = try request.decode()
        let principal = try await principal(input, askedBy: request.principal)
        guard let stored = try await ResourceStore(database: services.database).find(input.resource) else {
            throw Problem.notFound("There is no resource \"\(input.resource)\".")
        }
        let question = AgentEvaluateRequest(
            principal: principal, resource: stored.resource.name, statement: input.statement)
        let answer = try await AgentRequests(services: services).ask(
            stored.resource.agent, .evaluate(question))
        if let evaluation = answer.evaluation { return .json(evaluation) }
        throw Problem.unanswered(answer.problem, "evaluate the statement")
    }

    private func principal(_ input: EvaluateRequest, askedBy caller: Principal) async throws -> Principal {
        guard let wanted = input.principal, wanted != caller.name, wanted != caller.id.description else {
            return caller
        }
        guard caller.seesAll else {
            throw Problem.forbidden("To evaluate for another principal needs the role admin or auditor.")
        }
        guard
            let row = try await services.database.first(
                """
                SELECT \(Authenticator.principalColumns) FROM principals AS principal
                WHERE \(PrincipalFilter(wanted).condition(name: "principal.name", id: "principal.id"))
                """)
        else { throw Problem.notFound("There is no principal \"\(wanted)\".") }
        return try Authenticator.principal(row)
    }
}
