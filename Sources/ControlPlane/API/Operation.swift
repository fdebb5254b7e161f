import HTTPTypes

/// Everything that the API can do, by the `operationId` of openapi.yaml.
///
/// Adding one: a case here, its route and parameters below, its entry in `Operation+Access.swift`, its handler in the
/// `handlers` of its noun, its path in openapi.yaml. The compiler or `OperationTests` misses what is forgotten.
enum Operation: String, CaseIterable, Sendable {
    // Operations of the service itself.
    case getHealth, getReadiness, getMetrics, getOpenAPI, getReference
    case getMe
    // Service accounts.
    case listServiceAccounts, createServiceAccount, getServiceAccount, updateServiceAccount,
        deleteServiceAccount
    case listAPIKeys, createAPIKey, getAPIKey, revokeAPIKey
    // Resources.
    case listResources, createResource, getResource, replaceResource, deleteResource
    case getColumns, replaceColumns, addColumnTags, scanResource
    case listMaskKeys, createMaskKey, reverseTokens
    case createCredentials
    // Policies.
    case listPolicies, getPolicy, putPolicy, deletePolicy, listPolicyVersions, getPolicyVersion
    case evaluatePolicies
    // Detectors.
    case listDetectors, getDetector, putDetector, deleteDetector
    // Agents, for people.
    case listAgents, getAgent, deleteAgent, createJoinToken
    // Approvals.
    case listApprovals, getApproval, decideApproval
    // Sessions and their statements.
    case listSessions, getSession, listSessionStatements, getSessionRecording, terminateSession,
        listStatements
    // Audit.
    case listAuditEvents
    // For agents.
    case enrollAgent, streamConfiguration, sendHeartbeat, uploadRecords
    case requestHold, getHold, redeemHold, cancelHold
    case answerRequest
}

/// How requests reach an operation.
struct RouteShape: Sendable {
    let method: HTTPRequest.Method
    let path: PathTemplate
    /// Query parameters that the operation knows; any other is refused.
    let query: [String]

    init(_ method: HTTPRequest.Method, _ path: PathTemplate, query: [String] = []) {
        self.method = method
        self.path = path
        self.query = query
    }
}

extension Operation {
    var shape: RouteShape {
        switch self {
        case .getHealth: RouteShape(.get, "/healthz")
        case .getReadiness: RouteShape(.get, "/readyz")
        case .getMetrics: RouteShape(.get, "/metrics")
        case .getOpenAPI: RouteShape(.get, "/openapi.yaml")
        case .getReference: RouteShape(.get, "/docs")
        case .getMe: RouteShape(.get, "/v1/me")

        case .listServiceAccounts: RouteShape(.get, "/v1/service-accounts", query: Self.paging)
        case .createServiceAccount: RouteShape(.post, "/v1/service-accounts")
        case .getServiceAccount: RouteShape(.get, "/v1/service-accounts/{name}")
        case .updateServiceAccount: RouteShape(.patch, "/v1/service-accounts/{name}")
        case .deleteServiceAccount: RouteShape(.delete, "/v1/service-accounts/{name}")
        case .listAPIKeys: RouteShape(.get, "/v1/service-accounts/{name}/keys", query: Self.paging)
        case .createAPIKey: RouteShape(.post, "/v1/service-accounts/{name}/keys")
        case .getAPIKey: RouteShape(.get, "/v1/service-accounts/{name}/keys/{key_id}")
        case .revokeAPIKey: RouteShape(.delete, "/v1/service-accounts/{name}/keys/{key_id}")

        case .listResources: RouteShape(.get, "/v1/resources", query: Self.paging + ["agent", "protocol"])
        case .createResource: RouteShape(.post, "/v1/resources")
        case .getResource: RouteShape(.get, "/v1/resources/{name}")
        case .replaceResource: RouteShape(.put, "/v1/resources/{name}")
        case .deleteResource: RouteShape(.delete, "/v1/resources/{name}")
        case .getColumns: RouteShape(.get, "/v1/resources/{name}/columns")
        case .replaceColumns: RouteShape(.put, "/v1/resources/{name}/columns")
        case .addColumnTags: RouteShape(.patch, "/v1/resources/{name}/columns")
        case .scanResource: RouteShape(.post, "/v1/resources/{name}/scan")
        case .listMaskKeys: RouteShape(.get, "/v1/resources/{name}/mask-keys", query: Self.paging)
        case .createMaskKey: RouteShape(.post, "/v1/resources/{name}/mask-keys")
        case .reverseTokens: RouteShape(.post, "/v1/resources/{name}/tokens/reverse")
        case .createCredentials: RouteShape(.post, "/v1/resources/{name}/credentials")

        case .listPolicies: RouteShape(.get, "/v1/policies", query: Self.paging)
        case .getPolicy: RouteShape(.get, "/v1/policies/{name}")
        case .putPolicy: RouteShape(.put, "/v1/policies/{name}")
        case .deletePolicy: RouteShape(.delete, "/v1/policies/{name}")
        case .listPolicyVersions: RouteShape(.get, "/v1/policies/{name}/versions", query: Self.paging)
        case .getPolicyVersion: RouteShape(.get, "/v1/policies/{name}/versions/{revision}")
        case .evaluatePolicies: RouteShape(.post, "/v1/policies/evaluate")

        case .listDetectors: RouteShape(.get, "/v1/detectors", query: Self.paging)
        case .getDetector: RouteShape(.get, "/v1/detectors/{name}")
        case .putDetector: RouteShape(.put, "/v1/detectors/{name}")
        case .deleteDetector: RouteShape(.delete, "/v1/detectors/{name}")

        case .listAgents: RouteShape(.get, "/v1/agents", query: Self.paging)
        case .getAgent: RouteShape(.get, "/v1/agents/{name}")
        case .deleteAgent: RouteShape(.delete, "/v1/agents/{name}")
        case .createJoinToken: RouteShape(.post, "/v1/agents/join-tokens")

        case .listApprovals:
            RouteShape(.get, "/v1/approvals", query: Self.paging + ["status", "resource", "principal"])
        case .getApproval: RouteShape(.get, "/v1/approvals/{approval_id}", query: ["wait"])
        case .decideApproval: RouteShape(.post, "/v1/approvals/{approval_id}/decision")

        case .listSessions:
            RouteShape(.get, "/v1/sessions", query: Self.paging + ["principal", "resource", "active"])
        case .getSession: RouteShape(.get, "/v1/sessions/{session_id}")
        case .listSessionStatements:
            RouteShape(.get, "/v1/sessions/{session_id}/statements", query: Self.paging)
        case .getSessionRecording: RouteShape(.get, "/v1/sessions/{session_id}/recording")
        case .terminateSession: RouteShape(.post, "/v1/sessions/{session_id}/terminate")
        case .listStatements:
            RouteShape(
                .get, "/v1/statements", query: Self.paging + ["principal", "resource", "decision", "since"])

        case .listAuditEvents:
            RouteShape(.get, "/v1/audit/events", query: Self.paging + ["action", "actor", "subject"])

        case .enrollAgent: RouteShape(.post, "/v1/agent/enroll")
        case .streamConfiguration: RouteShape(.get, "/v1/agent/configuration")
        case .sendHeartbeat: RouteShape(.post, "/v1/agent/heartbeat")
        case .uploadRecords:
            RouteShape(.post, "/v1/agent/records", query: ["lane", "segment", "offset", "evidence"])
        case .requestHold: RouteShape(.post, "/v1/agent/holds")
        case .getHold: RouteShape(.get, "/v1/agent/holds/{approval_id}", query: ["wait"])
        case .redeemHold: RouteShape(.post, "/v1/agent/holds/{approval_id}/redeem")
        case .cancelHold: RouteShape(.post, "/v1/agent/holds/{approval_id}/cancel")
        case .answerRequest: RouteShape(.post, "/v1/agent/requests/{request_id}/answer")
        }
    }

    private static let paging = ["page_size", "page_token"]
}

/// What the body of a request may be.
enum RequestBodyRule: Sendable, Equatable {
    case none
    /// `application/json`, up to this many bytes. One that may be absent then counts as `{}`.
    case json(limit: Int, isRequired: Bool = true)
    /// Any bytes of the operation's own media type, up to this many.
    case bytes(limit: Int)
}

extension Operation {
    private static let ownBodyRules: [Operation: RequestBodyRule] = [
        .uploadRecords: .bytes(limit: 8 << 20),
        // A held statement comes whole, with its parameters; an evaluation's answer names all it touches.
        .requestHold: .json(limit: 16 << 20), .answerRequest: .json(limit: 16 << 20),
        .replaceColumns: .json(limit: 8 << 20), .addColumnTags: .json(limit: 8 << 20),
        .scanResource: .json(limit: 1 << 20, isRequired: false),
        .createAPIKey: .json(limit: 1 << 20, isRequired: false),
        .createCredentials: .json(limit: 1 << 20, isRequired: false),
        .terminateSession: .json(limit: 1 << 20, isRequired: false),
        .redeemHold: .none, .cancelHold: .none, .createMaskKey: .none,
    ]

    private static let idempotent: Set<Operation> = [
        .createServiceAccount, .createAPIKey, .createResource, .createJoinToken, .createCredentials,
        .createMaskKey,
    ]

    var bodyRule: RequestBodyRule {
        if let own = Self.ownBodyRules[self] { return own }
        let takesBody = [.post, .put, .patch].contains(shape.method)
        return takesBody ? .json(limit: 1 << 20) : .none
    }

    /// POST that creates: takes an `Idempotency-Key`.
    var isIdempotent: Bool { Self.idempotent.contains(self) }
}
