internal import Glibc

/// Blocking I/O on a worker's socket.
final class WorkerSocket {
    enum Failure: Error { case closed, timedOut }

    let descriptor: Int32
    private var wait = BriefWait()

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Reads exactly this many bytes.
    func read(_ count: Int, until deadline: ContinuousClock.Instant?) throws(Failure) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let received = receive(
                    buffer.baseAddress?.advanced(by: initialized), count - initialized, until: deadline)
                if received <= 0 { return }
                initialized += received
            }
        }
        if bytes.count == count { return bytes }
        if let deadline, ContinuousClock.now >= deadline { throw .timedOut }
        throw .closed
    }

    /// What `recv` returns once something has come, or −1 when the deadline has passed.
    private func receive(
        _ area: UnsafeMutableRawPointer?, _ count: Int, until deadline: ContinuousClock.Instant?
    ) -> Int {
        var received = -1
        wait.end(
            polling: {
                received = recv(descriptor, area, count, Int32(MSG_DONTWAIT))
                return received >= 0 || (errno != EAGAIN && errno != EINTR)
            },
            asleep: {
                repeat {
                    if let deadline, !isReady(POLLIN, until: deadline) { return }
                    received = recv(descriptor, area, count, 0)
                } while received < 0 && errno == EINTR
            })
        return received
    }

    func write(_ bytes: [UInt8], until deadline: ContinuousClock.Instant?) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                send(
                    descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent,
                    Int32(MSG_NOSIGNAL) | waiting(deadline))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN, let deadline {
                if !isReady(POLLOUT, until: deadline) { throw .timedOut }
            } else if errno != EINTR {
                throw .closed
            }
        }
    }

    private func waiting(_ deadline: ContinuousClock.Instant?) -> Int32 {
        deadline == nil ? 0 : Int32(MSG_DONTWAIT)
    }

    /// False when the deadline passed first.
    private func isReady(_ events: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = deadline - ContinuousClock.now
            guard left > .zero else { return false }
            let milliseconds =
                left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000
            var poll = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = Glibc.poll(&poll, 1, Int32(clamping: milliseconds + 1))
            if count > 0 { return true }
            if count < 0, errno != EINTR { return false }
        }
    }
}
