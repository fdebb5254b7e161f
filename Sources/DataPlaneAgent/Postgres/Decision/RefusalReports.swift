internal import APIModels
internal import Policy
internal import PostgresWire

/// The words of refusals: what was refused, by which rule, and what to do next; in DETAIL the same as JSON.
extension Report {
    static func denied(_ decision: Decision, resource: Name) -> Report {
        guard let denial = decision.denial else {
            return Report(.error, .insufficientPrivilege, "the statement is not allowed on \"\(resource)\"")
        }
        return Report(
            .error, .insufficientPrivilege, denial.message, detail: JSON.encodeText(denial.detail),
            hint: denial.hint)
    }

    /// The notice of a statement that waits.
    static func held(_ state: HoldState) -> Report {
        Report(
            .notice, .successfulCompletion, "the statement waits for approval: \(state.url)",
            detail: detail("approval_pending", state),
            hint: "It runs as soon as it is approved. Cancel the statement to stop waiting.")
    }

    /// In ticket mode: refused for now.
    static func ticket(_ state: HoldState) -> Report {
        switch state.status {
        case .denied, .cancelled, .expired: notApproved(state)
        case .pending, .approved:
            Report(
                .error, .insufficientPrivilege, "the statement needs an approval: \(state.url)",
                detail: detail("approval_required", state),
                hint: "Send exactly the same statement again once \(state.approvalList) is approved.")
        }
    }

    static func notApproved(_ state: HoldState) -> Report {
        let reviewers = state.decidedBy.map(\.name).joined(separator: ", ")
        let comment = state.comment.map { ": \($0)" } ?? ""
        let message =
            switch state.status {
            case .denied: "the approval was denied\(reviewers.isEmpty ? "" : " by \(reviewers)")\(comment)"
            case .expired: "the approval timed out: nobody decided in time"
            case .cancelled: "the approval was cancelled"
            case .pending, .approved: "the approval could not be used"
            }
        return Report(
            .error, .insufficientPrivilege, message,
            detail: detail("approval_\(state.status.rawValue)", state),
            hint: "The statement did not run. See \(state.url)")
    }

    static var holdCancelled: Report {
        Report(
            .error, .queryCanceled, "canceling statement due to user request while it waited for approval",
            detail: #"{"code":"approval_cancelled"}"#)
    }

    static func holdFailed(_ failure: HoldError) -> Report {
        switch failure {
        case .unavailable:
            Report(
                .error, .insufficientPrivilege,
                "the statement needs an approval, and the control plane cannot be reached to ask for it",
                detail: #"{"code":"approval_unavailable"}"#,
                hint: "Statements that need no approval go on. Try again later.")
        case .refused(let problem):
            Report(
                .error, .insufficientPrivilege,
                "the approval could not be asked for: \(problem.detail ?? problem.title)",
                detail: #"{"code":"approval_unavailable"}"#)
        case .notRedeemable:
            Report(
                .error, .insufficientPrivilege, "the approval was used already",
                detail: #"{"code":"approval_used"}"#, hint: "Send the statement again to ask anew.")
        }
    }

    private static func detail(_ code: String, _ state: HoldState) -> String {
        let object: JSONObject = [
            "code": .string(code), "approval_ids": .array(state.approvalIds.map { .string($0.description) }),
            "url": .string(state.url), "status": .string(state.status.rawValue),
            "expires_at": .string(state.expiresAt.description),
        ]
        return JSON.encodeText(JSON.object(object))
    }
}

extension HoldState {
    fileprivate var approvalList: String { approvalIds.map(\.description).joined(separator: ", ") }
}
