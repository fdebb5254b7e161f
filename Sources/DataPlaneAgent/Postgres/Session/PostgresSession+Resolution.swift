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
        indirect case refused(Report, StatementPlan?)
    }

    /// From a text to a plan: the inspection (remembered, or asked for), with what the text names in this session.
    func resolve(_ text: UnsafeRawBufferPointer, parameterTypes: [UInt32]) -> Resolution {
        if case .refused(let report, let plan) = resumption { return .refused(report, plan) }
        if desk.isUncertain { return .wait(.probe) }
        let inspection: Inspection
        switch freshInspection(of: text) {
        case .success(let found): inspection = found
        case .failure(let failure): return .refused(failure.report, nil)
        case nil:
            guard let known = desk.remembered(text, parameterTypes: parameterTypes) else {
                return .wait(.inspect(text: Array(text), parameterTypes: parameterTypes))
            }
            inspection = known
        }
        let plan = desk.plan(inspection, text: text, parameterTypes: parameterTypes)
        guard plan.namesOthers else { return .plan(plan) }
        return withNamedStatements(plan)
    }

    /// EXECUTE and FETCH do what was prepared or declared under the name: all that it may mean is decided on together.
    private func withNamedStatements(_ plan: StatementPlan) -> Resolution {
        var plans = [plan]
        for name in plan.executedNames {
            let candidates = statements[name]
            if statements.isUndecided(name), !ledger.isEmpty { return .wait(.awaitAnswers) }
            guard !candidates.isEmpty else { return .refused(.unknownStatement(name), plan) }
            for candidate in candidates {
                switch current(candidate.value) {
                case .plan(let now):
                    renewStatement(name, now)
                    plans.append(now)
                case let other: return other
                }
            }
        }
        for name in plan.fetchedNames {
            let candidates = portals[name]
            if portals.isUndecided(name), !ledger.isEmpty { return .wait(.awaitAnswers) }
            // A function can have opened it, for a query that nobody but the server has seen.
            if candidates.isEmpty { plans.append(desk.planOfUnseenCursor()) }
            for candidate in candidates {
                switch current(candidate.value.plan, kept: .portal) {
                case .plan(let now): plans.append(desk.asResumed(candidate.value, as: now))
                case let other: return other
                }
            }
        }
        return .plan(desk.merged(plans))
    }

    /// The plan under the configuration, the catalog and the names of now. A text whose meaning may have changed is inspected
    /// anew.
    func current(_ plan: StatementPlan, kept: DecisionDesk.ServerObject = .statement) -> Resolution {
        guard let first = plan.parts.first else { return renewed(plan, kept) }
        if first.namesOthers {
            switch renewed(first, kept) {
            case .plan(let now): return withNamedStatements(now)
            case let other: return other
            }
        }
        var plans: [StatementPlan] = []
        for part in plan.parts {
            switch current(part, kept: kept) {
            case .plan(let now): plans.append(now)
            case let other: return other
            }
        }
        return .plan(desk.merged(plans))
    }

    private func renewed(_ plan: StatementPlan, _ kept: DecisionDesk.ServerObject) -> Resolution {
        if desk.isCurrent(plan) { return .plan(plan) }
        switch freshInspection(of: plan.text) {
        case .success(let inspection): return .plan(desk.plan(inspection, renewing: plan, kept: kept))
        case .failure(let failure): return .refused(failure.report, plan)
        case nil:
            if let plan = desk.replanned(plan, kept: kept) { return .plan(plan) }
            return .wait(.inspect(text: plan.text, parameterTypes: plan.parameterTypes))
        }
    }

    /// What came of inspecting a text for the message at hand; nil when nobody has asked yet.
    private func freshInspection(of text: some Sequence<UInt8>) -> Result<Inspection, InspectionFailure>? {
        freshInspections.first { text.elementsEqual($0.text) && desk.isUnder($0.catalog) }?.result
    }

    /// Keeps a prepared statement's plan of now, so that it is not made again each time.
    func renewStatement(_ name: WireName, _ plan: StatementPlan) {
        // What could not be proven is kept as it was: from there it is told what the server calls.
        if plan.parts.isEmpty, !plan.facts.actions.contains(.unknown) { statements.renew(name, as: plan) }
    }
}
