import CNghttp2

/// Counts what is cheap for a peer to send and not free to handle, and says when it is too much.
///
/// Frames that libnghttp2 bounds by itself (CONTINUATION, unacknowledged PING and SETTINGS, RST_STREAM) are set up in `HTTP2Session`.
struct HTTP2FloodGuard {
    private var controlFrames: TokenBucket
    private var emptyDataFrames: TokenBucket
    private var streamErrors: TokenBucket
    /// The first limit that was passed.
    private(set) var violation: String?

    init(limits: HTTPLimits, now: UInt64) {
        controlFrames = TokenBucket(limits.controlFrames, now: now)
        emptyDataFrames = TokenBucket(limits.emptyDataFrames, now: now)
        streamErrors = TokenBucket(limits.streamErrors, now: now)
    }

    mutating func frameBegan(type: UInt8, now: UInt64) {
        switch UInt32(type) {
        case NGHTTP2_DATA.rawValue, NGHTTP2_HEADERS.rawValue, NGHTTP2_CONTINUATION.rawValue:
            break
        default:
            if !controlFrames.take(now: now) { violation = violation ?? "too many control frames" }
        }
    }

    mutating func emptyDataReceived(now: UInt64) {
        if !emptyDataFrames.take(now: now) { violation = violation ?? "too many empty DATA frames" }
    }

    /// A frame that is an error of its stream, or one that made us reset a stream (CVE-2025-8671).
    mutating func streamErrorOccurred(now: UInt64) {
        if !streamErrors.take(now: now) { violation = violation ?? "too many stream errors" }
    }
}
