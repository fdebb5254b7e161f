import Glibc
package import Reactor
package import Recording

/// The agent's durable store of records that the control plane does not have yet: a lane for each reactor.
package final class Spool: Sendable {
    package let lanes: [SpoolLane]
    /// What there is to upload: one for each lane, and for lanes that earlier processes had beyond these.
    package let backlogs: [LaneBacklog]
    /// Torn records that were found at the start, to be logged.
    package let cuts: [SpoolCut]
    package let configuration: SpoolConfiguration
    private let budget: SpoolBudget
    private let lock: Int32

    /// Opens the spool in `directory`, which is made when it is missing: takes its lock, cuts torn records off, and begins
    /// a new segment in each lane. Blocks; nothing may be recorded before it has returned.
    /// - Throws: `SpoolError.inUse` when another process has it, `.full` when the disk has no room at all.
    package init(
        directory: String, configuration: SpoolConfiguration, reactors: [Reactor], openedAt: RecordTime
    ) throws(SpoolError) {
        self.configuration = configuration
        try SpoolFiles.makeDirectory(directory)
        lock = try Spool.takeLock(directory)
        budget = SpoolBudget(limit: configuration.totalBytes)
        do throws(SpoolError) {
            let recovered = try Spool.recover(directory, count: reactors.count)
            for lane in recovered {
                for segment in lane.segments { budget.takeExisting(segment.length) }
            }
            var lanes: [SpoolLane] = []
            var backlogs: [LaneBacklog] = []
            for lane in recovered where lane.lane < reactors.count || lane.wasInUse {
                let backlog = LaneBacklog(
                    lane: lane.lane, reactor: reactors[lane.lane % reactors.count], directory: lane.directory,
                    budget: budget, sealed: lane.segments, acknowledged: lane.acknowledged)
                let number = max(lane.freeNumber, UInt64(max(openedAt.microsecondsSinceEpoch / 1000, 1)))
                backlogs.append(backlog)
                let opened = try SpoolLane(
                    index: lane.lane, reactor: backlog.reactor, backlog: backlog,
                    configuration: configuration.sized(forUse: lane.lane < reactors.count), budget: budget,
                    firstNumber: number, openedAt: openedAt)
                if lane.lane < reactors.count { lanes.append(opened) } else { try opened.sealForGood() }
            }
            self.lanes = lanes
            self.backlogs = backlogs
            cuts = recovered.flatMap(\.cuts)
        } catch {
            close(lock)
            throw error
        }
    }

    deinit { close(lock) }

    /// What the spool takes on disk, the segments that wait for records included.
    package var diskBytes: Int { budget.takenBytes }

    /// The lane of the reactor that this is called on.
    package func lane(of reactor: Reactor) -> SpoolLane { lanes[reactor.index] }

    private static func takeLock(_ directory: String) throws(SpoolError) -> Int32 {
        let descriptor = open(directory + "/" + SpoolLayout.lockName, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .current("open lock") }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
        let error: SpoolError = errno == EWOULDBLOCK ? .inUse : .current("flock")
        close(descriptor)
        throw error
    }

    /// The lanes `0 ..< count`, and those beyond that are on disk.
    private static func recover(_ directory: String, count: Int) throws(SpoolError) -> [RecoveredLane] {
        let found = try SpoolFiles.names(in: directory).compactMap(SpoolLayout.lane)
        var recovered: [RecoveredLane] = []
        for lane in Set(found).union(0..<count).sorted() {
            let path = SpoolLayout.laneDirectory(lane, in: directory)
            try SpoolFiles.makeDirectory(path)
            recovered.append(try SpoolRecovery.recover(lane: lane, directory: path))
        }
        try SpoolFiles.synchronizeDirectory(directory)
        return recovered
    }
}

extension SpoolConfiguration {
    /// A lane that nobody uses any more takes one record, the one that says so.
    fileprivate func sized(forUse isUsed: Bool) -> SpoolConfiguration {
        var sized = self
        if !isUsed { sized.segmentBytes = SpoolConfiguration.smallestSegmentBytes }
        return sized
    }
}
