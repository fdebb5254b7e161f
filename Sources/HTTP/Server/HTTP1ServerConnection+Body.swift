import HTTPTypes
import Logging
import Reactor

extension HTTP1ServerConnection: HTTPBodySource {
    func nextPiece(
        of message: Int, deadline: Deadline?, end: Deadline, isKept: Bool
    ) async throws(HTTPBodyError) -> [UInt8]? {
        guard message == exchange.number, !exchange.isOver else { throw .closed }
        switch exchange.input {
        case .ended: return nil
        case .failed(let error): throw error
        case .open: break
        }
        if exchange.isReading { throw .concurrentUse }
        exchange.isReading = true
        defer { exchange.isReading = false }
        do {
            try sendContinue()
            let piece = try await readPiece(deadline: min(end, deadline ?? .after(limits.progressTime)))
            if let piece, isKept { try keep(piece.count) }
            return piece
        } catch let error as HTTPBodyError {
            throw fail(error)
        } catch let error as HTTP1Error {
            throw fail(HTTPBodyError(error))
        } catch let error as IOError {
            throw fail(HTTPBodyError(error))
        } catch {
            throw fail(.disconnected)
        }
    }

    func trailers(of message: Int) async -> HTTPFields? {
        guard message == exchange.number, case .ended(let trailers) = exchange.input else { return nil }
        return trailers
    }

    private func readPiece(deadline: Deadline) async throws -> [UInt8]? {
        while true {
            switch try parser.next() {
            case .piece(let bytes):
                if let remaining = exchange.remainingInput {
                    exchange.remainingInput = remaining - bytes.count
                }
                return bytes
            case .end(let trailers):
                exchange.input = .ended(trailers: trailers)
                return nil
            case .head:
                throw IOError.closed
            case nil:
                guard try await fill(deadline: deadline) else { throw HTTP1Error.truncated }
            }
        }
    }

    /// Counts bytes that the handler keeps until it has answered.
    private func keep(_ count: Int) throws(HTTPBodyError) {
        guard let account = info.account else { return }
        guard account.take(count) else { throw .addressOverLimit }
        exchange.keptBytes += count
    }

    private func fail(_ error: HTTPBodyError) -> HTTPBodyError {
        exchange.input = .failed(error)
        return error
    }

    /// 100 Continue, once the handler asks for the body and before any final answer. It fits into any socket
    /// that has nothing else to send.
    private func sendContinue() throws(IOError) {
        guard exchange.owesContinue else { return }
        guard case .pending = exchange.output else { return }
        exchange.owesContinue = false
        let line = HTTP1Encoder.continueResponse
        let written = try line.span.withUnsafeBytes { (bytes) throws(IOError) -> Int in
            try stream.tryWrite(bytes)
        }
        if written != line.count { throw .closed }
    }
}

extension HTTP1ServerConnection: HTTPBodySink {
    /// A body up to this size is copied behind its head and sent in one piece.
    private static let joinedBodyBytes = 16 * 1024

    /// What of an answer has to wait for the socket, or for the application.
    enum Unsent {
        case bytes([UInt8], from: Int)
        case large(head: [UInt8], body: [UInt8])
        case stream(HTTPResponse, hasNoBody: Bool, @Sendable (HTTPBodyWriter) async throws -> Void)
    }

    /// Sends as much of an answer as the socket takes at once; nil when that is all of it.
    func begin(_ response: HTTPServerResponse) throws(IOError) -> Unsent? {
        var response = response
        // Read once: the type keeps it as a text.
        var status = response.head.status
        if status.kind == .informational || status.kind == .invalid {
            context.logger.error("a handler answered with a status that is no final one")
            status = .internalServerError
            response = HTTPProblem.response(status, detail: "The answer could not be sent.")
        }
        exchange.closes = mustClose()
        let hasNoBody = exchange.isHead || status == .noContent || status == .notModified
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        switch response.body {
        case .none:
            let isGiven =
                hasNoBody && response.head.headerFields.contains(.contentLength) && status != .noContent
            let framing: HTTP1Encoder.Framing = isGiven ? .asGiven : hasNoBody ? .absent : .length(0)
            appendHead(response.head, framing, to: &bytes)
        case .bytes(let body):
            let isAbsent = status == .noContent || status == .notModified
            appendHead(response.head, isAbsent ? .absent : .length(body.count), to: &bytes)
            if !hasNoBody {
                guard body.count <= Self.joinedBodyBytes else { return .large(head: bytes, body: body) }
                bytes.append(contentsOf: body)
            }
        case .stream(let produce):
            return .stream(response.head, hasNoBody: hasNoBody, produce)
        }
        let written = try stream.tryWrite(bytes)
        if written < bytes.count { return .bytes(bytes, from: written) }
        exchange.output = .done
        return nil
    }

    /// Sends the rest of an answer; false when its body was cut off, so that the connection must end.
    func finish(_ unsent: Unsent) async throws(IOError) -> Bool {
        switch unsent {
        case .bytes(let bytes, let written):
            try await stream.write(bytes, from: written, progressTime: limits.progressTime)
        case .large(let head, let body):
            try await stream.write(head, body, progressTime: limits.progressTime)
        case .stream(let head, let hasNoBody, let produce):
            return try await send(head, hasNoBody: hasNoBody, produce)
        }
        exchange.output = .done
        return true
    }

    private func send(
        _ head: HTTPResponse, hasNoBody: Bool, _ produce: @Sendable (HTTPBodyWriter) async throws -> Void
    ) async throws(IOError) -> Bool {
        var bytes: [UInt8] = []
        let length = head.headerFields[.contentLength].flatMap { Int($0) }
        let framing: HTTP1ServerExchange.Framing =
            length.map { .length(remaining: $0) } ?? (exchange.version == .http10 ? .untilClose : .chunked)
        if case .untilClose = framing { exchange.closes = true }
        if hasNoBody {
            appendHead(head, length == nil || head.status == .noContent ? .absent : .asGiven, to: &bytes)
            try await stream.write(bytes, progressTime: limits.progressTime)
            exchange.output = .done
            return true
        }
        if case .chunked = framing {
            appendHead(head, .chunked, to: &bytes)
        } else {
            appendHead(head, length == nil ? .absent : .asGiven, to: &bytes)
        }
        try await stream.write(bytes, progressTime: limits.progressTime)
        exchange.output = .streaming(framing)
        do {
            try await produce(HTTPBodyWriter(sink: self, message: exchange.number))
        } catch {
            context.logger.debug("a response was cut off", metadata: ["reason": "\(error)"])
            exchange.output = .done
            return false
        }
        return try await finishStream()
    }

    private func finishStream() async throws(IOError) -> Bool {
        guard case .streaming(let framing) = exchange.output, !exchange.isWriting else { return false }
        exchange.output = .done
        switch framing {
        case .chunked:
            var bytes: [UInt8] = []
            HTTP1Encoder.appendLastChunk(trailers: exchange.trailers, to: &bytes)
            try await stream.write(bytes, progressTime: limits.progressTime)
            return true
        case .length(let remaining):
            if remaining > 0 { context.logger.error("a response was shorter than its Content-Length") }
            return remaining == 0
        case .untilClose:
            return true
        }
    }

    private func appendHead(_ head: HTTPResponse, _ framing: HTTP1Encoder.Framing, to bytes: inout [UInt8]) {
        let connectionLine: StaticString? =
            exchange.closes
            ? "Connection: close\r\n" : exchange.version == .http10 ? "Connection: keep-alive\r\n" : nil
        HTTP1Encoder.append(
            head,
            HTTP1Encoder.ResponseContext(
                framing: framing, dateLine: context.date(of: reactor).fieldLine,
                connectionLine: connectionLine),
            to: &bytes)
    }

    func write(_ bytes: [UInt8], to message: Int) async throws(HTTPBodyError) {
        guard message == exchange.number, case .streaming(let framing) = exchange.output else {
            throw .closed
        }
        if bytes.isEmpty { return }
        if exchange.isWriting { throw .concurrentUse }
        exchange.isWriting = true
        defer { exchange.isWriting = false }
        do throws(IOError) {
            switch framing {
            case .chunked:
                var chunk: [UInt8] = []
                chunk.reserveCapacity(bytes.count + 16)
                HTTP1Encoder.appendChunk(bytes, to: &chunk)
                try await stream.write(chunk, progressTime: limits.progressTime)
            case .length(let remaining):
                guard bytes.count <= remaining else { throw .closed }
                exchange.output = .streaming(.length(remaining: remaining - bytes.count))
                try await stream.write(bytes, progressTime: limits.progressTime)
            case .untilClose:
                try await stream.write(bytes, progressTime: limits.progressTime)
            }
        } catch {
            exchange.closes = true
            throw HTTPBodyError(error)
        }
    }

    func setTrailers(_ fields: HTTPFields, of message: Int) async {
        if message == exchange.number { exchange.trailers = fields }
    }
}
