import APIModels
import HTTP

/// Why a request to the control plane has no good answer.
enum ControlPlaneError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No address answers.
    case unreachable(HTTPClientError)
    /// The answer broke off.
    case interrupted(HTTPBodyError)
    /// 401: the agent, or its join token, is not known.
    case unauthorized(Problem)
    /// Any other answer that is not a success.
    case refused(Problem)
    /// A success whose body is not what it should be.
    case malformed(JSONDecodingFailure)

    /// Whether the same request may do better later, or elsewhere.
    var isTransient: Bool {
        switch self {
        case .unreachable, .interrupted: true
        case .refused(let problem): problem.status >= 500 || problem.status == 429
        case .unauthorized, .malformed: false
        }
    }

    var description: String {
        switch self {
        case .unreachable(let error): "the control plane cannot be reached: \(error)"
        case .interrupted(let error): "the control plane's answer broke off: \(error)"
        case .unauthorized(let problem), .refused(let problem):
            "the control plane answered \(problem.status) \(problem.code): \(problem.detail ?? problem.title)"
        case .malformed(let failure): "the control plane's answer is malformed: \(failure)"
        }
    }
}
