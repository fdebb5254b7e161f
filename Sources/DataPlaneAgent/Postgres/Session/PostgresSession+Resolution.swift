internal import PostgresWire
internal import SQLInspection

/// From texts and names to plans that hold now.
extension PostgresSession {
    enum Resolution {
        case plan(StatementPlan)
        case wait(ClientStep)
        /// Not inspected, or not what the session can stand behind; the plan when there is one, for the record.
        case refused(Report, StatementPlan?)
    }

    /// From a text to a plan: the inspection (remembered, or asked for), with what the text names in this session.
    func resolve(_ text: UnsafeRawBufferPointer, parameterTypes: [UInt32]) -> Resolution {
        let plan: StatementPlan
        switch resumption {
        case .inspected(let inspection):
            resumption = nil
            plan = desk.plan(inspection, text: text, parameterTypes: parameterTypes)
        case .uninspectable(let failure):
            return .refused(failure.report, nil)
        case .refused(let report, let plan):
            return .refused(report, plan)
        case .permitted, .settled, nil:
            if desk.isUncertain { return .wait(.probe) }
            guard let inspection = desk.remembered(text, parameterTypes: parameterTypes) else {
                return .wait(.inspect(text: Array(text), parameterTypes: parameterTypes))
            }
            plan = desk.plan(inspection, text: text, parameterTypes: parameterTypes)
        }
        guard plan.namesOthers else { return .plan(plan) }
        return withNamedStatements(plan)
    }

    /// EXECUTE and FETCH do what was prepared or declared under the name: all that it may mean is decided on together.
    private func withNamedStatements(_ plan: StatementPlan) -> Resolution {
        var plans = [plan]
        for name in plan.executedNames {
            let candidates = statements[name]
            guard !candidates.isEmpty else { return .refused(.unknownStatement(name), plan) }
            plans.append(contentsOf: candidates.map(\.value))
        }
        for name in plan.fetchedNames {
            let candidates = portals[name]
            // A function can have opened it, for a query that nobody but the server has seen.
            plans += candidates.isEmpty ? [desk.planOfUnseenCursor()] : candidates.map(\.value.plan)
        }
        return .plan(desk.merged(plans))
    }

    /// The plan under the configuration, the catalog and the names of now. A text whose meaning may have changed is planned
    /// anew.
    func current(_ plan: StatementPlan) -> Resolution {
        guard let first = plan.parts.first else {
            return .plan(desk.isCurrent(plan) ? plan : desk.replanned(plan))
        }
        if first.namesOthers {
            return withNamedStatements(desk.isCurrent(first) ? first : desk.replanned(first))
        }
        var plans: [StatementPlan] = []
        for part in plan.parts {
            guard case .plan(let now) = current(part) else { return current(part) }
            plans.append(now)
        }
        return .plan(desk.merged(plans))
    }
}
