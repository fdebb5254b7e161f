import HTTPTypes
import Logging
import Reactor

/// One HTTP/1.1 connection of the server: a loop of head, handler, answer. Requests are handled one at a time
/// in their order; pipelined ones wait in the socket, not in memory.
actor HTTP1ServerConnection: HTTPServedConnection {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    let stream: ByteStream
    let context: HTTPServerContext
    var parser: HTTP1RequestParser
    var exchange = HTTP1ServerExchange()
    let info: HTTPConnection
    private var info10: HTTPConnection?
    private var requestCount = 0
    private var isDraining = false
    private var isIdle = false
    private var watchesPeer = false
    /// What serves; cancelled when the client goes away.
    private var task: Task<Void, Never>?

    var limits: HTTPLimits { context.limits }

    init(_ stream: sending ByteStream, first: [UInt8], info: HTTPConnection, context: HTTPServerContext) {
        reactor = info.reactor
        self.stream = stream
        self.info = info
        self.context = context
        parser = HTTP1RequestParser(limits: context.limits, scheme: info.tls == nil ? "http" : "https")
        parser.append(first)
    }

    /// An idle connection stays open a moment longer: a request may be under way that was sent before its client could know.
    /// It is served, with `Connection: close`.
    func drain() {
        isDraining = true
        guard isIdle else { return }
        reactor.spawn {
            try? await self.reactor.sleep(for: self.limits.drainIdleTime)
            await self.endIfIdle()
        }
    }

    private func endIfIdle() {
        if isIdle { stream.close() }
    }

    func abort() {
        task?.cancel()
        stream.close()
    }

    /// Serves in a task of its own, as long as the server wants it to.
    func serve() {
        let registry = context.registry
        guard registry.begin(self) else {
            stream.close()
            registry.leave(info.peer)
            return
        }
        task = reactor.spawn {
            await self.run()
            registry.end(self)
            registry.leave(self.info.peer)
        }
    }

    /// Serves until the connection ends, and closes it.
    private func run() async {
        do {
            while let head = try await nextHead() {
                guard try await serve(head) else { break }
            }
            if exchange.mayHaveInput || !parser.isBetweenMessages {
                await stream.closeAfterLingering(limits.lingerTime)
            } else {
                await stream.shutdownWrite(deadline: .after(limits.lingerTime))
            }
        } catch {
            context.logger.trace(
                "connection ended", metadata: ["peer": "\(stream.peer)", "reason": "\(error)"])
        }
        stream.close()
    }

    // MARK: Reading

    /// The next request's head; nil when the connection ends in order, or what came is none and was refused.
    ///
    /// A part of `run`, as `serve` is: an actor's function that is called looks for its executor, and so does its caller when it
    /// returns.
    @inline(__always)
    private func nextHead() async throws(IOError) -> HTTP1RequestHead? {
        parser.shrink()
        // A new connection owes its first request at once; later ones may keep it idle.
        var deadline = Deadline.after(
            isDraining ? limits.drainIdleTime : requestCount == 0 ? limits.headTime : limits.idleTime)
        var hasBegun = false
        while true {
            do throws(HTTP1Error) {
                if let event = try parser.next(), case .head(let head) = event { return head }
            } catch {
                await refuse(error.status, error.detail)
                return nil
            }
            isIdle = parser.isBetweenMessages
            defer { isIdle = false }
            if !isIdle, !hasBegun {
                hasBegun = true
                deadline = .after(limits.headTime)
            }
            do throws(IOError) {
                try await stream.readable(deadline: deadline)
                if try take() == .endOfStream { return nil }
            } catch {
                guard error == .timedOut else { throw error }
                if hasBegun { await refuse(.requestTimeout, "The request took too long to arrive.") }
                return nil
            }
        }
    }

    /// Reads what is there into the parser, waiting for some; false at the end of the stream.
    func fill(deadline: Deadline) async throws(IOError) -> Bool {
        while true {
            try await stream.readable(deadline: deadline)
            switch try take() {
            case .bytes: return true
            case .endOfStream: return false
            case .wouldBlock: continue
            }
        }
    }

    /// Reads what is there into the parser.
    private func take() throws(IOError) -> ReadOutcome {
        let area = reactor.readArea
        let outcome = try stream.tryRead(into: area)
        if case .bytes(let count) = outcome {
            parser.append(UnsafeRawBufferPointer(rebasing: area[..<count]))
        }
        return outcome
    }

    // MARK: One exchange

    /// Handles one request; false when the connection cannot go on after it.
    @inline(__always)
    private func serve(_ head: HTTP1RequestHead) async throws(IOError) -> Bool {
        requestCount += 1
        exchange = HTTP1ServerExchange(number: requestCount, head: head)
        defer { info.account?.giveBack(exchange.takeKept()) }
        if head.framing == .none { _ = try? parser.next() }  // its end
        if !watchesPeer {
            watchesPeer = true
            reactor.spawn { await self.watchPeer() }
        }
        let request = HTTPServerRequest(
            head: head.request,
            body: HTTPBody(source: self, message: requestCount, length: head.framing.length),
            connection: connection(for: head.version))
        exchange.isHandling = true
        let response =
            head.request.method == .connect
            ? HTTPProblem.response(.notImplemented, detail: "This server is not a proxy.")
            : await context.handler(request)
        // Most answers are out at once, and need no call that may wait.
        var isComplete = true
        if let unsent = try begin(response) { isComplete = try await finish(unsent) }
        exchange.isHandling = false
        guard isComplete, !exchange.closes, !exchange.isReading, !exchange.isWriting else {
            exchange.isOver = true
            return false
        }
        let isDrained = exchange.mayHaveInput ? try await drainBody() : true
        exchange.isOver = true
        return isDrained
    }

    private func connection(for version: HTTPVersion) -> HTTPConnection {
        if version == info.version { return info }
        if let info10 { return info10 }
        let other = HTTPConnection(
            reactor: info.reactor, peer: info.peer, tls: info.tls, version: version, account: info.account)
        info10 = other
        return other
    }

    /// Cancels the handler when the client closes its side: whoever does not wait for the answer need not
    /// have it.
    private func watchPeer() async {
        do throws(IOError) {
            try await stream.peerClosed()
            if exchange.isHandling { task?.cancel() }
        } catch {
            // This side closed first; the handler was told by whoever did.
        }
    }

    /// Reads and drops what the handler left of the body, so that the next request can be found; false when
    /// it is too much.
    private func drainBody() async throws(IOError) -> Bool {
        var budget = limits.drainedBodyBytes
        let deadline = Deadline.after(limits.lingerTime)
        while true {
            let event: HTTP1RequestParser.Event?
            do throws(HTTP1Error) {
                event = try parser.next()
            } catch {
                // The answer is out already; nothing more is said about a broken rest.
                return false
            }
            switch event {
            case .piece(let bytes):
                budget -= bytes.count
                if budget < 0 { return false }
            case .end:
                exchange.input = .ended(trailers: nil)
                return true
            case .head:
                return false
            case nil:
                guard try await fill(deadline: deadline) else { return false }
            }
        }
    }

    /// Whether the connection ends with the answer now being sent.
    func mustClose() -> Bool {
        if !exchange.keepsAlive || isDraining || requestCount >= limits.requestsPerConnection { return true }
        switch exchange.input {
        case .ended: return false
        case .failed: return true
        case .open: break
        }
        // Without 100 Continue the client may send the body or not: nobody can tell where the next request
        // begins.
        if exchange.owesContinue { return true }
        return exchange.remainingInput.map { $0 > limits.drainedBodyBytes } ?? false
    }

    /// An answer of our own to what is not a request. The connection ends with it.
    private func refuse(_ status: HTTPResponse.Status, _ detail: String) async {
        context.logger.debug(
            "request refused",
            metadata: ["peer": "\(stream.peer)", "status": "\(status.code)", "reason": "\(detail)"])
        exchange = HTTP1ServerExchange()
        do throws(IOError) {
            if let unsent = try begin(HTTPProblem.response(status, detail: detail)) {
                _ = try await finish(unsent)
            }
        } catch {
            // The peer is gone; there is nobody to tell.
        }
    }
}
