/// `POST /v1/agent/requests/{request_id}/answer`: one of the fields, or none to say that it is done.
package struct AgentAnswer: Hashable, Sendable, Codable {
    package var evaluation: EvaluateResponse?
    package var scan: ScanFindings?
    package var problem: AgentProblem?

    package init(evaluation: EvaluateResponse? = nil, scan: ScanFindings? = nil, problem: AgentProblem? = nil)
    {
        self.evaluation = evaluation
        self.scan = scan
        self.problem = problem
    }
}

/// Why an agent could not answer.
package struct AgentProblem: Error, Hashable, Sendable, Codable {
    package var code: ErrorCode
    package var detail: String

    package init(code: ErrorCode, detail: String) {
        self.code = code
        self.detail = detail
    }
}
