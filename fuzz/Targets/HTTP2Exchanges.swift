import HTTPTypes

/// What an h2 client sends behind its preface. Every request is answered, so that streams live and end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let limits = HTTPLimits()
    guard let session = try? HTTP2Session(role: .server, limits: limits, now: 0) else { return 0 }
    let bytes = HTTPServerConnection.http2Preface + Array(UnsafeBufferPointer(start: start, count: count))
    var now: UInt64 = 0
    for begin in stride(from: 0, to: bytes.count, by: 97) {
        now += 1_000_000
        let piece = Array(bytes[begin..<min(begin + 97, bytes.count)])
        do {
            try piece.span.withUnsafeBytes { (piece) throws(HTTP2Error) in
                try session.receive(piece, now: now)
            }
            for case .request(let id, let request, _) in session.takeEvents() {
                precondition(request.path.map { !$0.isEmpty } ?? (request.method == .connect))
                try session.respond(
                    on: id, HTTP2FieldBlock(status: .ok), body: [1, 2, 3], isStreaming: false)
            }
            var answer: [UInt8] = []
            while let frame = try session.nextFrame() { answer += frame }
            // A few bytes of ours for each of theirs: nobody is to be flooded through us.
            precondition(answer.count <= 64 * 1024)
        } catch {
            return 0
        }
    }
    return 0
}
