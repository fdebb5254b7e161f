package import Reactor
package import Recording

/// One reactor's part of the spool: where its connections record, without locks or system calls.
///
/// `append` puts a record into a memory-mapped file: it survives the death of the process (*process-durable*). `flushed`
/// waits until it survives a power cut (*disk-durable*); the connections of a lane share each sync. A record that nobody
/// waits for is synced soon (`SpoolConfiguration.syncInterval`) all the same.
///
/// Invariant of `@unchecked`: confined to its reactor, which every way in checks.
package final class SpoolLane: @unchecked Sendable {
    package let index: Int
    package let reactor: Reactor
    package let backlog: LaneBacklog
    let configuration: SpoolConfiguration
    let budget: SpoolBudget

    // The segment in use.
    var segment: SegmentFile
    var used = SpoolLayout.headerLength
    /// Appends that would go beyond it take the slow path.
    private var softLimit = 0
    private var spare: SegmentFile? { didSet { updateSoftLimit() } }
    private var isPreparingSpare = false
    /// Where in the segment the next one is prepared.
    private var prepareSpareAt = 0
    private var nextNumber: UInt64

    // Durability; see `SpoolLane+Durability.swift`.
    var synced: SpoolPosition
    /// Segments that were left and not synced since, the oldest first.
    var leaving: [(segment: SegmentFile, length: Int)] = []
    var waiters: [FlushWaiter] = []
    var isSyncing = false
    var isSyncDue = false
    /// An interval ended while a sync was under way.
    var isSyncOverdue = false
    /// Set when a sync failed: what was appended may be lost, so nothing is taken until a new segment works.
    var failure: SpoolError? { didSet { updateSoftLimit() } }
    /// What failed syncs may have lost, for those who ask after the lane has started over. One range for all: what was durable
    /// in between counts as lost, too.
    var lost: (after: SpoolPosition, through: SpoolPosition, error: SpoolError)?

    /// Opens the lane with a first segment of its own, and says so in its first record. Blocks.
    init(
        index: Int, reactor: Reactor, backlog: LaneBacklog, configuration: SpoolConfiguration,
        budget: SpoolBudget,
        firstNumber: UInt64, openedAt: RecordTime
    ) throws(SpoolError) {
        self.index = index
        self.reactor = reactor
        self.backlog = backlog
        self.configuration = configuration
        self.budget = budget
        segment = try SpoolLane.firstSegment(
            firstNumber, directory: backlog.directory, capacity: configuration.segmentBytes, budget: budget)
        nextNumber = firstNumber + 1
        synced = SpoolPosition(segment: firstNumber, offset: SpoolLayout.headerLength)
        backlog.began(firstNumber)
        prepareSpareAt = segment.capacity / 2
        updateSoftLimit()
        var chain = SessionChain(session: .none)
        guard let stride = RecordWriter.write(LaneOpened(openedAt: openedAt), chain: &chain, into: room)
        else {
            throw .tooLarge
        }
        used += stride
        backlog.grew(to: position, by: stride)
        try segment.synchronize()
        synced = position
    }

    /// Just behind the last record.
    package var position: SpoolPosition { SpoolPosition(segment: segment.number, offset: used) }

    private var room: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: segment.memory[used...])
    }

    /// Records `payload` as the next record of `chain`. Once this returns, the record survives the death of the process.
    ///
    /// Several records of one pipeline are several appends; `flushed(through:)` with the last position covers them all.
    /// - Throws: `SpoolError`, and then nothing was recorded and `chain` is where it was. A record that ends something is
    ///   taken as long as there is any room, one that begins something only while there is room for ends.
    package func append<Payload: RecordPayload>(
        _ payload: Payload, chain: inout SessionChain
    ) throws(SpoolError) -> SpoolPosition {
        reactor.assertConfined()
        let bound = RecordWriter.strideBound(payload)
        if used + bound > softLimit { try makeRoom(for: bound, begins: Payload.kind.begins) }
        guard let stride = RecordWriter.write(payload, chain: &chain, into: room) else { throw .tooLarge }
        used += stride
        let position = position
        backlog.grew(to: position, by: stride)
        if !isSyncDue { scheduleSync() }
        return position
    }

    // MARK: Segments

    /// The slow path: at half a segment the next one is prepared, near its end it must be at hand, at its end it is used.
    private func makeRoom(for bound: Int, begins: Bool) throws(SpoolError) {
        if let failure { throw failure }
        guard bound <= configuration.largestRecordBytes else { throw .tooLarge }
        let reserved = begins ? SpoolConfiguration.reservedBytes(of: segment.capacity) : 0
        if used + bound + reserved <= segment.capacity {
            prepareSpare()
            return
        }
        if used + bound <= segment.capacity {
            if spare == nil { spare = try makeNext() }
            return
        }
        let next = if let spare { spare } else { try makeNext() }
        spare = nil
        leaving.append((segment, used))
        use(next)
        requestSync()
    }

    /// Goes on in `next`.
    func use(_ next: SegmentFile) {
        // One that was made before it would take positions backwards.
        if let older = spare, older.number < next.number {
            spare = nil
            older.discard()
            budget.giveBack(older.capacity)
        }
        segment = next
        used = SpoolLayout.headerLength
        backlog.began(next.number)
        prepareSpareAt = next.capacity / 2
        updateSoftLimit()
    }

    private func updateSoftLimit() {
        if failure != nil {
            softLimit = 0
        } else if spare == nil {
            softLimit = min(prepareSpareAt, segment.capacity)
        } else {
            softLimit = segment.capacity
        }
    }

    /// Makes a segment here and now: only where no spare is ready, because it blocks the reactor.
    func makeNext() throws(SpoolError) -> SegmentFile {
        let number = nextNumber
        nextNumber += 1
        return try SpoolLane.makeSegment(
            number, directory: backlog.directory, capacity: configuration.segmentBytes, budget: budget)
    }

    /// The segment that a lane begins with, a small one where the limit or the disk leaves no room for another: a spool that
    /// was full when the process ended has to open, or it could never be uploaded.
    private static func firstSegment(
        _ number: UInt64, directory: String, capacity: Int, budget: SpoolBudget
    ) throws(SpoolError) -> SegmentFile {
        do throws(SpoolError) {
            return try makeSegment(number, directory: directory, capacity: capacity, budget: budget)
        } catch {
            guard error == .full else { throw error }
            let smallest = SpoolConfiguration.smallestSegmentBytes
            let segment = try SegmentFile.create(number: number, in: directory, capacity: smallest)
            budget.takeExisting(smallest)
            return segment
        }
    }

    private static func makeSegment(
        _ number: UInt64, directory: String, capacity: Int, budget: SpoolBudget
    ) throws(SpoolError) -> SegmentFile {
        guard budget.take(capacity) else { throw .full }
        do throws(SpoolError) {
            return try SegmentFile.create(number: number, in: directory, capacity: capacity)
        } catch {
            budget.giveBack(capacity)
            throw error
        }
    }

    /// Makes the next segment off the reactor. When that fails it is tried again a little later in this segment, and the
    /// appends that cannot do without it try for themselves and say why.
    private func prepareSpare() {
        guard spare == nil, !isPreparingSpare else { return }
        isPreparingSpare = true
        prepareSpareAt = used + segment.capacity / 16
        let number = nextNumber
        nextNumber += 1
        let (directory, capacity, budget) = (backlog.directory, configuration.segmentBytes, budget)
        reactor.spawn { [self] in
            let made = await BlockingPool.shared.run { () -> SegmentFile? in
                try? SpoolLane.makeSegment(number, directory: directory, capacity: capacity, budget: budget)
            }
            isPreparingSpare = false
            guard let made else { return }
            if spare == nil, made.number > segment.number {
                spare = made
            } else {
                made.discard()
                budget.giveBack(capacity)
            }
        }
    }
}
