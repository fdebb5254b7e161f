internal import APIModels
internal import Policy
internal import SQLInspection

/// What a statement has meant when it ran, and what a prepared one goes on to mean.
extension DecisionDesk {
    /// Whether what a statement was judged to be holds by what was changed while it ran: names mean what they meant, or what is
    /// decided on in the same way.
    func stillHolds(_ plan: StatementPlan, judgedAt moment: CatalogChanges.Moment) async -> Bool {
        switch await catalogs.hindsight(on: plan, judgedAt: moment) {
        case .asJudged: true
        case .changed(let now): await isSame(plan, under: now)
        case .unknown: false
        }
    }

    private func isSame(_ plan: StatementPlan, under now: CatalogSnapshot) async -> Bool {
        guard plan.parts.isEmpty, plan.innerName == nil, plan.outputsAreKnown,
            let found = try? await inspections.inspect(
                text: plan.text, parameterTypes: plan.parameterTypes, catalog: now, settings: plan.settings)
        else { return false }
        return Self.showTheSame(found, plan.inspection) && facts(of: found, in: now) == plan.facts
    }

    /// Whether two plans of a text show the same and are decided on in the same way.
    func isSame(_ plan: StatementPlan, as other: StatementPlan) -> Bool {
        Self.showTheSame(plan.inspection, other.inspection) && plan.facts == other.facts
    }

    private static func showTheSame(_ one: Inspection, _ other: Inspection) -> Bool {
        one.statements.elementsEqual(other.statements, by: showTheSame)
    }

    private static func showTheSame(_ one: StatementInspection, _ other: StatementInspection) -> Bool {
        one.outputs == other.outputs && one.outputsAreComplete == other.outputsAreComplete
            && one.showsHidden == other.showsHidden && one.columnsBehind == other.columnsBehind
            && one.transfers == other.transfers
    }

    /// Whether the server may go on to run a prepared text as something else than `found`: the types that it gave to parameters
    /// stay, and with them what it calls. All else it looks up anew (`OwnStatement.discardPlans`).
    func keepsOther(than found: Inspection, _ plan: StatementPlan) -> Bool {
        plan.text.contains(UInt8(ascii: "$")) && Set(found.routines) != Set(plan.inspection.routines)
    }

    /// The plan of a portal or cursor that may hold rows from before: where something that concerns it was changed since it
    /// was made, they may be of anything.
    func asResumed(_ portal: BoundPortal, as plan: StatementPlan) -> StatementPlan {
        catalogs.hasChanged(portal.plan, since: portal.judgedAt)
            ? merged([plan, planOfUnseenCursor()]) : plan
    }

    /// Policy allows what cannot be proven to be anything less than everything, masks nothing, and does so at any time.
    func findUnrestricted() -> Bool {
        if view.policies.dependsOnTime { return false }
        let anything = PolicyFacts(
            actions: .unknown, conditions: Set(Condition.allCases), tables: [], columns: [],
            hasUnprovenColumns: true, functions: [])
        let decision = view.policies.decide(anything, at: .now)
        return decision.outcome == .allow && decision.masks.isEmpty
    }
}
