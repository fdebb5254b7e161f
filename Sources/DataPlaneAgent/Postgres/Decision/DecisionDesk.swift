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
    private let inspections: InspectionPool
    private let catalogs: CatalogStore
    private(set) var catalog: CatalogSnapshot
    private var settings: InspectionSettings
    private var sessionEpoch: UInt64 = 0

    /// The session's state may have changed: nothing is decided before a probe has said what names mean.
    private(set) var isUncertain = false
    /// Changed inside the transaction that is open: its end, or a savepoint, may take it back without a word.
    private var isDirtyInTransaction = false
    private var catalogIsStale = false
    private var catalogChangedInTransaction = false
    private var isGone = false

    /// Made for each choice of a policy's, under the configuration of now.
    private var detectorSets: [[String]: DetectorSet] = [:]
    private var plans: [ObjectIdentifier: StatementPlan] = [:]
    /// Plans remembered per session; a program has some dozens of statements.
    private static let planCapacity = 1024
    private static let staleNames =
        "the catalog or the session's names have changed since it was prepared: prepare it again"

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
        self.catalogs = catalogs
        self.catalog = catalog
        settings = InspectionSettings(state)
    }

    // MARK: The session's state

    /// A statement went upstream that may change what names mean.
    func markUncertain() {
        isUncertain = true
        isDirtyInTransaction = true
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
        if catalogChangedInTransaction {
            catalogChangedInTransaction = false
            catalogIsStale = true
        }
        guard isDirtyInTransaction else { return }
        isDirtyInTransaction = false
        isUncertain = true
    }

    /// A statement has changed the catalog. Others see it once the transaction is over, and the agent's own look at it
    /// before that could wait for the session's locks.
    func noteCatalogChange() {
        catalogChangedInTransaction = true
    }

    // MARK: Inspecting and planning

    /// The inspection of a text that was seen before; nil when a worker has to look at it, or names in it were not known:
    /// they may have come to be since.
    func remembered(_ text: UnsafeRawBufferPointer, parameterTypes: [UInt32]) -> Inspection? {
        refresh()
        if catalogIsStale || isGone { return nil }
        let known = inspections.cached(
            text, parameterTypes: parameterTypes, catalog: catalog, settings: settings)
        return known.flatMap { $0.unresolved.isEmpty ? $0 : nil }
    }

    /// Inspects a text; names that the snapshot does not know are looked for in a fresh one, once.
    func inspect(_ text: [UInt8], parameterTypes: [UInt32]) async throws(InspectionFailure) -> Inspection {
        if catalogIsStale {
            catalogIsStale = false
            await reloadCatalog(isCertain: true)
        }
        let inspection = try await inspections.inspect(
            text: text, parameterTypes: parameterTypes, catalog: catalog, settings: settings)
        guard !inspection.unresolved.isEmpty, await reloadCatalog() else { return inspection }
        return try await inspections.inspect(
            text: text, parameterTypes: parameterTypes, catalog: catalog, settings: settings)
    }

    /// Whether there is a newer snapshot than the one that was used.
    @discardableResult
    private func reloadCatalog(isCertain: Bool = false) async -> Bool {
        guard let fresh = await catalogs.refreshed(after: catalog, isCertain: isCertain, on: reactor) else {
            return false
        }
        catalog = fresh
        plans = [:]
        return true
    }

    /// Brings configuration and catalog up to date; two comparisons when nothing has changed.
    private func refresh() {
        if directory.generation != view.generation {
            if let fresh = directory.view(of: view.resource.id, for: principal, credential: credentialID) {
                view = fresh
            } else {
                isGone = true
            }
            detectorSets = [:]
            plans = [:]
        }
        if let fresh = catalogs.newest(after: catalog) {
            catalog = fresh
            plans = [:]
        }
    }

    private var epoch: PlanEpoch {
        PlanEpoch(configuration: view.generation, catalog: catalog.id, session: sessionEpoch)
    }

    func isCurrent(_ plan: StatementPlan) -> Bool {
        refresh()
        return plan.epoch == epoch && !view.policies.dependsOnTime
    }

    /// The plan of an inspected text under the configuration of now.
    func plan(_ inspection: Inspection, text: UnsafeRawBufferPointer, parameterTypes: [UInt32])
        -> StatementPlan
    {
        let key = ObjectIdentifier(inspection)
        if let known = plans[key], isCurrent(known) {
            // Texts that differ in literals may share an inspection; what is recorded, held and bound is this text.
            let isSame = known.text.count == text.count && known.text.elementsEqual(text)
            return isSame ? known : StatementPlan(known, for: Array(text))
        }
        let plan = makePlan(inspection, text: Array(text), parameterTypes: parameterTypes)
        if plans.count >= Self.planCapacity { plans = [:] }
        plans[key] = plan
        return plan
    }

    /// The plan of a prepared text under the configuration of now. When the catalog or the session's names have changed
    /// since, the text has to be looked at again: what was found then is not relied on.
    func replanned(_ plan: StatementPlan) -> StatementPlan {
        if !plan.parts.isEmpty { return merged(plan.parts.map { isCurrent($0) ? $0 : replanned($0) }) }
        let sameNames = plan.epoch.catalog == catalog.id && plan.epoch.session == sessionEpoch
        if sameNames {
            return makePlan(plan.inspection, text: plan.text, parameterTypes: plan.parameterTypes)
        }
        let remembered = plan.text.withUnsafeBytes {
            inspections.cached($0, parameterTypes: plan.parameterTypes, catalog: catalog, settings: settings)
        }
        return makePlan(
            remembered ?? .unproven(Self.staleNames), text: plan.text, parameterTypes: plan.parameterTypes)
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
        parts: [StatementPlan] = []
    ) -> StatementPlan {
        var facts = merged ?? self.facts(of: inspection)
        let isDoubtful = inspection.changesMeaningMidway(inDirtyTransaction: isDirtyInTransaction)
        if isDoubtful {
            facts.actions.insert(.unknown)
            facts.hasUnprovenColumns = true
        }
        let effects = PlanEffects(inspection.statements.flatMap(\.effects)) { statement in
            // What is prepared or declared is planned by itself, under this text.
            makePlan(
                Inspection(statements: [statement], fingerprint: inspection.fingerprint, unresolved: []),
                text: text,
                parameterTypes: [])
        }
        let decision = view.policies.decide(facts, at: .now)
        return StatementPlan(
            PlanDraft(
                text: text, parameterTypes: parameterTypes, inspection: inspection, facts: facts,
                decision: decision,
                writeGuard: WriteGuard([inspection] + parts.map(\.inspection), facts, decision.masks, self),
                epoch: epoch, parts: parts, outputsAreKnown: !isDoubtful,
                effects: effects,
                durability: view.resource.settings.durability ?? .standard))
    }

    /// The inspection in the terms of policy: names for numbers, and the tags of the columns.
    private func facts(of inspection: Inspection) -> PolicyFacts {
        func actions(_ access: TableReference.Access) -> APIModels.ActionSet {
            var actions: APIModels.ActionSet = []
            if access.contains(.read) { actions.insert(.read) }
            if access.contains(.written) { actions.insert(.write) }
            if access.contains(.defined) { actions.insert(.ddl) }
            return actions
        }
        return PolicyFacts(
            actions: APIModels.ActionSet(rawValue: inspection.actions.rawValue),
            conditions: Set(Condition.named(in: inspection.conditions)),
            tables: inspection.allTables.map {
                TableFact(QualifiedName.join([$0.schema, $0.name]), actions($0.access))
            },
            columns: inspection.columns.flatMap { use in
                columnFacts(for: use.column, use: APIModels.ColumnUse(use.use))
            },
            hasUnprovenColumns: inspection.actions.contains(.unknown) || inspection.reachesAnything,
            functions: inspection.routines.map { QualifiedName.join([$0.schema, $0.name]) })
    }

    /// A column as policy knows it, under each name that its values go by (parents and partitions share them).
    func columnFacts(for column: ColumnID, use: APIModels.ColumnUse) -> [ColumnFact] {
        let shared = catalog.columnsSharing(column).union([column])
        return shared.compactMap { id in
            catalog.name(of: id).map { ColumnFact($0, tags: view.tags.tags(of: $0), use: use) }
        }
    }

    func detectorSet(named names: [String]) -> DetectorSet {
        if let known = detectorSets[names] { return known }
        let made = DetectorSet(named: names, custom: view.detectors)
        detectorSets[names] = made
        return made
    }

    /// All columns of tables.
    func columnFacts(of tables: [TableReference]) -> [ColumnFact] {
        tables.flatMap { table -> [ColumnFact] in
            guard let relation = catalog.relation(table.oid) else { return [] }
            return catalog.columns(of: relation).flatMap {
                columnFacts(for: ColumnID(table: relation.oid, attribute: $0.number), use: .output)
            }
        }
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
        return directory.obstacle(lease: view.lease) ?? plan.obstacle
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

extension InspectionSettings {
    init(_ answer: SessionProbe.Answer) {
        self.init(
            searchPath: SearchPath.split(answer.searchPath), role: answer.role,
            temporaryRelations: answer.temporaryRelations.mapValues { $0 == "r" })
    }
}

extension Condition {
    static func named(in conditions: ConditionSet) -> [Condition] {
        var named: [Condition] = []
        if conditions.contains(.missingWhere) { named.append(.missingWhere) }
        if conditions.contains(.multipleStatements) { named.append(.multipleStatements) }
        if conditions.contains(.noLimit) { named.append(.noLimit) }
        if conditions.contains(.explicitTransaction) { named.append(.explicitTransaction) }
        return named
    }
}

extension APIModels.ColumnUse {
    init(_ use: SQLInspection.ColumnUse.Use) {
        switch use {
        case .output: self = .output
        case .predicate: self = .predicate
        case .grouping: self = .grouping
        case .ordering: self = .ordering
        case .assignment: self = .assignment
        }
    }
}
