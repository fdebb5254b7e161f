import HTTPTypes
import Reactor

/// The client's part of one h2 exchange: its head, or why none comes. Confined to the connection's actor.
final class HTTP2ClientExchange {
    var head: Result<(HTTPResponse, HTTP2MessageInfo), HTTPClientError>?
    let headArrived: HTTPSignal

    init(reactor: Reactor) {
        headArrived = HTTPSignal(reactor)
    }
}

extension HTTP2Connection: HTTPClientConnection {
    var isUsable: Bool { acceptsRequests && !stream.isClosed }

    func close() { closeStream() }

    func exchange(
        _ request: HTTPClientRequest, deadline: Deadline
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        guard isUsable else { throw .disconnected(unprocessed: true) }
        let id = try submit(request)
        let exchange = HTTP2ClientExchange(reactor: reactor)
        exchanges[id] = exchange
        needsFlush()
        var outcome = HTTPSignal.Outcome.fired
        while exchange.head == nil, outcome == .fired {
            outcome = await exchange.headArrived.wait(deadline: deadline)
        }
        switch exchange.head {
        case .success((let head, let message))?:
            let source = HTTPClientBodySource(self, message: Int(id))
            let body = HTTPBody(source: source, message: Int(id), length: message.length)
            return HTTPClientResponse(head: head, body: body, version: .http2)
        case .failure(let error)?:
            abandon(Int(id))
            throw error
        case nil:
            abandon(Int(id))
            throw outcome == .cancelled ? .cancelled : .timedOut
        }
    }

    private func submit(_ request: HTTPClientRequest) throws(HTTPClientError) -> Int32 {
        var fields = HTTP2FieldBlock(request)
        var given = request.head.headerFields
        if case .bytes = request.body { given[.contentLength] = nil }
        fields.append(given)
        do throws(HTTP2Error) {
            switch request.body {
            case .none:
                return begin(try session.request(fields, body: nil, isStreaming: false))
            case .bytes(let bytes):
                fields.append("content-length", String(bytes.count))
                return begin(try session.request(fields, body: bytes, isStreaming: false))
            case .stream(let produce):
                let id = begin(try session.request(fields, body: nil, isStreaming: true))
                streams[id]?.isStreaming = true
                streams[id]?.task = reactor.spawn { await self.send(produce, on: id) }
                return id
            }
        } catch {
            // Out of stream numbers: the connection has served its time.
            acceptsRequests = false
            throw .disconnected(unprocessed: true)
        }
    }

    private func begin(_ id: Int32) -> Int32 {
        streams[id] = HTTP2Stream(id, reactor: reactor)
        return id
    }

    private func send(_ produce: @Sendable (HTTPBodyWriter) async throws -> Void, on id: Int32) async {
        do {
            try await produce(HTTPBodyWriter(sink: self, message: Int(id)))
            guard let stream = streams[id] else { return }
            session.finish(id, trailers: stream.trailers)
            stream.isStreaming = false
        } catch {
            guard let stream = streams[id] else { return }
            stream.isStreaming = false
            if stream.closeCode == nil {
                fail(id, .request(reason: "the body could not be made: \(error)"))
                session.reset(id, code: HTTP2Code.cancel)
            }
        }
        needsFlush()
    }

    func responseReceived(on id: Int32, _ head: HTTPResponse, _ message: HTTP2MessageInfo) {
        guard let exchange = exchanges[id], exchange.head == nil else { return }
        if let length = message.length, length > limits.bodyBytes {
            fail(id, .malformed(reason: "the body is longer than \(limits.bodyBytes) bytes"))
            return
        }
        exchange.head = .success((head, message))
        exchange.headArrived.fire()
    }

    /// The stream is over, by the peer or by libnghttp2.
    func exchangeClosed(_ id: Int32, _ code: UInt32) {
        switch code {
        case HTTP2Code.refusedStream: exchangeEnded(id, .disconnected(unprocessed: true))
        case HTTP2Code.protocolError:
            exchangeEnded(id, .malformed(reason: "the response is not valid HTTP/2"))
        default: exchangeEnded(id, .givenUp)
        }
    }

    /// Nothing more comes. What came of the body can still be read.
    func exchangeEnded(_ id: Int32, _ error: HTTPClientError) {
        streams[id]?.task?.cancel()
        fail(id, error)
    }

    /// Streams that the peer has not taken are closed by libnghttp2, as refused.
    func peerGoesAway(lastStream: Int32) { acceptsRequests = false }

    func abandon(_ message: Int) {
        let id = Int32(truncatingIfNeeded: message)
        guard let stream = streams[id] else { return }
        stream.task?.cancel()
        if stream.closeCode == nil { session.reset(id, code: HTTP2Code.cancel) }
        exchanges[id] = nil
        release(id)
        needsFlush()
    }

    private func fail(_ id: Int32, _ error: HTTPClientError) {
        guard let exchange = exchanges[id], exchange.head == nil else { return }
        exchange.head = .failure(error)
        exchange.headArrived.fire()
    }
}
