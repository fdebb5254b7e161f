import Reactor

/// A connection that waits until its record is on disk.
struct FlushWaiter {
    let position: SpoolPosition
    let continuation: UnsafeContinuation<SpoolError?, Never>
}

extension SpoolLane {
    /// Waits until everything before `position` survives a power cut.
    ///
    /// A sync starts at the end of the reactor's current turn, so that connections that are ready together share it, and
    /// those that come while one is under way share the next.
    package func flushed(through position: SpoolPosition) async throws(SpoolError) {
        reactor.assertConfined()
        if try isSettled(position) { return }
        let failure: SpoolError? = await withUnsafeContinuation { continuation in
            waiters.append(FlushWaiter(position: position, continuation: continuation))
            requestSync()
        }
        if let failure { throw failure }
    }

    /// Whether `flushed(through: position)` would return at once.
    package func isFlushed(_ position: SpoolPosition) -> Bool { (try? isSettled(position)) ?? false }

    /// - Throws: why what is there may be lost; also when the lane has started over since, and is beyond it.
    private func isSettled(_ position: SpoolPosition) throws(SpoolError) -> Bool {
        if let lost, position > lost.after, position <= lost.through { throw lost.error }
        if position <= synced { return true }
        if let failure { throw failure }
        return false
    }

    /// A sync at most one interval from now.
    func scheduleSync() {
        isSyncDue = true
        reactor.schedule(after: configuration.syncInterval) { [self] in
            isSyncDue = false
            if isSyncing { isSyncOverdue = true }
            if position > synced { requestSync() }
        }
    }

    func requestSync() {
        guard !isSyncing, failure == nil else { return }
        isSyncing = true
        reactor.spawn { [self] in
            await reactor.yield()
            while failure == nil, position > synced, await sync() {}
            isSyncing = false
        }
    }

    /// One sync of all that was appended until now. True when what came since cannot wait.
    private func sync() async -> Bool {
        let (target, current, left) = (position, segment, leaving)
        leaving.removeAll()
        isSyncOverdue = false
        let (sealed, error) = await BlockingPool.shared.run { () -> (Int, SpoolError?) in
            var sealed = 0
            do throws(SpoolError) {
                for (segment, length) in left {
                    try segment.seal(length: length)
                    sealed += 1
                }
                try current.synchronize()
                return (sealed, nil)
            } catch {
                return (sealed, error)
            }
        }
        for (segment, length) in left[..<sealed] {
            backlog.settled(segment.number, capacity: segment.capacity, diskBytes: length)
        }
        leaving.insert(contentsOf: left[sealed...], at: 0)
        if let error {
            fail(error)
            return false
        }
        synced = target
        resumeWaiters(through: target, with: nil)
        return !waiters.isEmpty || isSyncOverdue
    }

    private func resumeWaiters(through position: SpoolPosition, with error: SpoolError?) {
        let (ready, rest) = (
            waiters.filter { $0.position <= position }, waiters.filter { $0.position > position }
        )
        waiters = rest
        for waiter in ready { waiter.continuation.resume(returning: error) }
    }

    /// After a failed sync the kernel may have dropped what it could not write, and says so only once: nobody may be told
    /// that it is durable, and nothing more goes into these segments.
    private func fail(_ error: SpoolError) {
        failure = error
        resumeWaiters(through: position, with: error)
        retryAfterFailure()
    }

    private func retryAfterFailure() {
        reactor.schedule(after: .seconds(1)) { [self] in
            do throws(SpoolError) {
                startOver(in: try makeNext())
            } catch {
                retryAfterFailure()
            }
        }
    }

    /// Leaves what was written until now to the kernel and to the uploader, which sends what it can still read.
    private func startOver(in next: SegmentFile) {
        if let failure { lost = (lost?.after ?? synced, position, failure) }
        leaving.append((segment, used))
        use(next)
        for (segment, _) in leaving {
            segment.abandon()
            backlog.settled(segment.number, capacity: segment.capacity, diskBytes: segment.capacity)
        }
        leaving.removeAll()
        synced = position
        failure = nil
    }

    /// Ends a lane that nobody records in: what it has is uploaded, and then it is gone. Blocks.
    func sealForGood() throws(SpoolError) {
        let length = used
        try segment.seal(length: length)
        backlog.ended()
        backlog.settled(segment.number, capacity: segment.capacity, diskBytes: length)
    }
}
