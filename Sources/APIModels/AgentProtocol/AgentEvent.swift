/// One line of `GET /v1/agent/configuration`.
package enum AgentEvent: Hashable, Sendable {
    case snapshot(revision: Int64, AgentConfiguration)
    case changed(revision: Int64, upserted: AgentConfiguration, removed: AgentRemovals)
    case request(AgentRequestID, AgentQuestion)
    case ping
}

/// What is gone since the revision before.
package struct AgentRemovals: Hashable, Sendable, Codable {
    package var resources: [ResourceID]
    package var policies: [PolicyID]
    package var principals: [PrincipalID]
    package var grants: [GrantID]

    package init(
        resources: [ResourceID], policies: [PolicyID], principals: [PrincipalID], grants: [GrantID]
    ) {
        self.resources = resources
        self.policies = policies
        self.principals = principals
        self.grants = grants
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        resources = try fields.decodeIfPresent([ResourceID].self, forKey: .resources) ?? []
        policies = try fields.decodeIfPresent([PolicyID].self, forKey: .policies) ?? []
        principals = try fields.decodeIfPresent([PrincipalID].self, forKey: .principals) ?? []
        grants = try fields.decodeIfPresent([GrantID].self, forKey: .grants) ?? []
    }

    package static let none = AgentRemovals(resources: [], policies: [], principals: [], grants: [])
}

/// Something that the control plane asks an agent to do.
package enum AgentQuestion: Hashable, Sendable {
    case evaluate(AgentEvaluateRequest)
    case terminate(AgentTerminateRequest)
    case scan(AgentScanRequest)
}

/// An evaluation with the principal resolved.
package struct AgentEvaluateRequest: Hashable, Sendable, Codable {
    package var principal: Principal
    package var resource: Name
    package var statement: String

    package init(principal: Principal, resource: Name, statement: String) {
        self.principal = principal
        self.resource = resource
        self.statement = statement
    }
}

package struct AgentTerminateRequest: Hashable, Sendable, Codable {
    package var sessionID: SessionID
    package var reason: String

    package init(sessionID: SessionID, reason: String) {
        self.sessionID = sessionID
        self.reason = reason
    }
}

extension AgentEvent: Codable {
    private enum Kind: String, Codable, CaseIterable { case snapshot, changed, request, ping }
    private enum CodingKeys: String, CodingKey {
        case type, revision, configuration, upserted, removed, requestID, evaluate, terminate, scan
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        switch try fields.decode(Kind.self, forKey: .type) {
        case .ping: self = .ping
        case .snapshot:
            self = .snapshot(
                revision: try fields.decode(Int64.self, forKey: .revision),
                try fields.decode(AgentConfiguration.self, forKey: .configuration))
        case .changed:
            self = .changed(
                revision: try fields.decode(Int64.self, forKey: .revision),
                upserted: try fields.decode(AgentConfiguration.self, forKey: .upserted),
                removed: try fields.decodeIfPresent(AgentRemovals.self, forKey: .removed) ?? .none)
        case .request:
            let id = try fields.decode(AgentRequestID.self, forKey: .requestID)
            let evaluate = try fields.decodeIfPresent(AgentEvaluateRequest.self, forKey: .evaluate)
            let terminate = try fields.decodeIfPresent(AgentTerminateRequest.self, forKey: .terminate)
            let scan = try fields.decodeIfPresent(AgentScanRequest.self, forKey: .scan)
            let questions =
                [
                    evaluate.map(AgentQuestion.evaluate), terminate.map(AgentQuestion.terminate),
                    scan.map(AgentQuestion.scan),
                ]
                .compactMap(\.self)
            guard questions.count == 1 else {
                throw InvalidValue("must have one of evaluate, terminate, scan")
            }
            self = .request(id, questions[0])
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .ping: try fields.encode(Kind.ping, forKey: .type)
        case .snapshot(let revision, let configuration):
            try fields.encode(Kind.snapshot, forKey: .type)
            try fields.encode(revision, forKey: .revision)
            try fields.encode(configuration, forKey: .configuration)
        case .changed(let revision, let upserted, let removed):
            try fields.encode(Kind.changed, forKey: .type)
            try fields.encode(revision, forKey: .revision)
            try fields.encode(upserted, forKey: .upserted)
            try fields.encode(removed, forKey: .removed)
        case .request(let id, let question):
            try fields.encode(Kind.request, forKey: .type)
            try fields.encode(id, forKey: .requestID)
            switch question {
            case .evaluate(let evaluate): try fields.encode(evaluate, forKey: .evaluate)
            case .terminate(let terminate): try fields.encode(terminate, forKey: .terminate)
            case .scan(let scan): try fields.encode(scan, forKey: .scan)
            }
        }
    }
}
