import Logging
import Reactor
import SQLInspection
import Testing

@testable import DataPlaneAgent

/// When the catalog is looked at, and whose look counts.
struct CatalogStoreTests {
    private let reactor = linkReactors.next()

    /// Gives a catalog with another digest each time, once the test lets it.
    private actor Database {
        private(set) var loads = 0
        private var waiting: [CheckedContinuation<Void, Never>] = []
        private var began: [CheckedContinuation<Void, Never>] = []
        private var isOpen = false

        func load() async -> Result<LoadedCatalog, UpstreamFailure> {
            loads += 1
            let number = UInt8(truncatingIfNeeded: loads)
            for continuation in began { continuation.resume() }
            began = []
            if !isOpen { await withCheckedContinuation { waiting.append($0) } }
            return .success(
                LoadedCatalog(
                    snapshot: CatalogSnapshot.Builder().build(), digest: [number],
                    state: .tester,
                    systemViews: SystemViews(), watch: nil))
        }

        func loadHasBegun() async {
            if loads == 0 { await withCheckedContinuation { began.append($0) } }
        }

        func open() {
            isOpen = true
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
    }

    private func store(_ database: Database) -> CatalogStore {
        CatalogStore(logger: Logger(label: "test"), shortestInterval: .zero) { _, _ in await database.load() }
    }

    @Test func aNewSessionTakesTheSnapshotAtHand() async throws {
        let database = Database()
        await database.open()
        let store = store(database)
        let first = try await store.current(on: reactor)
        #expect(try await store.current(on: reactor) === first)
        #expect(await database.loads == 1)
    }

    @Test func anUnknownNameIsLookedForInALoadOfLater() async throws {
        let database = Database()
        await database.open()
        let store = store(database)
        let first = try await store.current(on: reactor)
        let fresh = await store.refreshed(after: first, on: reactor)
        #expect(fresh != nil)
        #expect(await database.loads == 2)
    }

    @Test func aLoadFromBeforeTheQuestionIsNotEnough() async throws {
        let database = Database()
        let store = store(database)
        let reactor = reactor
        let session = Task { try await store.current(on: reactor) }
        await database.loadHasBegun()
        let none = CatalogSnapshot.Builder().build()
        let question = Task { await store.refreshed(after: none, on: reactor) }
        await database.open()
        let early = try await session.value
        let fresh = await question.value
        #expect(fresh != nil && fresh !== early)
        #expect(await database.loads == 2)
    }

    @Test func theServersOwnViewsAreReadOnce() async throws {
        let seen = Seen()
        let store = CatalogStore(logger: Logger(label: "test"), shortestInterval: .zero) { known, _ in
            await seen.add(known.version)
            return .success(
                LoadedCatalog(
                    snapshot: CatalogSnapshot.Builder().build(), digest: [],
                    state: .tester,
                    systemViews: SystemViews(version: "15"), watch: nil))
        }
        _ = try await store.current(on: reactor)
        _ = await store.lookedAt(on: reactor)
        #expect(await seen.versions == [nil, "15"])
    }

    private actor Seen {
        private(set) var versions: [String?] = []
        func add(_ version: String?) { versions.append(version) }
    }

    @Test func whatHasNotChangedIsNoNewSnapshot() async throws {
        let store = CatalogStore(logger: Logger(label: "test"), shortestInterval: .zero) { _, _ in
            .success(
                LoadedCatalog(
                    snapshot: CatalogSnapshot.Builder().build(), digest: [],
                    state: .tester,
                    systemViews: SystemViews(), watch: nil))
        }
        let first = try await store.current(on: reactor)
        #expect(await store.lookedAt(on: reactor) === first)
        #expect(try await store.current(on: reactor) === first)
    }
}

extension SessionProbe.Answer {
    fileprivate static let tester = SessionProbe.Answer(
        searchPath: "public", role: "tester", temporaryRelations: [:], isReadOnlyByDefault: false)
}
