internal import Reactor
internal import SQLInspection

/// The catalog as one session sees it: the snapshot that its statements are judged by, and what it changes itself. Belongs to the
/// session's actor.
final class SessionCatalog {
    private let store: CatalogStore
    private let reactor: Reactor
    private(set) var snapshot: CatalogSnapshot
    /// Set while `snapshot` was read inside the open transaction, which has changed the catalog.
    private var ownReading: OwnReading?
    private var isChangedInTransaction = false
    /// The open transaction has changed the catalog since `snapshot` was read.
    private var ownChangesAreUnseen = false
    /// What the open transaction changes by what went upstream so far.
    private var transactionScope: ChangeScope?
    /// Of messages that may commit a change and are not answered yet.
    private var underWay: [UInt64] = []

    /// What was committed when the catalog was read inside a transaction.
    struct OwnReading {
        let moment: CatalogChanges.Moment
        /// The snapshot of that; nil where nothing was under way, and so nothing has to be compared.
        let committed: UInt64?
    }

    struct UnderWay: Sendable {
        fileprivate let changes: CatalogChanges
        fileprivate let numbers: [UInt64]

        func end() {
            for number in numbers { changes.end(number) }
        }
    }

    init(_ snapshot: CatalogSnapshot, of store: CatalogStore, reactor: Reactor) {
        self.snapshot = snapshot
        self.store = store
        self.reactor = reactor
    }

    /// The definitions of the server's own views, as of the last load.
    var systemViews: SystemViews { store.systemViews }

    // MARK: What the session changes

    /// A statement has changed the catalog. Others see it once the transaction is over, and the agent's own look at it
    /// before that could wait for the session's locks.
    func noteChange() {
        isChangedInTransaction = true
        ownChangesAreUnseen = true
    }

    /// A savepoint may have taken changes back.
    func noteSavepoint() {
        ownChangesAreUnseen = isChangedInTransaction
    }

    /// A statement goes upstream. From now on others do not rely on what they know, where it may commit a change.
    /// - Parameter isInBlock: for certain a transaction block is open, so that only its end commits.
    func noteDeparture(of plan: StatementPlan, isInBlock: Bool) {
        if plan.changesCatalog {
            let scope = ChangeScope(of: plan)
            transactionScope = transactionScope?.union(scope) ?? scope
        }
        if plan.controlsTransaction || !isInBlock { noteEnding() }
    }

    /// A message goes upstream that may commit what the transaction has changed.
    func noteEnding() {
        guard let scope = transactionScope else { return }
        // A pipeline without end is one change.
        if underWay.count > Self.separateChanges { return }
        let begun = underWay.count == Self.separateChanges ? .anything : scope
        underWay.append(store.changes.begin(begun, by: ObjectIdentifier(self)))
    }

    private static let separateChanges = 8

    /// A statement may have been something else than it was judged to be, and so have changed the catalog.
    func noteDoubt(isInBlock: Bool) {
        transactionScope = .anything
        isChangedInTransaction = true
        ownChangesAreUnseen = true
        if !isInBlock { noteEnding() }
    }

    /// The server has answered all that went upstream, outside of a transaction or inside one.
    func noteAnswers(isIdle: Bool) {
        if isChanging { handOver().end() }
        if isIdle { transactionScope = nil }
    }

    /// Whether a message may still commit a change.
    var isChanging: Bool { !underWay.isEmpty }

    /// What is under way, for who waits for its end from now on.
    func handOver() -> UnderWay {
        defer { underWay = [] }
        return UnderWay(changes: store.changes, numbers: underWay)
    }

    /// The transaction is over, and took its changes along or made them last.
    func transactionEnded() {
        isChangedInTransaction = false
        ownReading = nil
        ownChangesAreUnseen = false
    }

    // MARK: What the session sees

    /// Takes a newer snapshot, when there is one; two loads and a comparison when there is not.
    /// - Returns: whether there was.
    func refresh() -> Bool {
        guard ownReading == nil, let fresh = store.newest(after: snapshot) else { return false }
        snapshot = fresh
        return true
    }

    /// No change of the catalog is known, or under way, that `snapshot` does not have.
    var isCertain: Bool {
        guard let ownReading else { return !ownChangesAreUnseen && store.isCurrent(snapshot) }
        let now = store.changes.moment
        return !ownChangesAreUnseen && now.isQuiet && now.ended == ownReading.moment.ended
    }

    /// Before anything is judged: what of others counts as known.
    var moment: CatalogChanges.Moment { store.changes.moment }

    /// Whether nothing of others or one's own was under way then or has begun since.
    func isUndisturbed(since moment: CatalogChanges.Moment) -> Bool {
        store.changes.isUndisturbed(since: moment)
    }

    /// Makes sure that `snapshot` is the catalog of now or later.
    /// - Returns: false when that could not be had.
    func lookAgain(insists: Bool) async -> Bool {
        if isCertain { return true }
        guard let ownReading else {
            // What has changed inside the transaction is not to be seen from outside.
            if !store.isStale { return true }
            // Where nobody is known to have changed it, the last look serves until the next can be had.
            guard let fresh = await store.lookedAt(insists: insists, on: reactor) else {
                return !store.isChanged
            }
            snapshot = fresh
            return true
        }
        if !ownChangesAreUnseen { ownChangesAreUnseen = !(await isCurrent(ownReading)) }
        return true
    }

    private func isCurrent(_ reading: OwnReading) async -> Bool {
        guard let committed = reading.committed, moment.ended == reading.moment.ended else { return false }
        let now = await store.lookedAt(on: reactor)
        return now?.id == committed && moment.ended == reading.moment.ended
    }

    /// Looks for names that `snapshot` does not know.
    func lookForNames() async {
        guard ownReading == nil, !ownChangesAreUnseen else { return }
        if let fresh = await store.refreshed(after: snapshot, on: reactor) { snapshot = fresh }
    }

    /// Whether the statement has to be judged by the catalog as the open transaction has made it. What uses no names has not, nor
    /// has a further change of the catalog whose names are all known.
    func needsOwn(for inspection: Inspection) -> Bool {
        guard ownChangesAreUnseen else { return false }
        return !inspection.unresolved.isEmpty
            || !inspection.actions.isSubset(of: .ddl) && inspection.statements.contains(where: \.usesNames)
    }

    /// What is committed before the catalog is read inside the open transaction; nil when that cannot be told.
    func beginOwnReading() async -> OwnReading? {
        let moment = moment
        if moment.isQuiet { return OwnReading(moment: moment, committed: nil) }
        guard let committed = await store.lookedAt(on: reactor) else { return nil }
        return OwnReading(moment: moment, committed: committed.id)
    }

    /// Takes what was read inside the open transaction.
    func adopt(own snapshot: CatalogSnapshot, _ reading: OwnReading) {
        self.snapshot = snapshot
        ownReading = reading
        ownChangesAreUnseen = false
    }

    // MARK: What ran meanwhile

    /// What was judged at a moment and has run since, by what others have changed meanwhile.
    enum Hindsight {
        /// By the catalog that it was judged by.
        case asJudged
        /// One change came in between; by this catalog it would be judged now.
        case changed(CatalogSnapshot)
        /// What its names have meant when it ran cannot be told.
        case unknown
    }

    func hindsight(on plan: StatementPlan, judgedAt moment: CatalogChanges.Moment) async -> Hindsight {
        if disturbing(plan, since: moment).isEmpty { return .asJudged }
        let judgedBy = plan.epoch.catalog
        let own = ownReading
        guard let now = await store.lookedAt(on: reactor) else { return .unknown }
        let changes = disturbing(plan, since: moment)
        guard changes.count == 1, changes[0].count == 1 else { return .unknown }
        if !changes[0].scope.isSingle { return moment.looks == self.moment.looks ? .asJudged : .unknown }
        if let own {
            return own.committed == now.id && snapshot.id == judgedBy ? .asJudged : .unknown
        }
        return now.id == judgedBy ? .asJudged : .changed(now)
    }

    /// Whether something that concerns the plan was changed since, by whom ever.
    func hasChanged(_ plan: StatementPlan, since moment: CatalogChanges.Moment) -> Bool {
        if plan.epoch.catalog != snapshot.id, let transactionScope,
            transactionScope.concerns(plan, under: snapshot)
        {
            return true
        }
        if isUndisturbed(since: moment) { return false }
        return store.changes.disturbing(moment, besides: nil).contains {
            $0.isOver && $0.scope.concerns(plan, under: snapshot)
        }
    }

    private func disturbing(
        _ plan: StatementPlan, since moment: CatalogChanges.Moment
    ) -> [CatalogChanges.Change] {
        store.changes.disturbing(moment, besides: ObjectIdentifier(self)).filter {
            $0.scope.concerns(plan, under: snapshot)
        }
    }
}
