package import HTTPTypes
package import Reactor

/// Why a body could not be read or written to its end.
package enum HTTPBodyError: Error, Equatable, Sendable {
    /// More bytes than the reader or `HTTPLimits.bodyBytes` allows; at a server, a reason to answer 413.
    case tooLarge(limit: Int)
    /// Broken framing (HTTP/1.1 chunks, a length that does not hold).
    case malformed(reason: String)
    /// The peer went away, or reset the stream, before the end.
    case disconnected
    /// No progress in time.
    case timedOut
    /// The task that waited was cancelled.
    case cancelled
    /// The message is over: a body read after its exchange has ended, or a writer used after its closure
    /// returned.
    case closed
    /// Two tasks read the same body, or write the same one, at once.
    case concurrentUse
    /// The client's address has more than `HTTPLimits.bodyBytesPerAddress` of bodies in memory; at a server, a reason to answer 429.
    case addressOverLimit
}

/// A body being received: of a request at the server, of a response at the client.
///
/// Read by one task at a time, in pieces as they come (`next`) or whole (`collect`). Reading is what opens
/// the peer's flow control window: unread bytes are bounded by `HTTPLimits`, never buffered beyond it.
package struct HTTPBody: Sendable {
    let source: any HTTPBodySource
    let message: Int
    /// The length that the head announced; nil when it did not (chunked, h2 without content-length). 0 for no
    /// body.
    package let length: Int?

    init(source: any HTTPBodySource, message: Int, length: Int?) {
        self.source = source
        self.message = message
        self.length = length
    }

    /// A body of known bytes, for tests and for code that answers without a peer.
    package init(_ bytes: [UInt8] = [], trailers: HTTPFields? = nil) {
        self.init(source: BufferedBody(bytes, trailers: trailers), message: 0, length: bytes.count)
    }

    /// The next piece, never empty; nil at the end.
    ///
    /// Without a deadline each piece must come within `HTTPLimits.progressTime`; a long-lived stream passes
    /// its own.
    package func next(deadline: Deadline? = nil) async throws(HTTPBodyError) -> [UInt8]? {
        try await source.nextPiece(of: message, deadline: deadline, end: .never, isKept: false)
    }

    /// How long a whole body may take by default: enough for tens of megabytes on a slow line, too little to
    /// be a trickle's host.
    package static let collectTime = Duration.seconds(60)

    /// The whole body, or `.tooLarge` as soon as it is known to be longer than `limit`.
    ///
    /// It must be complete by the deadline, and each piece come within `HTTPLimits.progressTime`.
    package func collect(
        upTo limit: Int, deadline: Deadline = .after(HTTPBody.collectTime)
    ) async throws(HTTPBodyError) -> [UInt8] {
        if let length {
            if length > limit { throw .tooLarge(limit: limit) }
            if length == 0 { return [] }
        }
        var whole: [UInt8] = []
        while let piece = try await source.nextPiece(of: message, deadline: nil, end: deadline, isKept: true)
        {
            if piece.count > limit - whole.count { throw .tooLarge(limit: limit) }
            if whole.isEmpty {
                whole = piece
            } else {
                whole.append(contentsOf: piece)
            }
        }
        return whole
    }

    /// The trailer fields, once `next` has returned nil; nil before it, or when there are none.
    package var trailers: HTTPFields? {
        get async { await source.trailers(of: message) }
    }
}

/// Where a body comes from. `message` tells exchanges of one connection apart (the number of an HTTP/1.1
/// request, an h2 stream).
protocol HTTPBodySource: AnyObject, Sendable {
    /// Waits for the next piece until `deadline` (nil: as long as the limits allow one piece to take), but
    /// not beyond `end`. One that `isKept` counts as in memory until the exchange is over.
    func nextPiece(
        of message: Int, deadline: Deadline?, end: Deadline, isKept: Bool
    ) async throws(HTTPBodyError) -> [UInt8]?
    func trailers(of message: Int) async -> HTTPFields?
}

/// A body that is already there.
actor BufferedBody: HTTPBodySource {
    private var bytes: [UInt8]
    private let fields: HTTPFields?

    init(_ bytes: [UInt8], trailers: HTTPFields?) {
        self.bytes = bytes
        self.fields = trailers
    }

    func nextPiece(
        of message: Int, deadline: Deadline?, end: Deadline, isKept: Bool
    ) async throws(HTTPBodyError) -> [UInt8]? {
        if bytes.isEmpty { return nil }
        defer { bytes = [] }
        return bytes
    }

    func trailers(of message: Int) async -> HTTPFields? {
        bytes.isEmpty ? fields : nil
    }
}
