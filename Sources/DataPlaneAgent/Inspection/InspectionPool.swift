internal import Glibc
internal import SQLInspection
internal import Synchronization

/// Inspects statements away from the I/O loops, hostile text in sandboxed processes (sql-hazards.md, "The parser itself").
///
/// Each worker process is paired with a thread of the agent: the process parses, the thread walks the tree. A text that kills
/// or stalls its worker fails with `.tooComplex`, and the worker is replaced; nothing else is affected. Results are kept in a
/// cache that any reactor may ask synchronously.
final class InspectionPool: Sendable {
    struct Limits: Sendable {
        /// Texts that may wait for a worker; beyond it callers fail at once.
        var waiting = 1_024
        /// For parsing one text or body. Within the caps of the pre-scan PostgreSQL's grammar takes 0.1 s per MiB.
        var parseTime = Duration.seconds(2)
        var cacheBytes = 32 << 20
        var inspection = InspectionLimits()
    }

    private struct Job: Sendable {
        let text: [UInt8]
        let parameterTypes: [UInt32]
        let catalog: CatalogSnapshot
        let settings: InspectionSettings
        let continuation: UnsafeContinuation<Result<Inspection, InspectionFailure>, Never>
    }

    /// The walk takes up to 2 KiB for each of 3,500 levels, in debug builds several times as much.
    private static let stackBytes = 32 << 20

    private let limits: Limits
    private let cache: InspectionCache
    private let queue: JobQueue<Job>

    /// - Parameters:
    ///   - executable: the program that calls `InspectionWorker.run` for `InspectionWorker.argument`; by default this one.
    ///   - workers: processes, and threads beside them.
    init(executable: String = "/proc/self/exe", workers: Int = 2, limits: Limits = Limits()) {
        self.limits = limits
        cache = InspectionCache(bytes: limits.cacheBytes)
        queue = JobQueue(capacity: limits.waiting)
        let queue = queue
        for _ in 0..<max(workers, 1) {
            DeepThread.start(stackBytes: Self.stackBytes) {
                let process = WorkerProcess(executable: executable, timeLimit: limits.parseTime)
                let seat = JobQueue<Job>.Seat()
                try? process.prepare()
                while let job = queue.next(for: seat) {
                    job.continuation.resume(returning: Self.inspect(job, process))
                    // Where the text has cost its worker, the next one does not wait for another.
                    try? process.prepare()
                }
                process.stop()
            }
        }
    }

    deinit { queue.close() }

    /// The inspection of a text that was inspected before under the same snapshot and settings. Takes well under 1 µs.
    func cached(
        _ text: UnsafeRawBufferPointer, parameterTypes: [UInt32], catalog: CatalogSnapshot,
        settings: InspectionSettings
    ) -> Inspection? {
        cache.find(text, parameterTypes: parameterTypes, snapshot: catalog.id, settings: settings)
    }

    /// Inspects a text, by the cache or by a worker. Callable from any executor; resumes on the caller's.
    func inspect(
        text: [UInt8], parameterTypes: [UInt32], catalog: CatalogSnapshot, settings: InspectionSettings
    ) async throws(InspectionFailure) -> Inspection {
        let known = text.withUnsafeBytes {
            cached($0, parameterTypes: parameterTypes, catalog: catalog, settings: settings)
        }
        if let known { return known }
        try PreScan.check(text, limits: limits.inspection)
        let result = await withUnsafeContinuation { continuation in
            let job = Job(
                text: text, parameterTypes: parameterTypes, catalog: catalog, settings: settings,
                continuation: continuation)
            if !queue.append(job) {
                continuation.resume(
                    returning: .failure(.unavailable("too many statements wait for inspection")))
            }
        }
        let inspection = try result.get()
        cache.insert(
            inspection, text: text, parameterTypes: parameterTypes, snapshot: catalog.id, settings: settings)
        return inspection
    }

    private static func inspect(_ job: Job, _ process: WorkerProcess) -> Result<Inspection, InspectionFailure>
    {
        if let reduced = reduced(job.text),
            case .success(let inspection) = inspect(reduced, job, process),
            inspection.decisiveLiterals != nil
        {
            return .success(inspection)
        }
        return inspect(job.text, job, process)
    }

    /// The text without rows of VALUES that others stand for; nil when there are none. What comes of it holds for the whole
    /// text where no rule has looked at values in them, which `decisiveLiterals` says.
    private static func reduced(_ text: [UInt8]) -> [UInt8]? {
        let shape = text.withUnsafeBytes { LiteralShape($0, foldingRows: true) }
        guard let shape, !shape.removed.isEmpty else { return nil }
        return shape.reduced(text)
    }

    private static func inspect(_ text: [UInt8], _ job: Job, _ process: WorkerProcess) -> Result<
        Inspection, InspectionFailure
    > {
        do throws(InspectionFailure) {
            let tree = try ParseTree(decoding: try process.parse(text, as: .sql))
            return .success(
                try SQLInspection.inspect(
                    parseTree: tree, text: text, parameterTypes: job.parameterTypes, catalog: job.catalog,
                    settings: job.settings, parser: process))
        } catch {
            return .failure(error)
        }
    }
}
