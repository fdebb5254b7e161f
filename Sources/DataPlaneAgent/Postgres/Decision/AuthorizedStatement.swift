internal import APIModels
internal import Policy
internal import PostgresWire
internal import Recording

/// The right to send one message upstream. Only `DecisionDesk` makes one, out of a decision, in this file; the outbox takes
/// nothing else for messages that carry or start a statement.
struct AuthorizedStatement {
    let run: StatementRun
    let permit: Permit

    fileprivate init(run: StatementRun, permit: Permit) {
        self.run = run
        self.permit = permit
    }
}

/// The right to have a statement prepared or bound, which may plan it but does not run it.
struct AuthorizedPreparation {
    fileprivate init() {}
}

/// What let a statement through beside the rules.
enum Permit {
    /// No approval was needed.
    case none
    /// The approval that it was held for, and what exactly that is of: text, parameters, objects, search path, policy revision.
    indirect case approved(RecordedApproval, binding: [UInt8])

    var recorded: RecordedApproval? {
        if case .approved(let recorded, _) = self { recorded } else { nil }
    }
}

/// What the desk says of a statement.
enum Verdict {
    case allow(Permit)
    indirect case deny(Report)
    indirect case hold(HoldTerms)
}

/// The approvals that a held statement waits for, and what they are bound to.
struct HoldTerms {
    let approvals: [RequiredApproval]
    let binding: [UInt8]

    /// All must be given; a single ticket among them makes the client come again.
    var isTicket: Bool { approvals.contains { $0.mode == .ticket } }
}

extension DecisionDesk {
    /// What policy says of `plan` now, with these parameters; `permit` is what an approval has given for it.
    func verdict(on plan: StatementPlan, parameters: CapturedParameters, permit: Permit?) -> Verdict {
        if let obstacle = obstacle(to: plan) { return .deny(obstacle) }
        if plan.writeGuard.matchesParameter(of: parameters) { return .deny(plan.writeGuard.valueRefusal) }
        switch plan.decision.outcome {
        case .allow:
            return .allow(.none)
        case .deny:
            return .deny(.denied(plan.decision, resource: view.resource.name))
        case .hold:
            // An approval covers what it can be bound to, and what a reviewer can see: all of the parameters.
            if parameters.isTruncated {
                return .deny(
                    Report(
                        .error, .programLimitExceeded,
                        "the statement needs an approval, and its parameters are too large for one",
                        hint: "Send at most 16 KiB of parameters with a statement that needs approval."))
            }
            let binding = binding(of: plan, parameters)
            if let permit, case .approved(_, binding) = permit { return .allow(permit) }
            return .hold(HoldTerms(approvals: plan.decision.approvals, binding: binding))
        }
    }

    /// Turns a verdict that allows into the right to forward, once the record of the start is written.
    func authorize(_ run: StatementRun, _ permit: Permit) -> AuthorizedStatement {
        AuthorizedStatement(run: run, permit: permit)
    }

    /// For Parse and Bind of a plan whose verdict is not a denial.
    func authorizePreparation(of _: StatementPlan) -> AuthorizedPreparation {
        AuthorizedPreparation()
    }
}
