import CNghttp2

/// Counts what is cheap for a peer to send and not free to handle, and says when it is too much.
///
/// What libnghttp2 bounds by itself (CONTINUATION, answers to PING and SETTINGS) is set up in `HTTP2Session`.
/// Frames of unknown types are skipped by it unseen, at the cost of their bytes.
struct HTTP2FloodGuard {
    private var resets: TokenBucket
    private var controlFrames: TokenBucket
    private var emptyDataFrames: TokenBucket
    private var streamErrors: TokenBucket
    /// WINDOW_UPDATE frames that the peer may send for the DATA it got: one for the stream and one for the
    /// connection each.
    private var windowUpdateCredit = 0
    /// The first limit that was passed.
    private(set) var violation: String?

    init(limits: HTTPLimits, now: UInt64) {
        resets = TokenBucket(limits.resets, now: now)
        controlFrames = TokenBucket(limits.controlFrames, now: now)
        emptyDataFrames = TokenBucket(limits.emptyDataFrames, now: now)
        streamErrors = TokenBucket(limits.streamErrors, now: now)
    }

    mutating func frameBegan(type: UInt8, now: UInt64) {
        switch UInt32(type) {
        case NGHTTP2_DATA.rawValue, NGHTTP2_HEADERS.rawValue, NGHTTP2_CONTINUATION.rawValue:
            break
        case NGHTTP2_WINDOW_UPDATE.rawValue where windowUpdateCredit > 0:
            windowUpdateCredit -= 1
        case NGHTTP2_RST_STREAM.rawValue:
            if !resets.take(now: now) { violation = violation ?? "too many resets" }
        default:
            if !controlFrames.take(now: now) { violation = violation ?? "too many control frames" }
        }
    }

    mutating func dataSent() { windowUpdateCredit = min(windowUpdateCredit + 2, 1_000_000) }

    mutating func emptyDataReceived(now: UInt64) {
        if !emptyDataFrames.take(now: now) { violation = violation ?? "too many empty DATA frames" }
    }

    /// A frame that is an error of its stream, or one that made us reset a stream (CVE-2025-8671).
    mutating func streamErrorOccurred(now: UInt64) {
        if !streamErrors.take(now: now) { violation = violation ?? "too many stream errors" }
    }
}
