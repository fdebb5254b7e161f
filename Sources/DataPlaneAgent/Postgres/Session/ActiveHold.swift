internal import APIModels
internal import Recording

/// A statement that needs approvals.
struct HeldStatement {
    let plan: StatementPlan
    let parameters: CapturedParameters
    let terms: HoldTerms
    let form: StatementForm
}

/// The hold that a session is in, for those who end it: the decision, a cancel, the client's leaving. The first one counts.
///
/// Invariant of `@unchecked`: touched by the session's actor only.
final class ActiveHold: @unchecked Sendable {
    enum Ending: Sendable { case cancelled, clientGone, sessionEnded }

    private(set) var ending: Ending?
    private var waiter:
        (continuation: UnsafeContinuation<Result<HoldState, HoldError>, Never>, pending: HoldState)?

    func wait(_ continuation: UnsafeContinuation<Result<HoldState, HoldError>, Never>, _ pending: HoldState) {
        if ending != nil {
            continuation.resume(returning: .success(pending))
        } else {
            waiter = (continuation, pending)
        }
    }

    func resolve(_ result: Result<HoldState, HoldError>) {
        guard let waiter else { return }
        self.waiter = nil
        waiter.continuation.resume(returning: result)
    }

    func cancel(_ ending: Ending) {
        guard self.ending == nil else { return }
        self.ending = ending
        if let waiter { resolve(.success(waiter.pending)) }
    }
}
