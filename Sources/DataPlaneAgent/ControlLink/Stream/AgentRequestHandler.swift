import APIModels

/// What the sessions' side of the agent answers for the control plane.
protocol AgentRequestHandler: Sendable {
    /// How policy decides on a statement, without running it.
    func evaluate(_ request: AgentEvaluateRequest) async throws(AgentProblem) -> EvaluateResponse

    /// Ends a session. Returns when it is told to end; `notFound` when there is none.
    func terminate(_ request: AgentTerminateRequest) async throws(AgentProblem)

    /// What detectors find in samples of a resource's columns.
    func scan(_ request: AgentScanRequest) async throws(AgentProblem) -> ScanFindings
}

/// What the agent says of itself with each heartbeat.
struct AgentStatusReport: Sendable {
    var sessions: Int64
    var spoolBytes: Int64
    var advertised: AdvertisedListeners?
    var resources: [ResourceHealth]
}
