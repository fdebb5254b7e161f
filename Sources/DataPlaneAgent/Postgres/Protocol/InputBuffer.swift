internal import Reactor

/// What came in on one stream and was not consumed yet: a partial message, or messages behind one that waits.
///
/// Bytes are read into the reactor's shared area behind what was left over, looked at there, and only what is still not
/// consumed is copied here before anything else can run.
struct InputBuffer {
    private(set) var pending: [UInt8] = []
    private(set) var isAtEnd = false

    /// Above this the leftover is not copied into the shared area but grows where it is.
    private static let inlineLimit = Reactor.readAreaSize / 2

    enum Read { case bytes, wouldBlock, endOfStream }

    /// Reads once, then calls `body` with everything that is there; `body` says how many bytes it has consumed.
    /// With `reading` false, `body` sees the leftover alone.
    mutating func process(
        _ stream: ByteStream, reading: Bool, _ body: (UnsafeRawBufferPointer) -> Int
    ) throws(IOError) -> Read {
        let area = stream.reactor.readArea
        if pending.count > Self.inlineLimit {
            return try processInPlace(stream, area, reading: reading, body)
        }
        let kept = pending.count
        pending.withUnsafeBytes { area.copyMemory(from: $0) }
        var count = kept
        var outcome = Read.bytes
        if reading {
            switch try stream.tryRead(into: UnsafeMutableRawBufferPointer(rebasing: area[kept...])) {
            case .bytes(let more): count += more
            case .wouldBlock: return .wouldBlock
            case .endOfStream: outcome = .endOfStream
            }
        }
        if outcome == .endOfStream {
            isAtEnd = true
            return outcome
        }
        let input = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(area)[..<count])
        let consumed = body(input)
        keep(UnsafeRawBufferPointer(rebasing: input[consumed...]), had: kept)
        return outcome
    }

    private mutating func keep(_ rest: UnsafeRawBufferPointer, had: Int) {
        if rest.isEmpty {
            if had > 0 { pending = [] }
        } else {
            pending = Array(rest)
        }
    }

    private mutating func processInPlace(
        _ stream: ByteStream, _ area: UnsafeMutableRawBufferPointer, reading: Bool,
        _ body: (UnsafeRawBufferPointer) -> Int
    ) throws(IOError) -> Read {
        if reading {
            switch try stream.tryRead(into: area) {
            case .bytes(let more): pending.append(contentsOf: UnsafeRawBufferPointer(rebasing: area[..<more]))
            case .wouldBlock: return .wouldBlock
            case .endOfStream:
                isAtEnd = true
                return .endOfStream
            }
        }
        let consumed = pending.withUnsafeBytes { body($0) }
        if consumed == pending.count {
            pending = []
        } else if consumed > 0 {
            pending.removeFirst(consumed)
        }
        return .bytes
    }
}
