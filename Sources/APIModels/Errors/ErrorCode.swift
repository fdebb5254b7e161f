/// The stable code of a problem; what programs switch over.
package struct ErrorCode: Hashable, Sendable, RawRepresentable, Codable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }

    // Of a request.
    package static let invalidBody = ErrorCode(rawValue: "invalid_body")
    package static let invalidParameter = ErrorCode(rawValue: "invalid_parameter")
    package static let bodyTooLarge = ErrorCode(rawValue: "body_too_large")
    package static let unsupportedMediaType = ErrorCode(rawValue: "unsupported_media_type")
    package static let methodNotAllowed = ErrorCode(rawValue: "method_not_allowed")
    package static let notFound = ErrorCode(rawValue: "not_found")
    package static let preconditionRequired = ErrorCode(rawValue: "precondition_required")
    package static let preconditionFailed = ErrorCode(rawValue: "precondition_failed")
    package static let idempotencyKeyReused = ErrorCode(rawValue: "idempotency_key_reused")
    package static let requestInProgress = ErrorCode(rawValue: "request_in_progress")
    package static let rateLimited = ErrorCode(rawValue: "rate_limited")

    // Of the caller.
    package static let unauthenticated = ErrorCode(rawValue: "unauthenticated")
    package static let forbidden = ErrorCode(rawValue: "forbidden")

    // Of the state of things.
    package static let nameTaken = ErrorCode(rawValue: "name_taken")
    package static let inUse = ErrorCode(rawValue: "in_use")
    package static let alreadyDecided = ErrorCode(rawValue: "already_decided")
    package static let ownRequest = ErrorCode(rawValue: "own_request")
    package static let expired = ErrorCode(rawValue: "expired")
    package static let alreadyRedeemed = ErrorCode(rawValue: "already_redeemed")
    package static let notApproved = ErrorCode(rawValue: "not_approved")
    package static let invalidJoinToken = ErrorCode(rawValue: "invalid_join_token")
    package static let agentUnavailable = ErrorCode(rawValue: "agent_unavailable")
    package static let agentUnknown = ErrorCode(rawValue: "agent_unknown")
    package static let resourceUnavailable = ErrorCode(rawValue: "resource_unavailable")
    package static let chainBroken = ErrorCode(rawValue: "chain_broken")
    package static let sessionEnded = ErrorCode(rawValue: "session_ended")
    package static let parseError = ErrorCode(rawValue: "parse_error")

    // Of ours.
    package static let databaseUnavailable = ErrorCode(rawValue: "database_unavailable")
    package static let shuttingDown = ErrorCode(rawValue: "shutting_down")
    package static let timedOut = ErrorCode(rawValue: "timed_out")
    package static let internalError = ErrorCode(rawValue: "internal_error")
}
