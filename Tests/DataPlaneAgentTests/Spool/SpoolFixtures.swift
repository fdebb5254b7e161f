import Compression
import Foundation
import Logging
import Reactor
import Recording
import Synchronization
import Testing

@testable import DataPlaneAgent

/// A directory and reactors of a test's own, gone after it.
final class SpoolBench: Sendable {
    let directory: String
    let group: ReactorGroup
    static let openedAt = RecordTime(microsecondsSinceEpoch: 1_000_000_000_000)

    init(reactors: Int = 1) {
        directory = FileManager.default.temporaryDirectory.path + "/spool-\(UUID().uuidString)"
        group = ReactorGroup(count: reactors)
    }

    deinit {
        // The last reference may be gone on a reactor, which cannot wait for itself.
        let group = group
        Thread.detachNewThread { group.shutdown() }
        try? FileManager.default.removeItem(atPath: directory)
    }

    var reactor: Reactor { group.reactors[0] }

    /// - Parameter patiently: waits for the lock of a spool that is gone: a process that another test starts has its descriptor, too,
    ///   until it runs its program.
    func open(
        totalBytes: Int = 64 << 20, segmentBytes: Int = 1 << 20, reactors: Int? = nil, patiently: Bool = true
    ) throws -> Spool {
        for _ in 0..<(patiently ? 500 : 0) {
            do { return try openNow(totalBytes, segmentBytes, reactors) } catch SpoolError.inUse {
                usleep(10_000)
            }
        }
        return try openNow(totalBytes, segmentBytes, reactors)
    }

    private func openNow(_ totalBytes: Int, _ segmentBytes: Int, _ reactors: Int?) throws -> Spool {
        let used = Array(group.reactors.prefix(reactors ?? group.reactors.count))
        return try Spool(
            directory: directory,
            configuration: SpoolConfiguration(
                totalBytes: totalBytes, segmentBytes: segmentBytes, lanes: used.count),
            reactors: used, openedAt: SpoolBench.openedAt)
    }

    /// Runs `body` where a connection would run.
    func onReactor<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws
        -> Value
    {
        try await Task(executorPreference: reactor) { try await body() }.value
    }

    func laneFiles(_ lane: Int = 0) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(directory)/lane-\(lane)").sorted()
    }

    /// From here on no sync of that file succeeds: its descriptor is one of a pipe (fdatasync(2), EINVAL).
    func breakSyncs(of path: String) throws {
        let folder = "/proc/self/fd"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
            guard target == path, let descriptor = Int32(name) else { continue }
            let pipe = Pipe()
            dup2(pipe.fileHandleForWriting.fileDescriptor, descriptor)
        }
    }

    func segmentPath(_ position: Int, lane: Int = 0) throws -> String {
        let segments = try laneFiles(lane).filter { $0.hasSuffix(".segment") }
        return "\(directory)/lane-\(lane)/\(segments[position])"
    }
}

extension SpoolLane {
    /// Appends a statement with `text`, as a connection does.
    @discardableResult
    func appendStarted(_ number: UInt64, text: [UInt8], chain: inout SessionChain) throws -> SpoolPosition {
        let facts = try StatementFacts(
            fingerprint: 1, actions: .read, decision: .allow, policyRevision: 1, tables: ["public.t"]
        ).encoded()
        return try text.withUnsafeBytes { text in
            try append(
                StatementStartedView(
                    number: number, startedAt: SpoolBench.openedAt, form: .execute, facts: facts, text: text),
                chain: &chain)
        }
    }

    @discardableResult
    func appendFinished(_ number: UInt64, chain: inout SessionChain) throws -> SpoolPosition {
        try append(
            StatementFinishedView(
                number: number, finishedAt: SpoolBench.openedAt, durationNanoseconds: 1, rows: 1),
            chain: &chain)
    }
}

/// A control plane that keeps what it is sent, and answers as it is told.
final class CollectingSink: RecordSink {
    struct State {
        var batches: [RecordBatch] = []
        /// Answers of the next uploads; an empty list takes everything.
        var failures: [RecordSinkError] = []
        var attempts = 0
    }
    let state = Mutex(State())

    init(failing failures: [RecordSinkError] = []) { state.withLock { $0.failures = failures } }

    func upload(_ batch: RecordBatch) async throws(RecordSinkError) -> Int {
        let failure = state.withLock { state -> RecordSinkError? in
            state.attempts += 1
            if !state.failures.isEmpty { return state.failures.removeFirst() }
            state.batches.append(batch)
            return nil
        }
        if let failure { throw failure }
        return batch.end
    }

    var batches: [RecordBatch] { state.withLock { $0.batches } }

    /// Every record, in the order it came.
    func records() throws -> [Record] {
        var records: [Record] = []
        for batch in batches {
            let bytes =
                batch.isCompressed
                ? try Zstandard.decompress(batch.body, limit: 16 << 20) : batch.body
            #expect(bytes.count == batch.length)
            var reader = RecordReader(bytes)
            while let record = try reader.next() { records.append(record) }
            #expect(reader.offset == bytes.count)
        }
        return records
    }
}

extension Spool {
    /// Sends everything there is to `sink`, and returns once it is there.
    func uploadAll(to sink: any RecordSink) async {
        for backlog in backlogs {
            let uploader = RecordUploader(backlog: backlog, sink: sink, log: Logger(label: "test"))
            uploader.stop()
            await Task(executorPreference: backlog.reactor) { await uploader.run() }.value
        }
    }
}
