import Reactor

/// What a lane has recorded and the control plane has not acknowledged yet.
///
/// Invariant of `@unchecked`: confined to the reactor of the lane; `SpoolLane` writes it, the uploader reads it there.
package final class LaneBacklog: @unchecked Sendable {
    package let lane: Int
    let reactor: Reactor
    let directory: String
    private let budget: SpoolBudget

    /// A segment that takes no more records.
    struct SealedSegment: Sendable {
        let number: UInt64
        let length: Int
        /// What the file takes on disk; nil while the lane has not let it go yet.
        var diskBytes: Int?
    }

    private(set) var sealed: [SealedSegment]
    /// The segment in use; nil in a lane that nobody writes to any more.
    private(set) var current: SpoolPosition?
    /// Everything before it is in the control plane.
    private(set) var acknowledged: SpoolPosition
    /// Records appended since the start, for those who wait for more.
    private var appendedBytes: UInt64 = 0
    private var waiter: Waiter?

    private struct Waiter {
        let wakeAt: UInt64
        let continuation: UnsafeContinuation<Void, Never>
        let timer: ScheduledTimer?
    }

    init(
        lane: Int, reactor: Reactor, directory: String, budget: SpoolBudget, sealed: [SealedSegment],
        acknowledged: SpoolPosition
    ) {
        self.lane = lane
        self.reactor = reactor
        self.directory = directory
        self.budget = budget
        self.sealed = sealed
        self.acknowledged = acknowledged
    }

    // MARK: The lane's side

    /// The lane writes to `segment` from now on.
    func began(_ segment: UInt64) {
        ended()
        current = SpoolPosition(segment: segment, offset: SpoolLayout.headerLength)
    }

    /// The lane takes no more records.
    func ended() {
        if let current {
            sealed.append(SealedSegment(number: current.segment, length: current.offset, diskBytes: nil))
        }
        current = nil
    }

    @inline(__always)
    func grew(to position: SpoolPosition, by bytes: Int) {
        current = position
        appendedBytes &+= UInt64(bytes)
        if let waiter, appendedBytes >= waiter.wakeAt { wake() }
    }

    /// The lane has let go of a segment, which took `capacity` until now and takes `diskBytes` from here on.
    func settled(_ number: UInt64, capacity: Int, diskBytes: Int) {
        guard let index = sealed.firstIndex(where: { $0.number == number }) else { return }
        sealed[index].diskBytes = diskBytes
        budget.giveBack(capacity - diskBytes)
        dropAcknowledged()
    }

    // MARK: The uploader's side

    /// Waits until `bytes` more were appended than now, at most for `patience` (nil: as long as it takes).
    func appended(_ bytes: Int, patience: Duration?) async {
        reactor.assertConfined()
        precondition(waiter == nil, "one uploader to a lane")
        await withUnsafeContinuation { continuation in
            let timer = patience.map { reactor.schedule(after: $0) { [self] in wake() } }
            waiter = Waiter(wakeAt: appendedBytes &+ UInt64(bytes), continuation: continuation, timer: timer)
        }
    }

    /// Ends a wait.
    func wake() {
        guard let waiter else { return }
        self.waiter = nil
        waiter.timer?.cancel()
        waiter.continuation.resume()
    }

    /// What to send next: a part of one segment, from the acknowledged offset to the segment's end so far.
    var pending: (segment: UInt64, range: Range<Int>)? {
        for segment in sealed {
            let start =
                segment.number == acknowledged.segment ? acknowledged.offset : SpoolLayout.headerLength
            if segment.number >= acknowledged.segment, start < segment.length {
                return (segment.number, start..<segment.length)
            }
        }
        guard let current else { return nil }
        let start = current.segment == acknowledged.segment ? acknowledged.offset : SpoolLayout.headerLength
        return start < current.offset ? (current.segment, start..<current.offset) : nil
    }

    /// Bytes of records that are not acknowledged.
    package var pendingBytes: Int {
        var bytes = 0
        for segment in sealed where segment.number >= acknowledged.segment {
            let start =
                segment.number == acknowledged.segment ? acknowledged.offset : SpoolLayout.headerLength
            bytes += max(segment.length - start, 0)
        }
        if let current {
            let start =
                current.segment == acknowledged.segment ? acknowledged.offset : SpoolLayout.headerLength
            bytes += current.offset - start
        }
        return bytes
    }

    /// The control plane has everything before `position`. Segments that it has wholly are deleted.
    func acknowledge(through position: SpoolPosition) {
        reactor.assertConfined()
        guard position > acknowledged else { return }
        acknowledged = position
        dropAcknowledged()
    }

    /// Passes over the rest of a sealed segment that cannot be read, which stays on disk under another name.
    func setAside(_ segment: UInt64) {
        guard let index = sealed.firstIndex(where: { $0.number == segment }) else { return }
        let removed = sealed.remove(at: index)
        acknowledged = max(acknowledged, SpoolPosition(segment: segment, offset: removed.length))
    }

    private func dropAcknowledged() {
        func isDone(_ segment: SealedSegment) -> Bool {
            segment.diskBytes != nil
                && (segment.number, segment.length) <= (acknowledged.segment, acknowledged.offset)
        }
        let done = sealed.filter(isDone)
        guard !done.isEmpty else { return }
        sealed.removeAll(where: isDone)
        let (directory, budget) = (directory, budget)
        reactor.spawn {
            let freed = await BlockingPool.shared.run {
                var freed = 0
                for segment in done {
                    // One that cannot be removed keeps its share of the budget, and is found again at the next start.
                    let path = SpoolLayout.segmentPath(segment.number, in: directory)
                    if (try? SpoolFiles.remove(path)) != nil { freed += segment.diskBytes ?? 0 }
                }
                return freed
            }
            budget.giveBack(freed)
        }
    }
}
