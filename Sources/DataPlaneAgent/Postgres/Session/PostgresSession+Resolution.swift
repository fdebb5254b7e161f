internal import APIModels
internal import Policy
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
        case .inspected(let inspection, let inspected) where text.elementsEqual(inspected):
            resumption = nil
            plan = desk.plan(inspection, text: text, parameterTypes: parameterTypes)
        case .uninspectable(let failure):
            return .refused(failure.report, nil)
        case .refused(let report, let plan):
            return .refused(report, plan)
        case .inspected, .permitted, .settled, nil:
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
        // A text too long to be remembered would be asked for again and again.
        let waits = plan.text.count <= InspectionCache.maximumTextBytes
        var plans = [plan]
        for name in plan.executedNames {
            let candidates = statements[name]
            guard !candidates.isEmpty else { return .refused(.unknownStatement(name), plan) }
            if waits, candidates.count == 1 {
                switch current(candidates[0].value) {
                case .plan(let now):
                    renewStatement(name, now)
                    plans.append(now)
                case let other: return other
                }
            } else {
                plans += candidates.map { desk.settled($0.value) }
            }
        }
        for name in plan.fetchedNames {
            let candidates = portals[name]
            if waits, candidates.count == 1 {
                switch current(candidates[0].value.plan) {
                case .plan(let now): plans.append(now)
                case let other: return other
                }
            } else {
                // A function can have opened it, for a query that nobody but the server has seen.
                plans +=
                    candidates.isEmpty
                    ? [desk.planOfUnseenCursor()] : candidates.map { desk.settled($0.value.plan) }
            }
        }
        return .plan(desk.merged(plans))
    }

    /// The plan under the configuration, the catalog and the names of now. A text whose meaning may have changed is inspected
    /// anew.
    func current(_ plan: StatementPlan) -> Resolution {
        guard let first = plan.parts.first else { return renewed(plan) }
        guard first.namesOthers else { return .plan(desk.merged(plan.parts.map { desk.settled($0) })) }
        switch renewed(first) {
        case .plan(let now): return withNamedStatements(now)
        case let other: return other
        }
    }

    private func renewed(_ plan: StatementPlan) -> Resolution {
        if desk.isCurrent(plan) { return .plan(plan) }
        if let plan = desk.replanned(plan) { return .plan(plan) }
        switch resumption {
        case .inspected(let inspection, let text) where text == plan.text:
            resumption = nil
            return .plan(desk.plan(inspection, renewing: plan))
        case .uninspectable(let failure):
            resumption = nil
            return .refused(failure.report, plan)
        case .inspected, .permitted, .settled, .refused, nil:
            return .wait(.inspect(text: plan.text, parameterTypes: plan.parameterTypes))
        }
    }

    /// Keeps a prepared statement's plan of now, so that it is not made again each time.
    func renewStatement(_ name: WireName, _ plan: StatementPlan) {
        // What could not be proven is kept as it was: from there it is told what the server calls.
        if plan.parts.isEmpty, !plan.facts.actions.contains(.unknown) { statements.renew(name, as: plan) }
    }
}
