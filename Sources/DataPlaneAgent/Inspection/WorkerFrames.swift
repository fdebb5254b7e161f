internal import Glibc
internal import SQLInspection

/// The frames between the agent and an inspection worker, over a stream socket. Numbers are little-endian, 32 bits.
///
/// Request: language (1 byte), length, text. Answer: status (1 byte), position, length, payload; the payload is the tree when
/// the status is 0, and a message for people when it is 1 (syntax) or 2 (too complex).
///
///     01 08 00 00 00 "SELECT 1"   →   00 00 00 00 00 1e 00 00 00 …
enum WorkerFrames {
    static let requestHeaderBytes = 5
    static let answerHeaderBytes = 9
    /// The largest tree taken from a worker: the largest text times what constants grow by.
    static let maximumPayloadBytes = 1 << 30

    static func request(_ text: [UInt8], _ language: ParsedLanguage) -> [UInt8] {
        [language.rawValue] + bytes(of: text.count) + text
    }

    static func answer(_ result: Result<[UInt8], InspectionFailure>) -> [UInt8] {
        switch result {
        case .success(let tree): [0] + bytes(of: 0) + bytes(of: tree.count) + tree
        case .failure(.syntax(let message, let position)):
            [1] + bytes(of: position) + bytes(of: message.utf8.count) + Array(message.utf8)
        case .failure(let failure):
            [2] + bytes(of: 0) + bytes(of: failure.message.utf8.count) + Array(failure.message.utf8)
        }
    }

    static func result(status: UInt8, position: Int, payload: [UInt8]) -> Result<[UInt8], InspectionFailure> {
        switch status {
        case 0: .success(payload)
        case 1: .failure(.syntax(message: String(decoding: payload, as: UTF8.self), position: position))
        default: .failure(.tooComplex(String(decoding: payload, as: UTF8.self)))
        }
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func bytes(of number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}

/// Blocking I/O on a worker's socket.
struct WorkerSocket {
    enum Failure: Error { case closed, timedOut }

    let descriptor: Int32

    /// Reads exactly this many bytes.
    func read(_ count: Int, until deadline: ContinuousClock.Instant?) throws(Failure) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                if let deadline, !isReady(POLLIN, until: deadline) { return }
                let received = recv(
                    descriptor, buffer.baseAddress?.advanced(by: initialized), count - initialized, 0)
                if received < 0, errno == EINTR { continue }
                if received <= 0 { return }
                initialized += received
            }
        }
        if bytes.count == count { return bytes }
        if let deadline, ContinuousClock.now >= deadline { throw .timedOut }
        throw .closed
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
