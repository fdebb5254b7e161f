import HTTPTypes
import Reactor

/// One HTTP/1.1 connection of the client: one exchange at a time, then back to the pool.
actor HTTP1ClientConnection: HTTPClientConnection {
    private enum Input {
        case waiting
        case open
        case ended(trailers: HTTPFields?)
        case failed(HTTPBodyError)
    }

    private enum Output {
        case none
        case chunked
        case length(remaining: Int)
    }

    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let stream: ByteStream
    private let limits: HTTPLimits
    /// The proxy at the other end, to which requests go with their whole URL; nil at the origin, and at the end of a tunnel.
    private let proxy: HTTPProxy?
    /// Told when the connection is free again, and when it is over.
    private let changed: @Sendable (HTTP1ClientConnection, _ isIdle: Bool) -> Void
    private var parser: HTTP1ResponseParser
    /// The number of the current exchange; a body of an earlier one is not ours to read any more.
    private var message = 0
    private var isBusy = false
    private var input = Input.ended(trailers: nil)
    private var output = Output.none
    private var requestTask: Task<Void, Never>?
    private var requestFailure: HTTPClientError?
    private var trailers: HTTPFields?
    private var keepsAlive = false
    private var isReading = false
    private var isWriting = false
    /// Bytes of the current response, or of an informational one before it, have come.
    private var hasAnswer = false

    init(
        _ stream: sending ByteStream, limits: HTTPLimits, proxy: HTTPProxy?,
        changed: @escaping @Sendable (HTTP1ClientConnection, _ isIdle: Bool) -> Void
    ) {
        reactor = stream.reactor
        self.stream = stream
        self.limits = limits
        self.proxy = proxy
        self.changed = changed
        parser = HTTP1ResponseParser(limits: limits)
    }

    var isUsable: Bool { !stream.isClosed && !stream.isPeerClosed && !isBusy && !parser.hasUnexpectedBytes }

    func close() {
        guard !stream.isClosed else { return }
        stream.close()
        requestTask?.cancel()
        changed(self, false)
    }

    /// Gives up the connection when the peer closes it while nobody uses it.
    func watchPeer() async {
        do throws(IOError) {
            try await stream.peerClosed()
            if !isBusy { close() }
        } catch {
            // Closed by this side.
        }
    }

    // MARK: The exchange

    func exchange(
        _ request: HTTPClientRequest, deadline: Deadline
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        guard isUsable else { throw .disconnected(unprocessed: true) }
        isBusy = true
        message += 1
        let message = message
        input = .waiting
        requestFailure = nil
        trailers = nil
        hasAnswer = false
        parser.expect(responseTo: request.head.method)
        let result = await withTaskCancellationHandler {
            await converse(request, deadline: deadline)
        } onCancel: {
            reactor.spawn { await self.abandon(message) }
        }
        switch result {
        case .success(let head):
            let body = HTTPBody(
                source: HTTPClientBodySource(self, message: message), message: message,
                length: head.framing.length)
            if head.framing == .none { finishInput(trailers: nil) }
            return HTTPClientResponse(head: head.response, body: body, version: .http11)
        case .failure(let error):
            close()
            throw Task.isCancelled ? .cancelled : requestFailure ?? error
        }
    }

    private func converse(
        _ request: HTTPClientRequest, deadline: Deadline
    ) async -> Result<HTTP1ResponseHead, HTTPClientError> {
        do {
            try await send(request, deadline: deadline)
            return .success(try await readHead(deadline: deadline))
        } catch let error as HTTPClientError {
            return .failure(error)
        } catch let error as HTTP1Error {
            return .failure(error == .truncated ? brokenOff : .malformed(reason: error.detail))
        } catch IOError.timedOut {
            return .failure(.timedOut)
        } catch {
            return .failure(brokenOff)
        }
    }

    private var brokenOff: HTTPClientError { hasAnswer ? .givenUp : .disconnected(unprocessed: false) }

    private func send(_ request: HTTPClientRequest, deadline: Deadline) async throws {
        var bytes: [UInt8] = []
        var body: [UInt8] = []
        var framing = HTTP1Encoder.Framing.absent
        output = .none
        switch request.body {
        case .none:
            switch request.head.method {
            case .post, .put, .patch: framing = .length(0)
            default: framing = .absent
            }
        case .bytes(let given):
            framing = .length(given.count)
            body = given
        case .stream:
            let length = request.head.headerFields[.contentLength].flatMap { Int($0) }
            framing = length == nil ? .chunked : .asGiven
            output = length.map { .length(remaining: $0) } ?? .chunked
        }
        var head = request.head
        head.path = proxy == nil ? request.path : "\(request.scheme)://\(request.authority)\(request.path)"
        if let authorization = proxy?.authorization { head.headerFields[.proxyAuthorization] = authorization }
        HTTP1Encoder.append(head, authority: request.authority, framing: framing, to: &bytes)
        bytes.append(contentsOf: body)
        try await stream.write(bytes, progressTime: limits.progressTime, deadline: deadline)
        if case .stream(let produce) = request.body {
            let message = message
            requestTask = reactor.spawn { await self.send(produce, message) }
        }
    }

    /// The request's body, while the response may already be read.
    private func send(_ produce: @Sendable (HTTPBodyWriter) async throws -> Void, _ message: Int) async {
        do {
            try await produce(HTTPBodyWriter(sink: self, message: message))
            guard message == self.message else { return }
            if case .chunked = output {
                var bytes: [UInt8] = []
                HTTP1Encoder.appendLastChunk(trailers: trailers, to: &bytes)
                try await stream.write(bytes, progressTime: limits.progressTime)
            } else if case .length(let remaining) = output, remaining > 0 {
                throw HTTPClientError.request(reason: "the body is shorter than its content-length")
            }
            guard message == self.message else { return }
            output = .none
            requestTask = nil
        } catch {
            guard message == self.message, isBusy else { return }
            // A peer that answers early may close its side; its answer counts, not our failure to go on.
            if case .waiting = input, !(error is HTTPBodyError), !(error is IOError) {
                requestFailure = .request(reason: "the body could not be made: \(error)")
                close()
            }
        }
    }

    private func readHead(deadline: Deadline) async throws -> HTTP1ResponseHead {
        while true {
            switch try parser.next() {
            case .head(let head):
                keepsAlive = head.keepsAlive
                input = .open
                if head.framing == .none { _ = try parser.next() }  // its end
                return head
            case .informational:
                continue
            case .piece, .end:
                throw HTTP1Error.malformed(.statusLine)
            case nil:
                guard try await fill(deadline: deadline) else { throw HTTP1Error.truncated }
            }
        }
    }

    private func fill(deadline: Deadline) async throws(IOError) -> Bool {
        while true {
            try await stream.readable(deadline: deadline)
            let area = reactor.readArea
            switch try stream.tryRead(into: area) {
            case .bytes(let count):
                hasAnswer = true
                parser.append(UnsafeRawBufferPointer(rebasing: area[..<count]))
                return true
            case .endOfStream:
                return false
            case .wouldBlock:
                continue
            }
        }
    }

    /// The response is whole: the connection is free, unless one side still has something to say.
    private func finishInput(trailers: HTTPFields?) {
        input = .ended(trailers: trailers)
        guard isBusy else { return }
        if keepsAlive, requestTask == nil, !parser.hasUnexpectedBytes, !stream.isPeerClosed, !stream.isClosed
        {
            isBusy = false
            changed(self, true)
        } else {
            close()
        }
    }

    func abandon(_ message: Int) {
        guard message == self.message, isBusy else { return }
        close()
    }

    // MARK: Bodies

    func nextPiece(
        of message: Int, deadline: Deadline?, end: Deadline, isKept: Bool
    ) async throws(HTTPBodyError) -> [UInt8]? {
        guard message == self.message else { throw .closed }
        switch input {
        case .ended: return nil
        case .failed(let error): throw error
        case .open, .waiting: break
        }
        if isReading { throw .concurrentUse }
        isReading = true
        defer { isReading = false }
        let result = await withTaskCancellationHandler {
            await readPiece(deadline: min(end, deadline ?? .after(limits.progressTime)))
        } onCancel: {
            reactor.spawn { await self.abandon(message) }
        }
        switch result {
        case .success(let piece): return piece
        case .failure(let error):
            let error = Task.isCancelled ? .cancelled : error
            // A deadline of the reader's is no fault of the stream; it may go on reading.
            guard error != .timedOut else { throw error }
            input = .failed(error)
            close()
            throw error
        }
    }

    private func readPiece(deadline: Deadline) async -> Result<[UInt8]?, HTTPBodyError> {
        do {
            while true {
                switch try parser.next() {
                case .piece(let bytes):
                    return .success(bytes)
                case .end(let trailers):
                    finishInput(trailers: trailers)
                    return .success(nil)
                case .head, .informational:
                    return .failure(.malformed(reason: "a head inside a body"))
                case nil:
                    if try await fill(deadline: deadline) { continue }
                    guard case .end(let trailers) = try parser.inputEnded() else {
                        return .failure(.disconnected)
                    }
                    finishInput(trailers: trailers)
                    return .success(nil)
                }
            }
        } catch let error as HTTP1Error {
            return .failure(HTTPBodyError(error))
        } catch let error as IOError {
            return .failure(HTTPBodyError(error))
        } catch {
            return .failure(.disconnected)
        }
    }

    func trailers(of message: Int) async -> HTTPFields? {
        guard message == self.message, case .ended(let trailers) = input else { return nil }
        return trailers
    }
}

extension HTTP1ClientConnection: HTTPBodySink {
    func write(_ bytes: [UInt8], to message: Int) async throws(HTTPBodyError) {
        guard message == self.message, isBusy else { throw .closed }
        if bytes.isEmpty { return }
        if isWriting { throw .concurrentUse }
        isWriting = true
        defer { isWriting = false }
        do throws(IOError) {
            switch output {
            case .none:
                throw .closed
            case .chunked:
                var chunk: [UInt8] = []
                chunk.reserveCapacity(bytes.count + 16)
                HTTP1Encoder.appendChunk(bytes, to: &chunk)
                try await stream.write(chunk, progressTime: limits.progressTime)
            case .length(let remaining):
                guard bytes.count <= remaining else { throw .closed }
                output = .length(remaining: remaining - bytes.count)
                try await stream.write(bytes, progressTime: limits.progressTime)
            }
        } catch {
            throw HTTPBodyError(error)
        }
    }

    func setTrailers(_ fields: HTTPFields, of message: Int) async {
        if message == self.message { trailers = fields }
    }
}
