import Glibc

/// Bytes received and not yet parsed: three cursors over one array.
///
///     0 <= start <= scanned <= bytes.count      parsed | no line end in here | not looked at
struct HTTP1Buffer {
    private(set) var bytes: [UInt8] = []
    private(set) var start = 0
    private var scanned = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { start == bytes.count }

    /// What an empty buffer keeps allocated, so that an idle connection stays small.
    private static let keptCapacity = 1024

    mutating func append(_ new: UnsafeRawBufferPointer) {
        if isEmpty {
            reset()
        } else if start > 0, bytes.count + new.count > bytes.capacity {
            bytes.removeSubrange(0..<start)
            scanned -= start
            start = 0
        }
        bytes.append(contentsOf: new)
    }

    private mutating func reset() {
        if start > 0 { bytes.removeAll(keepingCapacity: true) }
        start = 0
        scanned = 0
    }

    /// Gives memory back when there is nothing in it; called when a connection becomes idle.
    mutating func shrink() {
        guard isEmpty else { return }
        reset()
        if bytes.capacity > Self.keptCapacity { bytes = [] }
    }

    /// Takes the next line and gives its place in `bytes`, without its CRLF; nil when it is not all there.
    ///
    /// - Throws: `overlong` when it has more than `limit` bytes; bare LF; bare CR as far as it shows without the end.
    mutating func nextLine(limit: Int, overlong: HTTP1Error) throws(HTTP1Error) -> Range<Int>? {
        guard let lineFeed = firstIndex(of: 0x0A, from: scanned) else {
            // RFC 9112 section 2.2: a bare CR must not be taken for a line end. Only the last byte may still
            // get its LF.
            if let carriageReturn = firstIndex(of: 0x0D, from: scanned), carriageReturn != bytes.count - 1 {
                throw .malformed(.bareCarriageReturn)
            }
            if count > limit + 1 { throw overlong }
            scanned = bytes.last == 0x0D ? max(start, bytes.count - 1) : bytes.count
            return nil
        }
        guard lineFeed > start, bytes[lineFeed - 1] == 0x0D else { throw .malformed(.bareLineFeed) }
        let line = start..<(lineFeed - 1)
        if line.count > limit { throw overlong }
        start = lineFeed + 1
        scanned = start
        return line
    }

    /// Takes these bytes, whole lines, if they come next.
    mutating func skip(_ lines: [UInt8]) -> Bool {
        guard count >= lines.count else { return false }
        let isNext = bytes.withUnsafeBytes { memory in
            lines.withUnsafeBytes { lines in
                guard let received = memory.baseAddress, let wanted = lines.baseAddress else { return false }
                return memcmp(received + start, wanted, lines.count) == 0
            }
        }
        if isNext {
            start += lines.count
            scanned = start
        }
        return isNext
    }

    /// Takes up to `limit` bytes; nil when there are none.
    mutating func takeBytes(upTo limit: Int) -> [UInt8]? {
        let length = min(limit, count)
        guard length > 0 else { return nil }
        if start == 0, length == bytes.count {
            defer {
                bytes = []
                scanned = 0
            }
            return bytes
        }
        let piece = Array(bytes[start..<start + length])
        start += length
        scanned = start
        return piece
    }

    private func firstIndex(of byte: UInt8, from index: Int) -> Int? {
        guard index < bytes.count else { return nil }
        return bytes.withUnsafeBytes { memory -> Int? in
            guard let base = memory.baseAddress,
                let found = memchr(base + index, Int32(byte), memory.count - index)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
