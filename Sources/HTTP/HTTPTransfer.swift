import Reactor

extension ByteStream {
    /// What the peer takes of `bytes` at once, without the cost of a call that may wait.
    func tryWrite(_ bytes: [UInt8]) throws(IOError) -> Int {
        try bytes.span.withUnsafeBytes { (memory) throws(IOError) -> Int in try tryWrite(memory) }
    }

    /// Writes `bytes` from `start` on; each piece must make progress within `progressTime`, and all be out by
    /// `deadline`.
    func write(
        _ bytes: [UInt8], from start: Int = 0, progressTime: Duration, deadline: Deadline = .never
    ) async throws(IOError) {
        var offset = start
        while offset < bytes.count {
            offset += try bytes.span.withUnsafeBytes { (memory) throws(IOError) -> Int in
                try tryWrite(UnsafeRawBufferPointer(rebasing: memory[offset...]))
            }
            if offset < bytes.count { try await writable(deadline: min(deadline, .after(progressTime))) }
        }
    }

    /// The same for a head and a body, in one call where the system has one.
    func write(_ head: [UInt8], _ body: [UInt8], progressTime: Duration) async throws(IOError) {
        let written = try head.span.withUnsafeBytes { (head) throws(IOError) -> Int in
            try body.span.withUnsafeBytes { (body) throws(IOError) -> Int in
                try tryWrite(vector: [head, body])
            }
        }
        if written == head.count + body.count { return }
        if written < head.count {
            try await write(Array(head[written...]), progressTime: progressTime)
            try await write(body, progressTime: progressTime)
        } else {
            try await write(Array(body[(written - head.count)...]), progressTime: progressTime)
        }
    }

    /// Ends a connection on which the peer may still be sending, so that it reads our last bytes before it
    /// sees a reset.
    func closeAfterLingering(_ time: Duration) async {
        let deadline = Deadline.after(time)
        await shutdownWrite(deadline: deadline)
        var budget = 1024 * 1024
        while budget > 0, !isClosed {
            do throws(IOError) {
                try await readable(deadline: deadline)
                switch try tryRead(into: reactor.readArea) {
                case .bytes(let count): budget -= count
                case .wouldBlock: continue
                case .endOfStream: budget = 0
                }
            } catch {
                budget = 0
            }
        }
        close()
    }
}

extension HTTPBodyError {
    /// What a failed transfer means to whoever reads or writes a body.
    init(_ error: IOError) {
        switch error {
        case .timedOut: self = .timedOut
        case .cancelled: self = .cancelled
        case .closed, .system, .resolution, .tls: self = .disconnected
        }
    }

    init(_ error: HTTP1Error) {
        switch error {
        case .bodyTooLarge(let limit): self = .tooLarge(limit: limit)
        case .truncated: self = .disconnected
        case .malformed, .startLineTooLong, .headTooLarge, .tooManyFields, .unsupportedVersion,
            .unsupportedTransferCoding, .unknownExpectation:
            self = .malformed(reason: error.detail)
        }
    }
}
