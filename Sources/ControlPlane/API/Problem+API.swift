import APIModels

/// The problems that operations answer with, worded once.
extension Problem {
    static func notFound(_ what: String = "There is nothing here under this name.") -> Problem {
        Problem(status: 404, code: .notFound, title: "Not found", detail: what)
    }

    static func invalidParameters(_ errors: [FieldError]) -> Problem {
        Problem(
            status: 400, code: .invalidParameter, title: "The parameters are not valid",
            detail: errors.first?.description, errors: errors)
    }

    /// The body is well formed, but does not fit what is there.
    static func invalidBody(_ pointer: String, _ code: FieldError.Code, _ detail: String) -> Problem {
        let steps = pointer.split(separator: "/")
        let target = steps.reduce(JSONPointer.root) { $0.appending(String($1)) }
        return Problem(JSONDecodingFailure(errors: [FieldError(pointer: target, code: code, detail: detail)]))
    }

    static let missingBody = Problem(
        status: 400, code: .invalidBody, title: "The body is not valid", detail: "Send a JSON object.",
        errors: [FieldError(pointer: .root, code: .missingField, detail: "is required")])

    /// An agent could not do what it was asked for.
    static func unanswered(_ problem: AgentProblem?, _ task: String) -> Problem {
        guard let problem else { return .agentUnavailable("The agent gave an empty answer.") }
        let isAway = problem.code == .resourceUnavailable || problem.code == .agentUnavailable
        return Problem(
            status: isAway ? 503 : 422, code: problem.code, title: "The agent could not \(task)",
            detail: problem.detail)
    }

    static let unauthenticated = unauthenticated(
        "Send an API key or access token as \"Authorization: Bearer …\".")

    static func unauthenticated(_ detail: String) -> Problem {
        Problem(status: 401, code: .unauthenticated, title: "Not authenticated", detail: detail)
    }

    static func forbidden(_ detail: String) -> Problem {
        Problem(status: 403, code: .forbidden, title: "Not allowed", detail: detail)
    }

    static func conflict(_ code: ErrorCode, _ detail: String) -> Problem {
        Problem(status: 409, code: code, title: "Conflict with the present state", detail: detail)
    }

    static func nameTaken(_ name: some CustomStringConvertible) -> Problem {
        conflict(.nameTaken, "The name \"\(name)\" is taken.")
    }

    static let preconditionRequired = Problem(
        status: 428, code: .preconditionRequired, title: "A precondition is required",
        detail: "Send the ETag of the version you have seen as If-Match.")

    static let preconditionFailed = Problem(
        status: 412, code: .preconditionFailed, title: "The precondition does not hold",
        detail: "It has changed, or does not exist, since the version you have seen.")

    static func bodyTooLarge(limit: Int) -> Problem {
        Problem(
            status: 413, code: .bodyTooLarge, title: "The body is too large",
            detail: "At most \(limit) bytes are taken here.")
    }

    static func agentUnavailable(_ detail: String) -> Problem {
        Problem(status: 503, code: .agentUnavailable, title: "The agent is not available", detail: detail)
    }

    static let databaseUnavailable = Problem(
        status: 503, code: .databaseUnavailable, title: "The database is not available",
        detail: "Nothing is known to have changed. Try again in a moment.")

    static let internalError = Problem(
        status: 500, code: .internalError, title: "Internal error",
        detail: "The request failed for a reason of ours. The log has it under the request id.")
}
