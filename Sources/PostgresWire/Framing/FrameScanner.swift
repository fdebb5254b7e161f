/// Where one message lies in the bytes that were scanned.
@usableFromInline
package struct Frame<Kind: MessageType>: Sendable {
    @usableFromInline package let type: Kind
    /// Offset of the type byte.
    @usableFromInline package let start: Int
    /// Bytes of the body: the length word without its own four.
    @usableFromInline package let bodyLength: Int

    @inlinable
    init(type: Kind, start: Int, bodyLength: Int) {
        self.type = type
        self.start = start
        self.bodyLength = bodyLength
    }

    @inlinable package var bodyStart: Int { start + FrameScanner<Kind>.headerLength }
    @inlinable package var end: Int { bodyStart + bodyLength }
    @inlinable package var body: Range<Int> { bodyStart..<end }
    @inlinable package var whole: Range<Int> { start..<end }
}

/// What a scan found at the cursor.
@usableFromInline
package enum ScanOutcome<Kind: MessageType>: Sendable {
    /// A whole message; the cursor stands behind it.
    case frame(Frame<Kind>)
    /// A header whose body is not all there: `missing` more bytes complete it. The cursor stays at the header. Large
    /// messages are streamed from here: `frame` says how many bytes to expect.
    case partial(Frame<Kind>, missing: Int)
    /// Less than a header; zero bytes left is the usual end of a scan.
    case needMore(missing: Int)
    /// Not the protocol. The cursor stays.
    case violation(WireViolation)
}

/// Splits a stream into messages: type byte, length word, body (manual, 55.2). Nothing is copied, and a body is not
/// looked at. A header is judged as soon as its five bytes are there: the length below four, the type of the
/// direction, the largest body that this type may have.
@usableFromInline
package struct FrameScanner<Kind: MessageType>: Sendable {
    @inlinable package static var headerLength: Int { 5 }

    /// Offset of the next header in the bytes that the next call gets.
    @usableFromInline package var cursor: Int
    @usableFromInline let limits: WireLimits

    @inlinable
    package init(limits: WireLimits = WireLimits(), cursor: Int = 0) {
        self.limits = limits
        self.cursor = cursor
    }

    @inlinable
    package mutating func next(in bytes: Span<UInt8>) -> ScanOutcome<Kind> {
        let start = cursor
        let available = bytes.count - start
        guard available >= 5 else { return .needMore(missing: 5 - available) }
        guard let type = Kind(rawValue: bytes[start]) else { return .violation(.unknownType(bytes[start])) }
        let word = bytes.bigEndianUInt32(at: start + 1)
        guard word >= 4 else { return .violation(.lengthBelowMinimum(word)) }
        let bodyLength = Int(word) - 4
        let limit = type.maximumBodyLength(limits)
        guard bodyLength <= limit else {
            return .violation(.frameTooLarge(type: bytes[start], bodyLength: bodyLength, limit: limit))
        }
        let frame = Frame(type: type, start: start, bodyLength: bodyLength)
        let missing = bodyLength + 5 - available
        guard missing <= 0 else { return .partial(frame, missing: missing) }
        cursor = frame.end
        return .frame(frame)
    }

    /// Moves the cursor over the whole messages of one type that come next, at most `most` of them: how many there were.
    /// What stops it (another type, a part of a message, a violation) is for `next` to tell.
    @inlinable
    package mutating func skip(_ type: Kind, atMost most: Int, in bytes: Span<UInt8>) -> Int {
        let limit = type.maximumBodyLength(limits)
        var count = 0
        while count < most, bytes.count - cursor >= Self.headerLength, bytes[cursor] == type.rawValue {
            let word = bytes.bigEndianUInt32(at: cursor + 1)
            guard word >= 4, Int(word) - 4 <= limit, Int(word) < bytes.count - cursor else { break }
            cursor += Int(word) + 1
            count += 1
        }
        return count
    }
}
