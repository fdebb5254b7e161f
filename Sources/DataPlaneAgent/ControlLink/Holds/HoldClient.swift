import APIModels
import HTTP
import Reactor

/// Why a hold could not be asked for, followed or used.
enum HoldError: Error, Equatable, Sendable {
    /// The control plane cannot be reached: what needs an approval does not run meanwhile.
    case unavailable(ControlPlaneError)
    case refused(Problem)
    /// The approval was used by another, or is not given.
    case notRedeemable(Problem)
}

/// Asks the control plane for approvals, and for the right to use them.
struct HoldClient: Sendable {
    let client: ControlPlaneClient

    /// What the control plane waits at most before it answers without a change.
    private static let wait = DurationText.seconds(30)
    private static let answerTime = Duration.seconds(10)

    /// Creates or joins the approvals that a statement needs, or takes one that was given before: then the
    /// answer has a receipt.
    func request(_ hold: HoldRequest) async throws(HoldError) -> HoldState {
        // Not repeated blindly: a lost answer may have had the receipt of an approval that is used up by now.
        try await call(
            .post("/v1/agent/holds", JSON.encode(hold), isRepeatable: false),
            deadline: .after(Self.answerTime))
    }

    /// How a hold stands, as soon as that changes, or after half a minute.
    func wait(for approval: ApprovalID) async throws(HoldError) -> HoldState {
        try await call(
            .get("/v1/agent/holds/\(approval)?wait=\(Self.wait)"),
            deadline: .after(Self.wait.duration + Self.answerTime))
    }

    /// The right to run the statement, once over all agents and replicas: an answer with a receipt.
    func redeem(_ approval: ApprovalID) async throws(HoldError) -> HoldState {
        do throws(HoldError) {
            return try await call(
                .post("/v1/agent/holds/\(approval)/redeem", isRepeatable: false),
                deadline: .after(Self.answerTime))
        } catch .refused(let problem) where problem.status == 409 {
            throw .notRedeemable(problem)
        }
    }

    /// Nobody waits for it any more. Best effort: an approval that nobody uses expires.
    func cancel(_ approval: ApprovalID) async {
        _ = try? await client.send(
            .post("/v1/agent/holds/\(approval)/cancel", isRepeatable: true), deadline: .after(Self.answerTime)
        )
    }

    private func call(
        _ request: ControlPlaneRequest, deadline: Deadline
    ) async throws(HoldError) -> HoldState {
        do throws(ControlPlaneError) {
            return try await client.call(request, deadline: deadline)
        } catch {
            switch error {
            case .refused(let problem) where !error.isTransient: throw .refused(problem)
            case .refused, .unreachable, .interrupted, .unauthorized, .malformed: throw .unavailable(error)
            }
        }
    }
}
