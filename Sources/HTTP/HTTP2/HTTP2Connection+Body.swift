import HTTPTypes
import Reactor

extension HTTP2Connection: HTTPBodySource {
    func nextPiece(
        of message: Int, deadline: Deadline?, end: Deadline, isKept: Bool
    ) async throws(HTTPBodyError) -> [UInt8]? {
        guard let stream = streams[Int32(truncatingIfNeeded: message)] else { throw .closed }
        if stream.isReading { throw .concurrentUse }
        stream.isReading = true
        defer { stream.isReading = false }
        if stream.owesContinue {
            stream.owesContinue = false
            session.sendContinue(on: stream.id)
            needsFlush()
        }
        let deadline = min(end, deadline ?? .after(limits.progressTime))
        while true {
            if let piece = stream.takePiece(isKept: isKept) {
                session.consume(piece.count, on: stream.id)
                needsFlush()
                return piece
            }
            switch stream.input {
            case .ended: return nil
            case .failed(let error): throw error
            case .open: break
            }
            switch await stream.inputChange.wait(deadline: deadline) {
            case .fired: continue
            case .timedOut: throw .timedOut
            case .cancelled: throw .cancelled
            }
        }
    }

    func trailers(of message: Int) async -> HTTPFields? {
        guard case .ended(let trailers) = streams[Int32(truncatingIfNeeded: message)]?.input else {
            return nil
        }
        return trailers
    }
}

extension HTTP2Connection: HTTPBodySink {
    func write(_ bytes: [UInt8], to message: Int) async throws(HTTPBodyError) {
        guard let stream = streams[Int32(truncatingIfNeeded: message)], stream.isStreaming else {
            throw .closed
        }
        if stream.closeCode != nil { throw .disconnected }
        if bytes.isEmpty { return }
        if stream.isWriting { throw .concurrentUse }
        stream.isWriting = true
        defer { stream.isWriting = false }
        session.write(bytes, on: stream.id)
        needsFlush()
        while session.pendingBytes(on: stream.id) > limits.pendingBytes {
            switch await stream.outputChange.wait(deadline: .never) {
            case .fired: break
            case .timedOut: throw .timedOut
            case .cancelled: throw .cancelled
            }
            if stream.closeCode != nil { throw .disconnected }
            if self.stream.isClosed { throw .disconnected }
        }
    }

    func setTrailers(_ fields: HTTPFields, of message: Int) async {
        streams[Int32(truncatingIfNeeded: message)]?.trailers = fields
    }
}
