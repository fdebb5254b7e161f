import HTTPTypes
import Logging
import Reactor

/// One h2 connection on its reactor, of the server or of the client: moves bytes between the socket and
/// `HTTP2Session`, and bodies between the session and those who read and write them.
///
/// What is to be sent is collected and written in one piece, once per turn of the reactor.
actor HTTP2Connection {
    nonisolated let reactor: Reactor
    nonisolated let info: HTTPConnection
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    let limits: HTTPLimits
    let logger: Logger
    let session: HTTP2Session
    /// The server's side; nil at a client.
    let context: HTTPServerContext?
    let stream: ByteStream
    var streams: [Int32: HTTP2Stream] = [:]
    /// Handlers that have not returned, also those whose stream is gone.
    var handlerCount = 0
    var isDraining = false
    /// Client: GOAWAY came, or the connection is over; no new requests.
    var acceptsRequests = true
    var exchanges: [Int32: HTTP2ClientExchange] = [:]
    /// What the socket has not taken yet; empty but for slow readers.
    private var outbox: [UInt8] = []
    private var outboxOffset = 0
    private var isBlocked = false
    private var isFlushScheduled = false
    private var isProcessing = false
    private var isPinging = false
    private var isClosing = false
    private var sentFinalGoAway = false
    private var isSweepScheduled = false

    init(
        _ stream: sending ByteStream, role: HTTP2Session.Role, info: HTTPConnection, limits: HTTPLimits,
        logger: Logger, context: HTTPServerContext?
    ) throws(HTTP2Error) {
        reactor = info.reactor
        self.info = info
        self.limits = limits
        self.logger = logger
        self.context = context
        self.stream = stream
        session = try HTTP2Session(role: role, limits: limits, now: monotonicNanoseconds())
    }

    // MARK: The loop

    /// Runs the connection to its end. `first` are bytes that were read already.
    func run(first: [UInt8]) async {
        do {
            try first.span.withUnsafeBytes { (bytes) throws(HTTP2Error) in
                try session.receive(bytes, now: monotonicNanoseconds())
            }
            try await process()
            while !stream.isClosed {
                guard try await receive() else { break }
                try await process()
            }
        } catch let error as HTTP2Error {
            logger.debug(
                "h2 connection ended", metadata: ["peer": "\(stream.peer)", "reason": "\(error.reason)"])
            await finishClosing()
        } catch {
            logger.trace("h2 connection ended", metadata: ["peer": "\(stream.peer)", "reason": "\(error)"])
        }
        end()
    }

    /// Waits for bytes and gives them to the session; false at the end of the stream.
    private func receive() async throws -> Bool {
        while true {
            do throws(IOError) {
                try await stream.readable(deadline: .after(isPinging ? limits.progressTime : limits.idleTime))
            } catch {
                guard error == .timedOut else { throw error }
                try checkIdleness()
                continue
            }
            let area = reactor.readArea
            switch try stream.tryRead(into: area) {
            case .bytes(let count):
                isPinging = false
                if !isClosing {
                    try session.receive(
                        UnsafeRawBufferPointer(rebasing: area[..<count]), now: monotonicNanoseconds())
                }
                return true
            case .endOfStream:
                return false
            case .wouldBlock:
                continue
            }
        }
    }

    /// Nothing came for long: fine while a stream is open and the peer answers a PING, the end otherwise.
    private func checkIdleness() throws {
        if isPinging || isClosing { throw IOError.timedOut }
        if streams.isEmpty {
            session.terminate(HTTP2Code.noError)
        } else {
            isPinging = true
            session.ping()
        }
        flush()
    }

    /// Handles what came, lets those run who were woken by it, and sends what they gave.
    private func process() async throws {
        isProcessing = true
        for event in session.takeEvents() { handle(event) }
        // Where nobody can have been woken, nobody is waited for.
        if handlerCount > 0 || !exchanges.isEmpty { await reactor.yield() }
        isProcessing = false
        flush()
    }

    private func handle(_ event: HTTP2Session.Event) {
        switch event {
        case .request(let id, let head, let info):
            requestReceived(on: id, head, info)
        case .refused(let id, let status, let detail):
            refuse(id, status, detail)
        case .response(let id, let head, let info):
            responseReceived(on: id, head, info)
        case .data(let id, let bytes):
            guard let stream = streams[id] else {
                session.consume(bytes.count, on: id)
                return
            }
            stream.receive(bytes, limit: limits.bodyBytes)
        case .end(let id, let trailers):
            streams[id]?.end(trailers: trailers)
        case .answeredEarly(let id):
            resetAfterLingering(id)
        case .drained(let id):
            streams[id]?.outputMoved()
        case .closed(let id, let code):
            streamClosed(id, code)
        case .goingAway(let lastStream, _):
            peerGoesAway(lastStream: lastStream)
        case .pingAcknowledged:
            isPinging = false
            if isDraining { sendFinalGoAway() }
        }
    }

    private func streamClosed(_ id: Int32, _ code: UInt32) {
        guard let stream = streams[id] else { return }
        stream.closeCode = code
        stream.fail(.disconnected)
        switch session.role {
        case .server:
            stream.task?.cancel()
            release(id)
        case .client:
            exchangeClosed(id, code)
        }
    }

    /// Forgets a stream; what it had unread no longer counts against the connection's window.
    func release(_ id: Int32) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        session.consume(stream.dropPieces(), on: id)
        stream.fail(.closed)
    }

    /// RFC 9113 section 8.1: an answer before the end of the request may ask the client to stop. Not at once,
    /// because some clients (curl before 8.0) throw away an answer that a reset follows closely; unread bytes
    /// keep the window shut meanwhile.
    private func resetAfterLingering(_ id: Int32) {
        reactor.schedule(after: limits.lingerTime) { [weak self] in
            guard let self else { return }
            self.reactor.spawn { await self.resetUnfinished(id) }
        }
    }

    private func resetUnfinished(_ id: Int32) {
        guard session.peerIsSending(on: id) else { return }
        session.reset(id, code: HTTP2Code.noError)
        needsFlush()
    }

    // MARK: Sending

    /// Asks for a flush in this turn of the reactor, after others had the chance to add to it.
    func needsFlush() {
        guard !isProcessing, !isFlushScheduled, !isBlocked, !stream.isClosed else { return }
        isFlushScheduled = true
        reactor.spawn { await self.scheduledFlush() }
    }

    private func scheduledFlush() {
        isFlushScheduled = false
        flush()
    }

    /// Writes what the socket takes; a task of its own waits when it takes no more.
    func flush() {
        guard !isBlocked, !isClosing, !stream.isClosed else { return }
        do {
            if try sendOutbox() { try sendFrames() }
        } catch {
            logger.trace("h2 write failed", metadata: ["peer": "\(stream.peer)", "reason": "\(error)"])
            stream.close()
            return
        }
        outputMoved()
        if !isBlocked, session.isFinished { beginClosing() }
    }

    /// Sends what was left over; false when the socket still does not take all of it.
    private func sendOutbox() throws(IOError) -> Bool {
        if outbox.isEmpty { return true }
        let offset = outboxOffset
        outboxOffset += try outbox.span.withUnsafeBytes { (bytes) throws(IOError) -> Int in
            try stream.tryWrite(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
        }
        guard outboxOffset == outbox.count else {
            block()
            return false
        }
        outbox = []
        outboxOffset = 0
        return true
    }

    /// Gathers frames in the reactor's area, so that many go out with one call, until the socket takes no more.
    private func sendFrames() throws {
        let area = reactor.readArea
        var filled = 0
        while let frame = try session.nextFrame() {
            if frame.count > area.count - filled {
                guard try send(UnsafeRawBufferPointer(rebasing: area[..<filled])) else {
                    return outbox.append(contentsOf: frame)
                }
                filled = 0
            }
            UnsafeMutableRawBufferPointer(rebasing: area[filled...]).copyMemory(from: frame)
            filled += frame.count
        }
        _ = try send(UnsafeRawBufferPointer(rebasing: area[..<filled]))
    }

    /// Sends bytes, or keeps those that the socket does not take; false when there are such.
    private func send(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Bool {
        let count = try stream.tryWrite(bytes)
        if count == bytes.count { return true }
        outbox.append(contentsOf: bytes[count...])
        block()
        return false
    }

    private func block() {
        isBlocked = true
        reactor.spawn { await self.unblock() }
    }

    /// Waits until the socket takes more. A peer that reads nothing for too long is given up.
    private func unblock() async {
        do throws(IOError) {
            try await stream.writable(deadline: .after(limits.progressTime))
            isBlocked = false
            flush()
        } catch {
            stream.close()
        }
    }

    /// Wakes the writers whose bytes have been framed, and watches those whose bytes have not.
    private func outputMoved() {
        for event in session.takeEvents() { handle(event) }
        guard !isSweepScheduled, session.hasPendingBytes else { return }
        isSweepScheduled = true
        reactor.schedule(after: limits.progressTime) { [weak self] in
            guard let self else { return }
            self.reactor.spawn { await self.sweep() }
        }
    }

    /// Resets the streams whose reader has kept its window shut since the last look (a window-zero stall).
    private func sweep() {
        isSweepScheduled = false
        guard !stream.isClosed else { return }
        for stream in streams.values {
            let framed = session.pendingBytes(on: stream.id) > 0 ? session.framedBytes(on: stream.id) : nil
            if let framed, framed == stream.framedAtLastSweep {
                session.reset(stream.id, code: HTTP2Code.cancel)
            }
            stream.framedAtLastSweep = framed
        }
        flush()
    }

    // MARK: The end

    /// The protocol is over: says so, then waits for the peer to close, so that nothing in flight is lost.
    private func beginClosing() {
        guard !isClosing else { return }
        isClosing = true
        if isBlocked {
            stream.close()
            return
        }
        let deadline = Deadline.after(limits.lingerTime)
        reactor.spawn { await self.shutdownWrite(deadline) }
        reactor.schedule(at: deadline) { [weak self] in
            guard let self else { return }
            self.reactor.spawn { await self.closeStream() }
        }
    }

    /// After an error: sends the GOAWAY, and reads and drops until the peer has closed or has had its time.
    private func finishClosing() async {
        flush()
        beginClosing()
        while !stream.isClosed, (try? await receive()) == true {}
    }

    private func shutdownWrite(_ deadline: Deadline) async { await stream.shutdownWrite(deadline: deadline) }

    func closeStream() { stream.close() }

    private func end() {
        stream.close()
        acceptsRequests = false
        for id in Array(streams.keys) {
            streams[id]?.task?.cancel()
            streams[id]?.fail(.disconnected)
            switch session.role {
            case .server: release(id)
            case .client: exchangeEnded(id, .disconnected(unprocessed: false))
            }
        }
    }

    /// First step of a drain; the second follows when the client has seen this one, or did not answer in
    /// time.
    func beginDraining() {
        guard !isDraining else { return }
        isDraining = true
        session.noticeShutdown()
        session.ping()
        needsFlush()
        reactor.schedule(after: .seconds(1)) { [weak self] in
            guard let self else { return }
            self.reactor.spawn { await self.sendFinalGoAway() }
        }
    }

    private func sendFinalGoAway() {
        guard !sentFinalGoAway, !stream.isClosed else { return }
        sentFinalGoAway = true
        session.goAway()
        needsFlush()
    }
}
