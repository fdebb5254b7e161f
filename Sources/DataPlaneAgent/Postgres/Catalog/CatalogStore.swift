internal import APIModels
internal import Logging
internal import Reactor
internal import SQLInspection
internal import Synchronization

/// The catalog snapshot of one database, shared by all its sessions.
///
/// Loaded over a connection of the agent's own. A snapshot is replaced only when something in the catalog has changed, so
/// that what was inspected under it stays good; then sessions see the new one at their next statement.
///
/// A name that the snapshot does not know is never judged by a look at the catalog from before the statement came: whoever
/// asks waits for a load that begins after the question.
final class CatalogStore: Sendable {
    typealias Load = @Sendable (SystemViews, Reactor) async -> Result<LoadedCatalog, UpstreamFailure>

    private let loader: Load
    private let logger: Logger
    private let shortestInterval: UInt64
    private let state = Locked(State())
    /// The id of the newest snapshot, to compare with without a lock.
    private let newestID = Atomic<UInt64>(0)
    /// What sessions change.
    let changes = CatalogChanges()
    /// So many of them were over when the catalog was last looked at.
    private let seenChanges = Atomic<UInt64>(0)
    /// The last look was a while ago: what does not pass the agent may have changed the catalog.
    private let isExpired = Atomic<Bool>(false)

    private struct State {
        var snapshot: CatalogSnapshot?
        var digest: [UInt8] = []
        var freshState: SessionProbe.Answer?
        var systemViews = SystemViews()
        var watch: CatalogWatch?
        /// When the load that gave `snapshot`, or found it unchanged, began.
        var checkedAt: UInt64 = 0
        var loading: Task<Result<CatalogSnapshot, UpstreamFailure>, Never>?
        var loadingSince: UInt64 = 0
        /// How long the last load took, and when it ended if it failed.
        var loadTime: UInt64 = 0
        var failedAt: UInt64?
    }

    /// Between the loads for unknown names lies twice the time that one takes, within reason: a client that makes names up
    /// waits, and costs little.
    private static let restPerLoad: UInt64 = 2
    private static let longestRest = Duration.seconds(5).wholeNanoseconds
    private static let restAfterFailure = Duration.seconds(1).wholeNanoseconds
    /// What changes without passing the agent is seen by what comes later than this.
    private static let freshTime = Duration.seconds(2)
    /// A session does not begin by an older look.
    static let refreshInterval = Duration.seconds(60)

    /// - Parameter shortestInterval: from the beginning of a load for unknown names to that of the next.
    init(logger: Logger, shortestInterval: Duration = .milliseconds(250), loader: @escaping Load) {
        self.loader = loader
        self.logger = logger
        self.shortestInterval = shortestInterval.wholeNanoseconds
    }

    /// Whether the catalog has to be looked at before it is relied on; a few loads.
    var isStale: Bool { isExpired.load(ordering: .relaxed) || isChanged }

    /// Whether a session changes the catalog, or has since it was last looked at.
    var isChanged: Bool {
        let seen = seenChanges.load(ordering: .acquiring)
        let now = changes.moment
        return !now.isQuiet || now.ended != seen
    }

    /// Whether the snapshot is the newest, and nothing is known to have changed since. In this order: what is seen is in it.
    func isCurrent(_ snapshot: CatalogSnapshot) -> Bool {
        !isStale && newestID.load(ordering: .acquiring) == snapshot.id
    }

    /// The snapshot for a new session.
    func current(on reactor: Reactor) async throws(UpstreamFailure) -> CatalogSnapshot {
        let known = state.withLock { state in
            monotonicNanoseconds() &- state.checkedAt < Self.refreshInterval.wholeNanoseconds
                ? state.snapshot : nil
        }
        if let known { return known }
        if let known = await unchanged() { return known }
        let loaded = await load(startedAfter: 0, on: reactor)
        if case .failure(let failure) = loaded, let last = state.withLock({ $0.snapshot }) {
            logger.warning("serving by the last catalog", metadata: ["error": "\(failure)"])
            return last
        }
        return try loaded.get()
    }

    /// What names mean in a session that has just begun, as of the last load.
    var freshState: SessionProbe.Answer? { state.withLock { $0.freshState } }

    /// The definitions of the server's own views, as of the last load.
    var systemViews: SystemViews { state.withLock { $0.systemViews } }

    /// A newer snapshot than `snapshot`, when there is one; two loads and a comparison when there is not.
    func newest(after snapshot: CatalogSnapshot) -> CatalogSnapshot? {
        if newestID.load(ordering: .acquiring) == snapshot.id { return nil }
        return state.withLock { $0.snapshot }
    }

    /// The catalog of now or later; nil when it cannot be read: somebody's locks may prevent that for a while.
    /// - Parameter insists: tries to read it also right behind an attempt that failed.
    func lookedAt(insists: Bool = true, on reactor: Reactor) async -> CatalogSnapshot? {
        let asked = monotonicNanoseconds()
        let noted = changes.moment.ended
        isExpired.store(false, ordering: .relaxed)
        if let known = await unchanged() {
            noteSeen(noted)
            expireLater(on: reactor)
            return known
        }
        if !insists, let failedAt = state.withLock({ $0.failedAt }), asked < failedAt &+ Self.restAfterFailure
        {
            return nil
        }
        switch await load(startedAfter: asked, on: reactor) {
        case .success(let fresh): return fresh
        case .failure(let failure):
            logger.warning("the catalog could not be read", metadata: ["error": "\(failure)"])
            return nil
        }
    }

    /// Looks for names that `snapshot` does not know in the catalog of now or later; nil when nothing has changed, or it cannot
    /// be read.
    func refreshed(after snapshot: CatalogSnapshot, on reactor: Reactor) async -> CatalogSnapshot? {
        let asked = monotonicNanoseconds()
        if let known = await unchanged() { return known.id == snapshot.id ? nil : known }
        let earliest = state.withLock { state in
            let rest = min(Self.restPerLoad &* state.loadTime, Self.longestRest)
            return state.loadingSince &+ max(shortestInterval, state.loadTime &+ rest)
        }
        if earliest > asked {
            try? await reactor.sleep(for: .nanoseconds(Int64(clamping: earliest - asked)))
        }
        switch await load(startedAfter: asked, on: reactor) {
        case .success(let fresh): return fresh.id == snapshot.id ? nil : fresh
        case .failure(let failure):
            logger.warning("the catalog could not be refreshed", metadata: ["error": "\(failure)"])
            return nil
        }
    }

    /// The snapshot, when nothing in the catalog has changed since it was read.
    private func unchanged() async -> CatalogSnapshot? {
        let asked = monotonicNanoseconds()
        let (watch, snapshot) = state.withLock { ($0.watch, $0.snapshot) }
        guard let watch, let snapshot, await watch.isUnchanged() else { return nil }
        state.withLock { state in
            if state.snapshot?.id == snapshot.id { state.checkedAt = max(state.checkedAt, asked) }
        }
        return snapshot
    }

    /// The outcome of a load that began at `startedAfter` or later; one that fits is shared.
    private func load(startedAfter: UInt64, on reactor: Reactor) async -> Result<
        CatalogSnapshot, UpstreamFailure
    > {
        while true {
            let step = state.withLock { state -> LoadStep in
                if let snapshot = state.snapshot, state.checkedAt >= startedAfter, startedAfter > 0 {
                    return .known(snapshot)
                }
                if let loading = state.loading { return .wait(loading, since: state.loadingSince) }
                let task = Task(executorPreference: reactor) { await self.loadOnce(on: reactor) }
                state.loading = task
                state.loadingSince = monotonicNanoseconds()
                return .wait(task, since: state.loadingSince)
            }
            switch step {
            case .known(let snapshot): return .success(snapshot)
            case .wait(let task, let since):
                let result = await task.value
                if since >= startedAfter { return result }
            }
        }
    }

    private enum LoadStep {
        case known(CatalogSnapshot)
        case wait(Task<Result<CatalogSnapshot, UpstreamFailure>, Never>, since: UInt64)
    }

    private func loadOnce(on reactor: Reactor) async -> Result<CatalogSnapshot, UpstreamFailure> {
        let began = monotonicNanoseconds()
        let noted = changes.moment.ended
        // Something has changed, whatever it comes to.
        changes.noteLook()
        let result = await loader(state.withLock { $0.systemViews }, reactor)
        let (outcome, old) = state.withLock { state in
            let old = state.watch
            return (finish(&state, result, began), state.watch === old ? nil : old)
        }
        await old?.close()
        if case .success = outcome { noteSeen(noted) }
        expireLater(on: reactor)
        return outcome
    }

    private func expireLater(on reactor: Reactor) {
        reactor.schedule(after: Self.freshTime) { [weak self] in
            self?.isExpired.store(true, ordering: .relaxed)
        }
    }

    private func noteSeen(_ noted: UInt64) {
        seenChanges.max(noted, ordering: .acquiringAndReleasing)
    }

    private func finish(
        _ state: inout State, _ result: Result<LoadedCatalog, UpstreamFailure>, _ began: UInt64
    ) -> Result<CatalogSnapshot, UpstreamFailure> {
        state.loading = nil
        state.loadTime = monotonicNanoseconds() &- began
        let loaded: LoadedCatalog
        switch result {
        case .failure(let failure):
            state.failedAt = monotonicNanoseconds()
            return .failure(failure)
        case .success(let catalog): loaded = catalog
        }
        state.failedAt = nil
        state.checkedAt = began
        state.freshState = loaded.state
        state.systemViews = loaded.systemViews
        state.watch = loaded.watch
        if let snapshot = state.snapshot, state.digest == loaded.digest { return .success(snapshot) }
        state.snapshot = loaded.snapshot
        state.digest = loaded.digest
        newestID.store(loaded.snapshot.id, ordering: .releasing)
        return .success(loaded.snapshot)
    }
}
