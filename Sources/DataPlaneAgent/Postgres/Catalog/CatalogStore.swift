internal import APIModels
internal import Logging
internal import Reactor
internal import SQLInspection
internal import Synchronization

/// The catalog snapshot of one database, shared by all its sessions.
///
/// Loaded over a connection of the agent's own. A snapshot is replaced only when something in the catalog has changed, so
/// that what was inspected under it stays good; then sessions see the new one at their next statement.
final class CatalogStore: Sendable {
    private let target: UpstreamTarget
    private let logger: Logger
    private let state = Mutex(State())
    /// The id of the newest snapshot, to compare with without a lock.
    private let newestID = Atomic<UInt64>(0)

    private struct State {
        var snapshot: CatalogSnapshot?
        var digest: [UInt8] = []
        var freshState: SessionProbe.Answer?
        /// When the load that gave `snapshot`, or found it unchanged, began.
        var checkedAt: UInt64 = 0
        var loading: Task<Result<CatalogSnapshot, UpstreamFailure>, Never>?
        var loadingSince: UInt64 = 0
    }

    /// Unknown names make the catalog be looked at again at most this often: a client that makes names up costs little.
    private static let shortestInterval = Duration.milliseconds(250)
    /// What changes without passing the agent is seen after this at the latest.
    static let refreshInterval = Duration.seconds(60)

    init(target: UpstreamTarget, logger: Logger) {
        self.target = target
        self.logger = logger
    }

    /// The snapshot for a new session.
    func current(on reactor: Reactor) async throws(UpstreamFailure) -> CatalogSnapshot {
        let known = state.withLock { state in
            monotonicNanoseconds() &- state.checkedAt < Self.refreshInterval.wholeNanoseconds
                ? state.snapshot : nil
        }
        if let known { return known }
        let loaded = await load(startedAfter: 0, on: reactor)
        if case .failure(let failure) = loaded, let last = state.withLock({ $0.snapshot }) {
            logger.warning("serving by the last catalog", metadata: ["error": "\(failure)"])
            return last
        }
        return try loaded.get()
    }

    /// What names mean in a session that has just begun, as of the last load.
    var freshState: SessionProbe.Answer? { state.withLock { $0.freshState } }

    /// A newer snapshot than `snapshot`, when there is one; two loads and a comparison when there is not.
    func newest(after snapshot: CatalogSnapshot) -> CatalogSnapshot? {
        if newestID.load(ordering: .acquiring) == snapshot.id { return nil }
        return state.withLock { $0.snapshot }
    }

    /// Looks at the catalog again, unless that was just done; the snapshot when it is another one.
    /// - Parameter isCertain: the catalog has changed for sure, so that no earlier look will do.
    func refreshed(after snapshot: CatalogSnapshot, isCertain: Bool, on reactor: Reactor) async
        -> CatalogSnapshot?
    {
        let now = monotonicNanoseconds()
        let wasJustDone = state.withLock { state in
            !isCertain && now &- state.checkedAt < Self.shortestInterval.wholeNanoseconds
        }
        if wasJustDone { return newest(after: snapshot) }
        switch await load(startedAfter: isCertain ? now : 0, on: reactor) {
        case .success(let fresh): return fresh.id == snapshot.id ? nil : fresh
        case .failure(let failure):
            logger.warning("the catalog could not be refreshed", metadata: ["error": "\(failure)"])
            return nil
        }
    }

    /// The outcome of a load that began at `startedAfter` or later; one that runs already is shared.
    private func load(startedAfter: UInt64, on reactor: Reactor) async -> Result<
        CatalogSnapshot, UpstreamFailure
    > {
        while true {
            let (task, since) = state.withLock { state in
                if let loading = state.loading { return (loading, state.loadingSince) }
                let task = Task(executorPreference: reactor) { await self.loadOnce(on: reactor) }
                state.loading = task
                state.loadingSince = monotonicNanoseconds()
                return (task, state.loadingSince)
            }
            let result = await task.value
            if since >= startedAfter { return result }
        }
    }

    private func loadOnce(on reactor: Reactor) async -> Result<CatalogSnapshot, UpstreamFailure> {
        let began = monotonicNanoseconds()
        var loaded: LoadedCatalog?
        var failure: UpstreamFailure?
        do throws(UpstreamFailure) {
            loaded = try await CatalogLoader.load(target, on: reactor)
        } catch {
            failure = error
        }
        return state.withLock { state in
            state.loading = nil
            guard let loaded else { return .failure(failure ?? .misconfigured("the catalog was not loaded")) }
            state.checkedAt = began
            state.freshState = loaded.state
            if let snapshot = state.snapshot, state.digest == loaded.digest { return .success(snapshot) }
            state.snapshot = loaded.snapshot
            state.digest = loaded.digest
            newestID.store(loaded.snapshot.id, ordering: .releasing)
            return .success(loaded.snapshot)
        }
    }
}
