import Foundation
import SQLInspection
import Testing

@testable import DataPlaneAgent

/// The agent's own executable, as built beside the tests, serves as the worker.
struct InspectionPoolTests {
    private static let executable: String? = {
        let directories = [
            Bundle.main.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent(),
        ]
        for directory in directories {
            for name in ["DataPlaneAgent", "sallyport-agent"] {
                let path = directory.appendingPathComponent(name).path
                if FileManager.default.isExecutableFile(atPath: path) { return path }
            }
        }
        return nil
    }()

    private let catalog = CatalogSnapshot.Builder().build()
    private let settings = InspectionSettings(role: "tester")

    /// As the agent's, with the patience of a loaded machine.
    private static var patient: InspectionPool.Limits {
        var limits = InspectionPool.Limits()
        limits.parseTime = .seconds(60)
        return limits
    }

    private func pool(_ limits: InspectionPool.Limits = Self.patient, workers: Int = 1) throws
        -> InspectionPool
    {
        InspectionPool(executable: try #require(Self.executable), workers: workers, limits: limits)
    }

    private func inspect(_ pool: InspectionPool, _ text: String) async throws(InspectionFailure) -> Inspection
    {
        try await pool.inspect(
            text: Array(text.utf8), parameterTypes: [], catalog: catalog, settings: settings)
    }

    @Test func inspectsInAWorkerAndRemembers() async throws {
        let pool = try pool()
        let text = "SELECT 1 AS one; BEGIN"
        let first = try await inspect(pool, text)
        #expect(first.statements.map(\.kind) == ["SELECT", "TRANSACTION"])
        func cached(_ text: String, types: [UInt32] = [], settings: InspectionSettings) -> Inspection? {
            Array(text.utf8).withUnsafeBytes {
                pool.cached($0, parameterTypes: types, catalog: catalog, settings: settings)
            }
        }
        #expect(cached(text, settings: settings) === first)
        #expect(cached(text + " ", settings: settings) == nil)
        #expect(cached(text, types: [23], settings: settings) == nil)
        #expect(cached(text, settings: InspectionSettings(searchPath: ["other"], role: "tester")) == nil)
        #expect(try await inspect(pool, text) === first)
    }

    @Test func remembersTextsThatDifferInLiteralsAsOne() async throws {
        let pool = try pool()
        func cached(_ text: String) -> Inspection? {
            Array(text.utf8).withUnsafeBytes {
                pool.cached($0, parameterTypes: [], catalog: catalog, settings: settings)
            }
        }
        let plain = try await inspect(pool, "VALUES (1, 'a'), (2, 'b')")
        #expect(cached("VALUES (3, ''), (-0, 'it''s')") == nil)
        #expect(cached("VALUES (3, ''), (0, 'it''s')") === plain)
        #expect(cached("VALUES (3, ''), (3000000000, 'x')") == nil)
        #expect(cached("VALUES (3, ''), (0, E'x')") == nil)

        let first = try await inspect(pool, "SELECT 1, 'a' AS name ORDER BY 2")
        #expect(cached("SELECT 5, 'b' AS name ORDER BY 2") === first)
        #expect(cached("SELECT 5, 'b' AS name ORDER BY 1") == nil)
        let second = try await inspect(pool, "SELECT 5, 'b' AS name ORDER BY 1")
        #expect(cached("SELECT 6, '' AS name ORDER BY 1") === second)
        #expect(cached("SELECT 6, '' AS name ORDER BY 2") === first)
    }

    @Test func keepsABoundedNumberOfOneShape() async throws {
        let pool = try pool()
        for position in 1...40 { _ = try await inspect(pool, "SELECT 1 ORDER BY \(position)") }
        let kept = (1...40).filter { position in
            Array("SELECT 1 ORDER BY \(position)".utf8).withUnsafeBytes {
                pool.cached($0, parameterTypes: [], catalog: catalog, settings: settings) != nil
            }
        }
        #expect(kept.contains(40))
        #expect(kept.count <= 16)
    }

    @Test func passesOnSyntaxErrors() async throws {
        let pool = try pool()
        await #expect(
            throws: InspectionFailure.syntax(message: "syntax error at or near \"SELEC\"", position: 1)
        ) {
            try await inspect(pool, "SELEC 1")
        }
        #expect(try await inspect(pool, "SELECT 1").actions == .read)
    }

    @Test func refusesWhatThePreScanRefuses() async throws {
        let pool = try pool()
        await #expect(throws: InspectionFailure.tooComplex("more than 1000 operators in a row")) {
            try await inspect(pool, "SELECT 1" + String(repeating: "+1", count: 2_000))
        }
    }

    @Test func losesOneStatementToADeadWorker() async throws {
        var limits = Self.patient
        limits.inspection.operatorChain = .max
        let pool = try pool(limits)
        #expect(try await inspect(pool, "SELECT 1").actions == .read)
        // Deep enough to run even the worker's stack over.
        await #expect(throws: InspectionFailure.self) {
            try await inspect(pool, "SELECT 1" + String(repeating: "+1", count: 2_000_000))
        }
        #expect(try await inspect(pool, "SELECT 2").actions == .read)
    }

    @Test func losesOneStatementToASlowWorker() async throws {
        var limits = InspectionPool.Limits()
        limits.parseTime = .milliseconds(1)
        let pool = try pool(limits)
        let values = (0..<50_000).map { "(\($0), 'text')" }.joined(separator: ",")
        await #expect(throws: InspectionFailure.self) {
            try await inspect(pool, "INSERT INTO t VALUES " + values)
        }
    }

    @Test func servesManyCallersAtOnce() async throws {
        let pool = try pool(workers: 2)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await inspect(pool, "SELECT \(number) AS a\(number)").statements[0].outputs[0].name
                        == "a\(number)" ? 1 : 0
                }
            }
            var right = 0
            for try await count in group { right += count }
            #expect(right == 200)
        }
    }

    @Test func failsWhenNoWorkerCanBeStarted() async throws {
        let pool = InspectionPool(executable: "/nonexistent", workers: 1)
        do throws(InspectionFailure) {
            _ = try await inspect(pool, "SELECT 1")
            Issue.record("inspected without a worker")
        } catch {
            if case .unavailable = error { return }
            Issue.record("\(error)")
        }
    }
}

struct InspectionCacheTests {
    private func inspection(_ number: UInt64) -> Inspection {
        Inspection(statements: [], fingerprint: number, unresolved: [])
    }

    @Test func staysWithinItsBound() {
        let cache = InspectionCache(bytes: 64 << 10)
        let settings = InspectionSettings(role: "tester")
        for number in 0..<10_000 {
            cache.insert(
                inspection(UInt64(number)), text: Array("SELECT \(number)".utf8), parameterTypes: [],
                snapshot: 1,
                settings: settings)
        }
        let kept = (0..<10_000).filter { number in
            Array("SELECT \(number)".utf8).withUnsafeBytes {
                cache.find($0, parameterTypes: [], snapshot: 1, settings: settings) != nil
            }
        }
        #expect(kept.count > 50 && kept.count < 200)
        #expect(kept.last == 9_999)
    }

    @Test func keepsWhatIsUsed() {
        let cache = InspectionCache(bytes: 64 << 10)
        let settings = InspectionSettings(role: "tester")
        let hot = Array("SELECT hot".utf8)
        cache.insert(inspection(7), text: hot, parameterTypes: [], snapshot: 1, settings: settings)
        for number in 0..<1_000 {
            cache.insert(
                inspection(0), text: Array("SELECT \(number)".utf8), parameterTypes: [], snapshot: 1,
                settings: settings)
            let found = hot.withUnsafeBytes {
                cache.find($0, parameterTypes: [], snapshot: 1, settings: settings)
            }
            #expect(found?.fingerprint == 7)
        }
    }

    @Test func keepsSnapshotsApart() {
        let cache = InspectionCache(bytes: 1 << 20)
        let settings = InspectionSettings(role: "tester")
        cache.insert(inspection(1), text: [], parameterTypes: [], snapshot: 1, settings: settings)
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(cache.find(empty, parameterTypes: [], snapshot: 1, settings: settings)?.fingerprint == 1)
        #expect(cache.find(empty, parameterTypes: [], snapshot: 2, settings: settings) == nil)
    }
}
