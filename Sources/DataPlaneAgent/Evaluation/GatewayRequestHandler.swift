internal import APIModels
internal import Policy
internal import PostgresWire
internal import Reactor
internal import SQLInspection

/// Answers the control plane's questions about sessions and decisions.
struct GatewayRequestHandler: AgentRequestHandler {
    let gateway: PostgresGateway
    let reactors: ReactorGroup

    func terminate(_ request: AgentTerminateRequest) async throws(AgentProblem) {
        guard await gateway.sessions.terminate(request.sessionID, reason: request.reason) else {
            throw AgentProblem(code: .notFound, detail: "the agent has no session \(request.sessionID)")
        }
    }

    /// What a new session of the principal would be told about the statement, without running it.
    func evaluate(_ request: AgentEvaluateRequest) async throws(AgentProblem) -> EvaluateResponse {
        guard let resource = gateway.directory.resource(named: request.resource.description),
            let view = gateway.directory.view(of: resource.id, for: request.principal, credential: nil)
        else {
            throw AgentProblem(
                code: .notFound, detail: "the agent does not serve \"\(request.resource)\" to this principal")
        }
        let reactor = reactors.next()
        let task = Task(executorPreference: reactor) {
            await Self.evaluate(request, resource, view, gateway, reactor)
        }
        return try await task.value.get()
    }

    /// Samples a resource with the credential that its sessions have.
    func scan(_ request: AgentScanRequest) async throws(AgentProblem) -> ScanFindings {
        guard let resource = gateway.directory.resource(named: request.resource.description) else {
            throw AgentProblem(code: .notFound, detail: "the agent does not serve \"\(request.resource)\"")
        }
        let reactor = reactors.next()
        let directory = gateway.directory
        let task = Task(executorPreference: reactor) { () -> Result<ScanFindings, UpstreamFailure> in
            do throws(UpstreamFailure) {
                let target = try directory.target(of: resource, database: nil)
                return .success(
                    try await DiscoveryScan(target: target, sampleRows: request.sampleRows).run(on: reactor))
            } catch {
                return .failure(error)
            }
        }
        do throws(UpstreamFailure) {
            return try await task.value.get()
        } catch {
            throw AgentProblem(
                code: .resourceUnavailable, detail: "\"\(resource.name)\" cannot be scanned: \(error)")
        }
    }

    private static func evaluate(
        _ request: AgentEvaluateRequest, _ resource: AgentResource, _ view: sending ResourceView,
        _ gateway: PostgresGateway, _ reactor: Reactor
    ) async -> Result<EvaluateResponse, AgentProblem> {
        do throws(UpstreamFailure) {
            let target = try gateway.directory.target(of: resource, database: nil)
            let catalogs = gateway.catalogs.store(of: resource, target: target)
            let catalog = try await catalogs.current(on: reactor)
            guard let state = catalogs.freshState else {
                throw .misconfigured("the catalog has not been read")
            }
            let desk = DecisionDesk(
                principal: request.principal, credentialID: nil, reactor: reactor, view: view,
                directory: gateway.directory,
                inspections: gateway.inspections, catalogs: catalogs, catalog: catalog, state: state)
            return .success(await desk.evaluation(of: Array(request.statement.utf8)))
        } catch {
            return .failure(
                AgentProblem(
                    code: .resourceUnavailable,
                    detail: "the catalog of \"\(resource.name)\" cannot be read: \(error)"))
        }
    }
}

extension DecisionDesk {
    /// The decision on a text, and everything it rests on.
    func evaluation(of text: [UInt8]) async -> EvaluateResponse {
        switch await inspect(text, parameterTypes: []).result {
        case .success(let inspection):
            evaluation(of: text.withUnsafeBytes { plan(inspection, text: $0, parameterTypes: []) })
        case .failure(let failure):
            Self.evaluation(of: failure)
        }
    }

    private func evaluation(of plan: StatementPlan) -> EvaluateResponse {
        let inspection = plan.inspection
        let obstacle = obstacle(to: plan)
        let decision = plan.decision
        return EvaluateResponse(
            decision: obstacle == nil ? decision.outcome : .deny, actions: plan.facts.actions,
            conditions: plan.facts.conditions.sorted { $0.rawValue < $1.rawValue },
            tables: inspection.tables.map(\.joinedName), reached: inspection.reached.map(\.joinedName),
            columns: plan.facts.columns.map { ColumnUsage(column: $0.name, use: $0.use) },
            outputs: outputs(of: inspection), rules: decision.rules, masks: decision.masks.applied,
            limits: decision.limits,
            why: inspection.why + view.policies.explain(plan.facts, at: .now)
                + (obstacle.map { [$0.message] } ?? []),
            accessRequest: decision.denial?.accessRequest)
    }

    private func outputs(of inspection: Inspection) -> [APIModels.OutputColumn] {
        inspection.statements.flatMap(\.outputs).map { output in
            let lineage: APIModels.Lineage =
                switch output.lineage {
                case .none: .columns([])
                case .unknown: .unknown
                case .columns(let columns): .columns(columns.compactMap { catalog.name(of: $0) }.sorted())
                }
            return APIModels.OutputColumn(name: output.name, lineage: lineage)
        }
    }

    /// A text that was not inspected is denied, and says why.
    private static func evaluation(of failure: InspectionFailure) -> EvaluateResponse {
        let position: Int? =
            if case .syntax(_, let position) = failure, position > 0 { position } else { nil }
        return EvaluateResponse(
            decision: .deny, actions: .unknown, conditions: [], tables: [], reached: [], columns: [],
            outputs: [],
            rules: [], masks: [], limits: StatementLimits(), why: [failure.message],
            parseError: ParseError(message: failure.message, position: position))
    }
}

extension TableReference {
    /// As policies name it.
    fileprivate var joinedName: String { APIModels.QualifiedName.join([schema, name]) }
}
