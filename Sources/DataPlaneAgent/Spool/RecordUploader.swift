import Compression
import Glibc
package import Logging
import Reactor
import Recording

/// Sends the records of one lane to the control plane, in order, at least once, and deletes what is acknowledged.
///
/// It reads files, never the lane's memory, and so never stands in the way of an append. It survives any absence of the
/// control plane: the spool grows meanwhile, up to its limit.
///
/// Invariant of `@unchecked`: confined to the lane's reactor.
package final class RecordUploader: @unchecked Sendable {
    private let backlog: LaneBacklog
    private let sink: any RecordSink
    private let log: Logger
    private var isStopping = false
    private var retryDelay = RecordUploader.shortestRetry

    /// Records wait at most this long before they are sent,
    static let patience = Duration.milliseconds(200)
    /// or until there are this many bytes of them: a request costs the same whatever it carries.
    static let impatientBytes = batchBytes
    /// The most that one request carries, unless a single record is larger.
    static let batchBytes = 1 << 20
    /// Smaller batches are sent as they are.
    static let compressedFrom = 4 << 10
    static let shortestRetry = Duration.milliseconds(100)
    static let longestRetry = Duration.seconds(10)

    package init(backlog: LaneBacklog, sink: any RecordSink, log: Logger) {
        self.backlog = backlog
        self.sink = sink
        self.log = log
    }

    /// Uploads until `stop`, and then what is left until the first failure. Runs in a task of the lane's reactor.
    package func run() async {
        backlog.reactor.assertConfined()
        while true {
            if backlog.pending == nil {
                if isStopping { return }
                await backlog.appended(1, patience: nil)
            }
            let missing = RecordUploader.impatientBytes - backlog.pendingBytes
            if missing > 0, !isStopping { await backlog.appended(missing, patience: RecordUploader.patience) }
            if backlog.pending == nil { continue }
            if await uploadNext() {
                retryDelay = RecordUploader.shortestRetry
            } else if isStopping {
                return
            } else {
                await backlog.appended(.max, patience: retryDelay * Double.random(in: 0.5...1))
                retryDelay = min(retryDelay * 2, RecordUploader.longestRetry)
            }
        }
    }

    /// Ends `run` after what is there has been sent, or could not be. Callable from any thread.
    package func stop() {
        backlog.reactor.execute { [self] in
            isStopping = true
            backlog.wake()
        }
    }

    /// False when it has to be tried again later.
    private func uploadNext() async -> Bool {
        guard let (segment, range) = backlog.pending else { return true }
        do throws(SpoolError) {
            let batch = try await read(segment, range, asEvidence: false)
            guard let batch else {
                await setAside(segment, at: range.lowerBound)
                return true
            }
            return await send(batch)
        } catch {
            log.error("cannot read the spool", metadata: ["lane": "\(backlog.lane)", "error": "\(error)"])
            return false
        }
    }

    private func send(_ batch: RecordBatch) async -> Bool {
        do throws(RecordSinkError) {
            let offset = try await sink.upload(batch)
            // The answer comes from outside: it may not move the mark backwards, nor beyond what was sent.
            guard offset > batch.offset, offset <= batch.end else { return false }
            await acknowledge(SpoolPosition(segment: batch.segment, offset: offset))
            return true
        } catch {
            switch error {
            case .unavailable(let reason):
                log.debug("records wait for the control plane", metadata: metadata(batch, reason))
                return false
            case .chainBroken(let reason):
                log.critical(
                    "a recording does not verify; sent as evidence", metadata: metadata(batch, reason))
                return batch.isEvidence ? false : await send(batch.asEvidence())
            case .rejected(let reason):
                log.critical("the control plane does not take records", metadata: metadata(batch, reason))
                return false
            }
        }
    }

    private func acknowledge(_ position: SpoolPosition) async {
        backlog.acknowledge(through: position)
        let directory = backlog.directory
        do throws(SpoolError) {
            try await BlockingPool.shared.run { () throws(SpoolError) in
                try UploadWatermark.store(position, in: directory)
            }
        } catch {
            log.warning("cannot note what is uploaded", metadata: ["error": "\(error)"])
        }
    }

    /// The file's bytes are not what was written: what is left of it cannot be sent, and must not be lost.
    private func setAside(_ segment: UInt64, at offset: Int) async {
        let path = SpoolLayout.segmentPath(segment, in: backlog.directory)
        log.critical(
            "a spool segment is damaged and set aside",
            metadata: ["path": "\(path)\(SpoolLayout.damagedSuffix)", "offset": "\(offset)"])
        backlog.setAside(segment)
        _ = await BlockingPool.shared.run { rename(path, path + SpoolLayout.damagedSuffix) }
    }

    private func metadata(_ batch: RecordBatch, _ reason: String) -> Logger.Metadata {
        [
            "lane": "\(batch.lane)", "segment": "\(batch.segment)", "offset": "\(batch.offset)",
            "reason": "\(reason)",
        ]
    }

    /// Whole records from the beginning of `range`, checked. Nil when the first of them is damaged.
    private func read(
        _ segment: UInt64, _ range: Range<Int>, asEvidence: Bool
    ) async throws(SpoolError) -> RecordBatch? {
        let (lane, path) = (backlog.lane, SpoolLayout.segmentPath(segment, in: backlog.directory))
        return try await BlockingPool.shared.run { () throws(SpoolError) in
            let bytes = try RecordUploader.wholeRecords(path, range)
            guard !bytes.isEmpty else { return nil }
            let small = bytes.count < RecordUploader.compressedFrom
            let compressed = small ? nil : try? bytes.withUnsafeBytes { try Zstandard.compress($0) }
            return RecordBatch(
                lane: lane, segment: segment, offset: range.lowerBound, length: bytes.count,
                body: compressed ?? [UInt8](bytes), isCompressed: compressed != nil, isEvidence: asEvidence)
        }
    }

    private static func wholeRecords(_ path: String, _ range: Range<Int>) throws(SpoolError) -> ArraySlice<
        UInt8
    > {
        var limit = min(range.count, batchBytes)
        while true {
            let bytes = try SpoolFiles.read(path, range.lowerBound..<range.lowerBound + limit)
            let whole = RecordReader.wholeRecords(at: bytes)
            if whole > 0 || limit == range.count { return bytes.prefix(whole) }
            limit = min(range.count, limit * 4)
        }
    }
}

extension RecordReader {
    /// The length of the whole records that `bytes` begins with.
    fileprivate static func wholeRecords(at bytes: [UInt8]) -> Int {
        var reader = RecordReader(bytes)
        while let record = try? reader.next(), !record.bytes.isEmpty {}
        return reader.offset
    }
}

extension RecordBatch {
    fileprivate func asEvidence() -> RecordBatch {
        RecordBatch(
            lane: lane, segment: segment, offset: offset, length: length, body: body,
            isCompressed: isCompressed,
            isEvidence: true)
    }
}
