internal import APIModels
internal import Crypto
internal import Masking
internal import Policy
internal import PostgresWire
internal import Reactor
internal import SQLInspection

/// Decides for one session: remembers what was inspected and planned, and knows when that no longer holds. Belongs to the
/// session's actor.
final class DecisionDesk {
    let principal: Principal
    /// What the principal came in with; nil for a question that nobody came in for.
    private let credentialID: String?
    private let reactor: Reactor
    private(set) var view: ResourceView
    private let directory: ResourceDirectory
    let inspections: InspectionPool
    let catalogs: SessionCatalog
    private var settings: InspectionSettings
    private var sessionEpoch: UInt64 = 0

    /// The session's state may have changed: nothing is decided before a probe has said what names mean.
    private(set) var isUncertain = false
    /// Changed inside the transaction that is open: its end, or a savepoint, may take it back without a word.
    private var isDirtyInTransaction = false
    private var isGone = false
    /// Policy lets the principal do anything, and hides nothing: what a statement means decides nothing.
    private(set) lazy var isUnrestricted = findUnrestricted()

    /// Made for each choice of a policy's, under the configuration of now.
    private var detectorSets: [[String]: DetectorSet] = [:]
    private var plans: [ObjectIdentifier: StatementPlan] = [:]
    /// Plans remembered per session; a program has some dozens of statements.
    private static let planCapacity = 1024

    init(
        principal: Principal, credentialID: String?, reactor: Reactor, view: ResourceView,
        directory: ResourceDirectory,
        inspections: InspectionPool,
        catalogs: CatalogStore, catalog: CatalogSnapshot, state: SessionProbe.Answer
    ) {
        self.principal = principal
        self.credentialID = credentialID
        self.reactor = reactor
        self.view = view
        self.directory = directory
        self.inspections = inspections
        self.catalogs = SessionCatalog(catalog, of: catalogs, reactor: reactor)
        settings = InspectionSettings(state)
    }

    /// What its statements are judged by.
    var catalog: CatalogSnapshot { catalogs.snapshot }

    // MARK: The session's state

    /// A statement went upstream that may change what names mean.
    func markUncertain() {
        isUncertain = true
        isDirtyInTransaction = true
        catalogs.noteSavepoint()
    }

    /// A statement went upstream that begins or ends a transaction, or part of one: what was changed in it may be taken back.
    func noteTransactionControl() {
        if isDirtyInTransaction { isUncertain = true }
    }

    /// The server has said what names mean.
    func settle(_ answer: SessionProbe.Answer) {
        let fresh = InspectionSettings(answer)
        if fresh != settings {
            settings = fresh
            sessionEpoch += 1
        }
        isUncertain = false
    }

    /// The transaction has failed: the server runs nothing but its end, which asks again.
    func settleInFailedTransaction() {
        isUncertain = false
    }

    /// The transaction is over, and took its changes along or made them last.
    func transactionEnded() {
        catalogs.transactionEnded()
        guard isDirtyInTransaction else { return }
        isDirtyInTransaction = false
        isUncertain = true
    }

    // MARK: Inspecting and planning

    /// The inspection of a text that was seen before; nil when a worker has to look at it, or names in it were not known:
    /// they may have come to be since.
    func remembered(_ text: UnsafeRawBufferPointer, parameterTypes: [UInt32]) -> Inspection? {
        refresh()
        if !catalogs.isCertain || isGone { return nil }
        let known = inspections.cached(
            text, parameterTypes: parameterTypes, catalog: catalog, settings: settings)
        return known.flatMap { $0.unresolved.isEmpty ? $0 : nil }
    }

    /// Inspects a text; names that the snapshot does not know are looked for in a fresh one, once.
    func inspect(_ text: [UInt8], parameterTypes: [UInt32]) async -> FreshInspection {
        let since = catalogs.moment
        var isKnown = await catalogs.lookAgain(insists: !isUnrestricted) || isUnrestricted
        var hasLooked = false
        while true {
            let under = catalog.id
            var result = await inspected(text, parameterTypes)
            if case .success(let found) = result {
                if !hasLooked, !found.unresolved.isEmpty {
                    hasLooked = true
                    await catalogs.lookForNames()
                }
                if !isKnown, found.statements.contains(where: \.usesNames) || !found.unresolved.isEmpty {
                    let reason = "the catalog has changed, and cannot be read: somebody may hold locks on it"
                    result = .success(.unproven(reason))
                }
            }
            // The server's pump may have taken a newer one meanwhile, for what it has to mask.
            if catalog.id == under {
                return FreshInspection(text: text, result: result, catalog: under, since: since)
            }
            isKnown = await catalogs.lookAgain(insists: !isUnrestricted) || isUnrestricted
        }
    }

    private func inspected(
        _ text: [UInt8], _ types: [UInt32]
    ) async -> Result<Inspection, InspectionFailure> {
        do throws(InspectionFailure) {
            return .success(
                try await inspections.inspect(
                    text: text, parameterTypes: types, catalog: catalog, settings: settings))
        } catch {
            return .failure(error)
        }
    }

    /// Brings configuration and catalog up to date; two comparisons when nothing has changed.
    private func refresh() {
        if directory.generation != view.generation {
            if let fresh = directory.view(of: view.resource.id, for: principal, credential: credentialID) {
                view = fresh
            } else {
                isGone = true
            }
            isUnrestricted = findUnrestricted()
            detectorSets = [:]
            plans = [:]
        }
        if catalogs.refresh() { plans = [:] }
    }

    var epoch: PlanEpoch {
        PlanEpoch(configuration: view.generation, catalog: catalog.id, session: sessionEpoch)
    }

    func isCurrent(_ plan: StatementPlan) -> Bool {
        refresh()
        return isOfNow(plan)
    }

    /// The same of what is known already: what is planned of an inspection is planned under its catalog, and no newer one.
    private func isOfNow(_ plan: StatementPlan) -> Bool {
        plan.epoch == epoch && !view.policies.dependsOnTime && catalogs.isCertain
    }

    /// Whether what was inspected under a catalog can be planned.
    func isUnder(_ catalog: UInt64) -> Bool {
        refresh()
        return self.catalog.id == catalog
    }

    /// The plan of an inspected text under the configuration of now.
    func plan(_ inspection: Inspection, text: UnsafeRawBufferPointer, parameterTypes: [UInt32])
        -> StatementPlan
    {
        let key = ObjectIdentifier(inspection)
        if let known = plans[key], isOfNow(known) {
            // Texts that differ in literals may share an inspection; what is recorded, held and bound is this text.
            let isSame = known.text.count == text.count && known.text.elementsEqual(text)
            return isSame ? known : StatementPlan(known, for: Array(text))
        }
        let plan = makePlan(inspection, text: Array(text), parameterTypes: parameterTypes)
        if plans.count >= Self.planCapacity { plans = [:] }
        plans[key] = plan
        return plan
    }

    /// The plan of a prepared text under the configuration of now; nil when the catalog or the session's names have changed
    /// since, and the text has to be inspected anew: what was found then is not relied on.
    func replanned(_ plan: StatementPlan, kept: ServerObject = .statement) -> StatementPlan? {
        if !plan.parts.isEmpty { return merged(plan.parts.map(settled)) }
        if plan.epoch.catalog == catalog.id, plan.epoch.session == sessionEpoch, catalogs.isCertain {
            return makePlan(
                plan.inspection, text: plan.text, parameterTypes: plan.parameterTypes,
                innerName: plan.innerName)
        }
        let known = plan.text.withUnsafeBytes { remembered($0, parameterTypes: plan.parameterTypes) }
        return known.map { self.plan($0, renewing: plan, kept: kept) }
    }

    /// The plan as it may be used now, where nobody can wait for an inspection.
    func settled(_ plan: StatementPlan) -> StatementPlan {
        if isCurrent(plan) { return plan }
        return replanned(plan) ?? outdated(plan)
    }

    private func outdated(_ plan: StatementPlan) -> StatementPlan {
        makePlan(
            .unproven("the catalog or the session's names have changed since it was prepared"),
            text: plan.text,
            parameterTypes: plan.parameterTypes, innerName: plan.innerName, isOutdated: true)
    }

    /// As what the server keeps a text.
    enum ServerObject {
        /// Its names are looked up again where what they meant has changed.
        case statement
        /// It is planned, and goes on to mean what it did; what it calls may change.
        case portal
    }

    /// The plan of a text that was inspected anew.
    func plan(_ inspection: Inspection, renewing plan: StatementPlan, kept: ServerObject) -> StatementPlan {
        let found = plan.innerName.map { inspection.inner(named: $0) } ?? inspection
        guard let found else { return outdated(plan) }
        if kept == .statement, keepsOther(than: found, plan) { return outdated(plan) }
        let fresh = makePlan(
            found, text: plan.text, parameterTypes: plan.parameterTypes, innerName: plan.innerName)
        return kept == .statement || isSame(fresh, as: plan) ? fresh : merged([plan, fresh])
    }

    /// All that a name may mean, as one plan; nil when it means nothing.
    func plan(for candidates: [StatementPlan]) -> StatementPlan? {
        guard let first = candidates.first else { return nil }
        return candidates.count == 1 ? first : merged(candidates)
    }

    /// One plan that does everything that any of `plans` does: what a name may mean, or a text first and then what it names.
    func merged(_ plans: [StatementPlan]) -> StatementPlan {
        var facts = plans[0].facts
        if plans[0].namesOthers {
            let own = plans[0].inspection.statements.reduce(into: SQLInspection.ActionSet()) {
                $0.formUnion($1.ownActions)
            }
            facts.actions = APIModels.ActionSet(rawValue: own.rawValue)
        }
        for plan in plans.dropFirst() {
            facts.actions.formUnion(plan.facts.actions)
            facts.conditions.formUnion(plan.facts.conditions)
            facts.tables += plan.facts.tables.filter { !facts.tables.contains($0) }
            facts.columns += plan.facts.columns.filter { !facts.columns.contains($0) }
            facts.functions += plan.facts.functions.filter { !facts.functions.contains($0) }
            facts.hasUnprovenColumns = facts.hasUnprovenColumns || plan.facts.hasUnprovenColumns
        }
        return makePlan(
            plans[0].inspection, text: plans[0].text, parameterTypes: plans[0].parameterTypes, merged: facts,
            parts: plans)
    }

    /// A cursor that was opened where the gateway does not look: it may return anything.
    func planOfUnseenCursor() -> StatementPlan {
        makePlan(.unproven("the cursor was opened inside a function"), text: [], parameterTypes: [])
    }

    private func makePlan(
        _ inspection: Inspection, text: [UInt8], parameterTypes: [UInt32], merged: PolicyFacts? = nil,
        parts: [StatementPlan] = [], innerName: String? = nil, isOutdated: Bool = false
    ) -> StatementPlan {
        var facts = merged ?? self.facts(of: inspection)
        let isDoubtful = inspection.changesMeaningMidway(inDirtyTransaction: isDirtyInTransaction)
        if isDoubtful {
            facts.actions.insert(.unknown)
            facts.hasUnprovenColumns = true
        }
        let effects = PlanEffects(inspection.statements.flatMap(\.effects)) { name, statement in
            // What is prepared or declared is planned by itself, under this text.
            makePlan(
                inspection.only(statement), text: text, parameterTypes: [], innerName: name)
        }
        let decision = view.policies.decide(facts, at: .now)
        return StatementPlan(
            PlanDraft(
                text: text, parameterTypes: parameterTypes, inspection: inspection, facts: facts,
                decision: decision,
                writeGuard: WriteGuard([inspection] + parts.map(\.inspection), facts, decision.masks, self),
                epoch: epoch, parts: parts, innerName: innerName, isOutdated: isOutdated,
                outputsAreKnown: !isDoubtful,
                setsOffMasked: parts.contains(where: \.hidesTexts)
                    || decision.masks.coversColumns
                        && decision.masks.mask(anyOf: columnFactsBeside(inspection)) != nil,
                effects: effects,
                durability: view.resource.settings.durability ?? .standard,
                isUnrestricted: isUnrestricted, settings: settings))
    }

    func detectorSet(named names: [String]) -> DetectorSet {
        if let known = detectorSets[names] { return known }
        let made = DetectorSet(named: names, custom: view.detectors)
        detectorSets[names] = made
        return made
    }

    // MARK: Obstacles and bindings

    /// Why nothing may run now, whatever policy says of the statement.
    func obstacle(to plan: StatementPlan) -> Report? {
        if isGone {
            return Report(
                .error, .insufficientPrivilege,
                "resource \"\(view.resource.name)\" is no longer available to you",
                hint: "It was removed, or your access was. Ask an admin.")
        }
        if let obstacle = directory.obstacle(lease: view.lease) { return obstacle }
        return plan.isObstructed ? plan.obstacle : nil
    }

    /// What an approval is bound to; a change in any of it asks for the approval again.
    func binding(of plan: StatementPlan, _ parameters: CapturedParameters) -> [UInt8] {
        var hash = SHA256()
        func add(_ bytes: some Collection<UInt8>) {
            withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: Array(bytes))
        }
        add(plan.text)
        add(parameters.formats)
        add(parameters.values)
        for table in plan.inspection.allTables {
            add("\(table.oid) \(table.qualifiedName)".utf8)
        }
        for routine in plan.inspection.routines {
            add("\(routine.oid) \(routine.schema).\(routine.name)".utf8)
        }
        add(settings.searchPath.joined(separator: ",").utf8)
        add(settings.role.utf8)
        add("\(view.resource.id)".utf8)
        add(view.policies.policyVersions.utf8)
        return Array(hash.finalize())
    }
}
