/// Every bound of the HTTP server and client: bytes, counts and times, each with its reason.
///
/// A peer that goes over one is answered (414, 431, 413, 408) where the protocol allows an answer, and its
/// connection or stream ends. Nothing here can be switched off; a listener that needs more sets a larger
/// number.
package struct HTTPLimits: Sendable {
    // MARK: Heads

    /// Bytes of an HTTP/1.1 request line or status line. 8,000 octets is the least RFC 9112 section 3
    /// recommends; nginx takes 8 KiB.
    package var startLineBytes = 8 * 1024
    /// Bytes of all header fields together (HTTP/1.1: with names, colons and line ends; h2:
    /// `SETTINGS_MAX_HEADER_LIST_SIZE`, RFC 9113 section 6.5.2, so that a small HPACK block cannot unfold
    /// into a large one). nginx takes 32 KiB.
    package var headerBytes = 32 * 1024
    /// Number of header fields, and of trailer fields. Apache's `LimitRequestFields` is 100.
    package var headerFields = 100

    // MARK: Bodies

    /// Bytes of one body, unless the application asks for less with `HTTPBody.collect(upTo:)`.
    package var bodyBytes = 64 * 1024 * 1024
    /// Bytes of one chunk-size line with its extensions (RFC 9112 section 7.1.1 asks for a limit).
    package var chunkLineBytes = 256
    /// Bytes of chunk extensions in one body: without it one byte of data can cost a line of extensions each
    /// time.
    package var chunkExtensionBytes = 16 * 1024
    /// Bytes of an unread request body that the server reads and drops to keep an HTTP/1.1 connection open.
    package var drainedBodyBytes = 64 * 1024
    /// Bytes that one h2 stream's writer may be ahead of the peer's flow control window before it has to
    /// wait.
    package var pendingBytes = 64 * 1024

    /// Bytes of bodies that the requests of one client address may have in memory at once, over all its connections: unread ones, and
    /// those that handlers have collected. Two of the largest bodies; a request beyond it gets 429 and may be sent again.
    package var bodyBytesPerAddress = 128 * 1024 * 1024

    // MARK: Times

    /// TLS handshake. A human network does it in under a second; a slow one must not hold a descriptor for
    /// long.
    package var handshakeTime: Duration = .seconds(10)
    /// From the first byte of a head to its last (slowloris). nginx's `client_header_timeout` is 60 s,
    /// Apache's 20 s.
    package var headTime: Duration = .seconds(20)
    /// Between two pieces of a body, and for a write that makes no progress (slow reader). nginx: 60 s.
    package var progressTime: Duration = .seconds(30)
    /// A kept-alive connection without a request. nginx's `keepalive_timeout` is 75 s.
    package var idleTime: Duration = .seconds(75)
    /// How long an idle HTTP/1.1 connection may still bring a request when the server drains: longer than a request needs to cross
    /// a network (RFC 9112, section 9.5), and short beside any drain.
    package var drainIdleTime: Duration = .milliseconds(500)
    /// How long a closing connection waits for the peer to read the last answer (nginx's `lingering_timeout`
    /// is 5 s).
    package var lingerTime: Duration = .seconds(2)

    // MARK: Connections

    /// Connections of one server. Beyond it new ones are closed at once.
    package var connections = 16 * 1024
    /// Connections of one client address (of one /64 network for IPv6), so that no client can take them all; further ones are closed at
    /// once. With `concurrentStreams` it bounds a client's streams; `bodyBytesPerAddress` bounds what its bodies keep in memory. A
    /// proxy or NAT in front has many clients behind one address: a listener behind one sets more.
    package var connectionsPerAddress = 1024
    /// Requests on one HTTP/1.1 connection before it is closed, so that memory and balance are renewed
    /// (nginx: 1,000).
    package var requestsPerConnection = 100_000

    // MARK: HTTP/2

    /// `SETTINGS_MAX_CONCURRENT_STREAMS`; RFC 9113 section 6.5.2 recommends no less than 100.
    package var concurrentStreams = 128
    /// `SETTINGS_INITIAL_WINDOW_SIZE`: unread body bytes that one stream may have in memory.
    package var streamWindowBytes = 256 * 1024
    /// Unread body bytes that one connection may have in memory, over all its streams.
    package var connectionWindowBytes = 1024 * 1024
    /// CONTINUATION frames after one HEADERS frame (CVE-2024-28182, the CONTINUATION flood).
    package var continuationFrames = 8
    /// Entries in one SETTINGS frame; the protocol knows fewer than ten.
    package var settingsEntries = 32
    /// Acknowledgements (PING, SETTINGS) waiting to be written before the peer counts as flooding
    /// (CVE-2019-9512, -9515).
    package var outboundAcknowledgements = 100
    /// RST_STREAM frames that a peer may send in a burst and then per second (CVE-2023-44487, rapid reset). A
    /// browser that leaves a page cancels some dozens at once.
    package var resets = HTTPRate(burst: 200, perSecond: 20)
    /// PING, SETTINGS, PRIORITY and WINDOW_UPDATE frames: cheap to send, not free to handle. WINDOW_UPDATEs
    /// that answer DATA are not counted.
    package var controlFrames = HTTPRate(burst: 1_000, perSecond: 200)
    /// DATA frames without content and without END_STREAM (CVE-2019-9518).
    package var emptyDataFrames = HTTPRate(burst: 50, perSecond: 10)
    /// Protocol errors of single streams before the connection ends: an honest client makes none.
    package var streamErrors = HTTPRate(burst: 50, perSecond: 1)

    package init() {}
}

/// A token bucket's two numbers.
package struct HTTPRate: Sendable, Hashable {
    package var burst: Int
    package var perSecond: Int

    package init(burst: Int, perSecond: Int) {
        self.burst = burst
        self.perSecond = perSecond
    }
}
