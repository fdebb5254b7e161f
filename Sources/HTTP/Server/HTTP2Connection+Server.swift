import HTTPTypes
import Logging
import Reactor

extension HTTP2Connection: HTTPServedConnection {
    /// Serves in a task of its own, as long as the server wants it to.
    func serve(first: [UInt8]) {
        guard let registry = context?.registry else { return }
        guard registry.begin(self) else {
            closeStream()
            registry.leave(info.peer)
            return
        }
        reactor.spawn {
            await self.run(first: first)
            registry.end(self)
            registry.leave(self.info.peer)
        }
    }

    func drain() async { beginDraining() }

    func abort() async {
        for stream in streams.values { stream.task?.cancel() }
        closeStream()
    }

    func requestReceived(on id: Int32, _ head: HTTPRequest, _ message: HTTP2MessageInfo) {
        // Reset in the same breath: not worth a handler.
        guard session.isOpen(id) else { return }
        // Resetting a stream frees its place at once, but not its handler's (CVE-2023-44487).
        guard handlerCount < 2 * limits.concurrentStreams else {
            session.reset(id, code: HTTP2Code.refusedStream)
            return
        }
        if head.method == .connect {
            refuse(id, .notImplemented, "This server is not a proxy.")
            return
        }
        let stream = HTTP2Stream(id, reactor: reactor, account: info.account)
        stream.owesContinue = message.expectsContinue
        if message.endsStream { stream.end(trailers: nil) }
        streams[id] = stream
        handlerCount += 1
        let body = HTTPBody(source: self, message: Int(id), length: message.length)
        let request = HTTPServerRequest(head: head, body: body, connection: info)
        // Begun as the actor's own, so that it is queued once; `spawn` would begin elsewhere and come here with a second turn.
        stream.task = Task(executorPreference: reactor) { await self.answer(request, on: id) }
    }

    /// An answer of our own to a request that the application does not see.
    func refuse(_ id: Int32, _ status: HTTPResponse.Status, _ detail: String) {
        let response = HTTPProblem.response(status, detail: detail)
        guard case .bytes(let body) = response.body else { return }
        submit(response.head, body: body, isStreaming: false, on: id)
    }

    private func answer(_ request: HTTPServerRequest, on id: Int32) async {
        let asked = streams[id]
        defer {
            handlerCount -= 1
            asked?.releaseKept()
        }
        guard let context else { return }
        let response = await context.handler(request)
        // Gone when the client has reset the stream meanwhile.
        guard let stream = streams[id] else { return }
        var head = response.head
        if head.status.kind == .informational || head.status.kind == .invalid {
            logger.error("a handler answered with a status that is no final one")
            refuse(id, .internalServerError, "The answer could not be sent.")
            return
        }
        let hasNoBody =
            request.head.method == .head || head.status == .noContent || head.status == .notModified
        switch response.body {
        case .none:
            submit(head, body: [], isStreaming: false, on: id)
        case .bytes(let body):
            if head.headerFields.contains(.contentLength) { head.headerFields[.contentLength] = nil }
            submit(head, body: hasNoBody ? [] : body, length: body.count, isStreaming: false, on: id)
        case .stream(let produce):
            submit(head, body: nil, isStreaming: !hasNoBody, on: id)
            if !hasNoBody {
                await run(produce, on: stream, length: head.headerFields[.contentLength].flatMap { Int($0) })
            }
        }
        needsFlush()
    }

    /// Lets the application write a body; `length` is what its Content-Length promised.
    private func run(
        _ produce: @Sendable (HTTPBodyWriter) async throws -> Void, on stream: HTTP2Stream, length: Int?
    ) async {
        stream.isStreaming = true
        needsFlush()
        do {
            try await produce(HTTPBodyWriter(sink: self, message: Int(stream.id)))
            if stream.closeCode == nil, let length, length != session.writtenBytes(on: stream.id) {
                logger.error("a response was not as long as its Content-Length")
                cutOff(stream)
            } else {
                session.finish(stream.id, trailers: stream.trailers)
            }
        } catch {
            logger.debug("a response was cut off", metadata: ["reason": "\(error)"])
            cutOff(stream)
        }
        stream.isStreaming = false
    }

    private func cutOff(_ stream: HTTP2Stream) {
        // A reset overtakes what is still to be framed; what can go goes before it.
        flush()
        if stream.closeCode == nil { session.reset(stream.id, code: HTTP2Code.internalError) }
    }

    private func submit(
        _ head: HTTPResponse, body: [UInt8]?, length: Int? = nil, isStreaming: Bool, on id: Int32
    ) {
        var fields = HTTP2FieldBlock(status: head.status)
        if let context, !head.headerFields.contains(.date) {
            fields.append("date", context.date(of: reactor).value)
        }
        if let length, head.status != .noContent, head.status != .notModified {
            fields.append("content-length", String(length))
        }
        fields.append(head.headerFields)
        do {
            try session.respond(on: id, fields, body: body, isStreaming: isStreaming)
        } catch {
            logger.debug("an h2 response could not be sent", metadata: ["reason": "\(error.reason)"])
            session.reset(id, code: HTTP2Code.internalError)
        }
        needsFlush()
    }
}
