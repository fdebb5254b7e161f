import APIModels
import HTTP
import HTTPTypes
import Reactor

/// A request that was routed, authenticated and authorized, with its body read.
struct APIRequest: Sendable {
    let operation: Operation
    let id: RequestID
    let caller: Caller
    /// When it came.
    let now: Timestamp
    let path: [String: String]
    let query: QueryParameters
    let headerFields: HTTPFields
    let body: [UInt8]
    let reactor: Reactor

    /// The body as a shape, or a problem with all that is wrong with it.
    func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(Problem) -> Value {
        guard case .json(let limit, _) = operation.bodyRule else {
            preconditionFailure("\(operation) takes no JSON")
        }
        let text = body.isEmpty ? Array("{}".utf8) : body
        do {
            var limits = JSONLimits.requestBody
            limits.bytes = limit
            return try JSON.decode(type, from: text, limits: limits)
        } catch {
            throw Problem(error)
        }
    }

    /// A path parameter as an id or name. One that cannot be is not found.
    func path<Value: JSONText>(_ name: String, as type: Value.Type = Value.self) throws(Problem) -> Value {
        guard let text = path[name], let value = try? Value(text: text) else { throw .notFound() }
        return value
    }

    /// The principal that asks. To be used by operations that only principals may call.
    var principal: Principal {
        guard case .principal(let principal) = caller else {
            preconditionFailure("\(operation) has no principal")
        }
        return principal
    }

    /// The agent that asks. To be used by operations that only agents may call.
    var agent: AuthenticatedAgent {
        guard case .agent(let agent) = caller else { preconditionFailure("\(operation) has no agent") }
        return agent
    }

    /// How long a `?wait=` may last: at most a minute, so that proxies do not cut it off.
    func wait() throws(Problem) -> Duration {
        let wait: DurationText? = try query.value("wait")
        return min(wait?.duration ?? .zero, .seconds(60))
    }
}

/// Who asks. Indirect, because each request passes it on several times.
indirect enum Caller: Sendable {
    case anonymous
    case principal(Principal)
    case agent(AuthenticatedAgent)

    /// As audit events name it.
    var actor: AuditActor {
        switch self {
        case .anonymous: AuditActor(id: "", name: "anonymous", kind: "anonymous")
        case .principal(let principal):
            AuditActor(id: principal.id.description, name: principal.name, kind: principal.kind.rawValue)
        case .agent(let agent):
            AuditActor(id: agent.id.description, name: agent.name.description, kind: "agent")
        }
    }
}

/// An agent that has proved who it is.
struct AuthenticatedAgent: Sendable {
    let id: AgentID
    let name: Name
}

extension Principal {
    func has(_ role: Role) -> Bool { roles.contains(role) }

    /// Sees what concerns others.
    var seesAll: Bool { has(.admin) || has(.auditor) }
}
