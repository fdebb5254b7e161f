import CNghttp2
import HTTPTypes

/// The h2 protocol of one connection, on libnghttp2: bytes in, events out; messages in, bytes out. No sockets
/// and no clock.
///
/// Not Sendable: it belongs to one connection's actor. libnghttp2 gets one pointer, to this object,
/// unretained. It is good whenever a callback runs, because callbacks run only inside calls that methods of
/// this object make, and `deinit` frees the session.
final class HTTP2Session {
    enum Role {
        case server, client
    }

    enum Event {
        case request(Int32, HTTPRequest, HTTP2MessageInfo)
        /// A request that is answered without the application: too large a head.
        case refused(Int32, HTTPResponse.Status, detail: String)
        case response(Int32, HTTPResponse, HTTP2MessageInfo)
        case data(Int32, [UInt8])
        case end(Int32, trailers: HTTPFields?)
        /// Server: the answer is out, and the peer has not ended its request.
        case answeredEarly(Int32)
        /// Everything written to the stream has been framed.
        case drained(Int32)
        /// Over in both directions, or reset. Nothing more is said about this stream.
        case closed(Int32, code: UInt32)
        case goingAway(lastStream: Int32, code: UInt32)
        case pingAcknowledged
    }

    let role: Role
    let limits: HTTPLimits
    private var pointer: OpaquePointer?
    private(set) var streams: [Int32: HTTP2OutboundStream] = [:]
    /// The header block that is coming in. One at a time: nothing else may come between its frames (RFC 9113 section 4.3).
    var head = HTTP2HeadBuilder()
    var guardian: HTTP2FloodGuard
    private var events: [Event] = []
    /// The time of the bytes being received, in nanoseconds of a monotonic clock.
    private(set) var now: UInt64

    init(role: Role, limits: HTTPLimits, now: UInt64) throws(HTTP2Error) {
        self.role = role
        self.limits = limits
        self.now = now
        guardian = HTTP2FloodGuard(limits: limits, now: now)
        try open()
    }

    deinit { nghttp2_session_del(pointer) }

    private func open() throws(HTTP2Error) {
        var options: OpaquePointer?
        try check(nghttp2_option_new(&options), "options")
        defer { nghttp2_option_del(options) }
        nghttp2_option_set_no_auto_window_update(options, 1)
        nghttp2_option_set_no_closed_streams(options, 1)
        nghttp2_option_set_max_continuations(options, limits.continuationFrames)
        nghttp2_option_set_max_settings(options, limits.settingsEntries)
        nghttp2_option_set_max_outbound_ack(options, limits.outboundAcknowledgements)
        let context = Unmanaged.passUnretained(self).toOpaque()
        var settings = [
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowBytes),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerBytes),
        ]
        switch role {
        case .server:
            try check(
                nghttp2_session_server_new2(&pointer, HTTP2Callbacks.shared.pointer, context, options),
                "session")
            settings.append(entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrentStreams))
            // RFC 9218 section 2.1: the tree of priorities is not used.
            settings.append(entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1))
        case .client:
            try check(
                nghttp2_session_client_new2(&pointer, HTTP2Callbacks.shared.pointer, context, options),
                "session")
            settings.append(entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
        }
        try check(nghttp2_submit_settings(pointer, 0, settings, settings.count), "settings")
        let window = Int32(clamping: limits.connectionWindowBytes)
        try check(nghttp2_session_set_local_window_size(pointer, 0, 0, window), "window")
    }

    private func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
        nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
    }

    private func check(_ code: Int32, _ what: String) throws(HTTP2Error) {
        if code != 0 { throw HTTP2Error(reason: "\(what): \(String(cString: nghttp2_strerror(code)))") }
    }

    // MARK: Bytes

    /// Takes bytes of the peer; what they mean is in `takeEvents`. After an error what `output` gives (a
    /// GOAWAY) is the last.
    func receive(_ bytes: UnsafeRawBufferPointer, now: UInt64) throws(HTTP2Error) {
        self.now = now
        let count = nghttp2_session_mem_recv(
            pointer, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        if let reason = guardian.violation {
            terminate(HTTP2Code.enhanceYourCalm)
            throw HTTP2Error(reason: reason)
        }
        if count < 0 {
            terminate(
                count == Int(NGHTTP2_ERR_FLOODED.rawValue)
                    ? HTTP2Code.enhanceYourCalm : HTTP2Code.protocolError)
            throw HTTP2Error(reason: String(cString: nghttp2_strerror(Int32(count))))
        }
    }

    func takeEvents() -> [Event] {
        if events.isEmpty { return [] }
        defer { events = [] }
        return events
    }

    func note(_ event: Event) {
        // A batch of requests is some events for each.
        if events.isEmpty { events.reserveCapacity(8) }
        events.append(event)
    }

    /// The next frame to be sent; nil when there is none. Good until this is called again, or anything else is asked of the session.
    func nextFrame() throws(HTTP2Error) -> UnsafeRawBufferPointer? {
        var data: UnsafePointer<UInt8>?
        let count = nghttp2_session_mem_send(pointer, &data)
        if count < 0 { throw HTTP2Error(reason: String(cString: nghttp2_strerror(Int32(count)))) }
        return count > 0 ? UnsafeRawBufferPointer(start: data, count: count) : nil
    }

    /// Nothing is left to do: GOAWAY was sent or received and the last stream has ended.
    var isFinished: Bool {
        nghttp2_session_want_read(pointer) == 0 && nghttp2_session_want_write(pointer) == 0
    }

    // MARK: Messages

    /// Server: a head, and all of the body unless `isStreaming` (then `write` and `finish` follow).
    func respond(
        on id: Int32, _ fields: HTTP2FieldBlock, body: [UInt8]?, isStreaming: Bool
    ) throws(HTTP2Error) {
        guard isOpen(id) else { return }
        streams[id] = HTTP2OutboundStream(body ?? [], isEnded: !isStreaming)
        let hasBody = isStreaming || body?.isEmpty == false
        try check(
            fields.withEntries { entries in
                withUnsafePointer(to: HTTP2Callbacks.provider) { provider in
                    nghttp2_submit_response(
                        pointer, id, entries.baseAddress, entries.count, hasBody ? provider : nil)
                }
            }, "response")
    }

    /// Client: a head, and all of the body unless `isStreaming`. Gives the stream's number.
    func request(
        _ fields: HTTP2FieldBlock, body: [UInt8]?, isStreaming: Bool
    ) throws(HTTP2Error) -> Int32 {
        let hasBody = isStreaming || body?.isEmpty == false
        let id = fields.withEntries { entries in
            withUnsafePointer(to: HTTP2Callbacks.provider) { provider in
                nghttp2_submit_request(
                    pointer, nil, entries.baseAddress, entries.count, hasBody ? provider : nil, nil)
            }
        }
        if id < 0 { try check(id, "request") }
        streams[id] = HTTP2OutboundStream(body ?? [], isEnded: !isStreaming)
        return id
    }

    /// Server: 100 Continue.
    func sendContinue(on id: Int32) {
        HTTP2FieldBlock(status: .continue).withEntries { entries in
            _ = nghttp2_submit_headers(pointer, 0, id, nil, entries.baseAddress, entries.count, nil)
        }
    }

    /// More of a body; it waits in memory until the peer's window takes it (`pendingBytes`, `.drained`).
    func write(_ bytes: [UInt8], on id: Int32) {
        guard let stream = streams[id] else { return }
        stream.append(bytes)
        nghttp2_session_resume_data(pointer, id)
    }

    func finish(_ id: Int32, trailers: HTTPFields?) {
        guard let stream = streams[id] else { return }
        stream.end(trailers: trailers)
        nghttp2_session_resume_data(pointer, id)
    }

    /// Bytes written to a stream that no frame has taken yet.
    func pendingBytes(on id: Int32) -> Int { streams[id]?.pendingBytes ?? 0 }

    /// Bytes of a stream's outgoing body that were put into frames.
    func framedBytes(on id: Int32) -> Int { streams[id]?.framedBytes ?? 0 }

    /// Bytes of a stream's outgoing body so far, framed or not.
    func writtenBytes(on id: Int32) -> Int { pendingBytes(on: id) + framedBytes(on: id) }

    var hasPendingBytes: Bool { streams.values.contains { $0.pendingBytes > 0 } }

    /// Whether the stream has begun and not been closed or reset.
    func isOpen(_ id: Int32) -> Bool { nghttp2_session_get_stream_remote_close(pointer, id) != -1 }

    func submitTrailers(_ trailers: HTTPFields, on id: Int32) {
        HTTP2FieldBlock(trailers: trailers).withEntries { entries in
            _ = nghttp2_submit_trailer(pointer, id, entries.baseAddress, entries.count)
        }
    }

    func reset(_ id: Int32, code: UInt32) { nghttp2_submit_rst_stream(pointer, 0, id, code) }

    /// Whether the peer has not yet ended its side of the stream.
    func peerIsSending(on id: Int32) -> Bool { nghttp2_session_get_stream_remote_close(pointer, id) == 0 }

    /// The application has taken `count` bytes of a body: the peer may send as many more.
    func consume(_ count: Int, on id: Int32) {
        if count > 0 { nghttp2_session_consume(pointer, id, count) }
    }

    func ping() { nghttp2_submit_ping(pointer, 0, nil) }

    /// First step of a drain: new streams are still served, but the client should open none.
    func noticeShutdown() { nghttp2_submit_shutdown_notice(pointer) }

    /// Second step: what came so far is served, nothing after it.
    func goAway() {
        nghttp2_submit_goaway(
            pointer, 0, nghttp2_session_get_last_proc_stream_id(pointer), HTTP2Code.noError, nil, 0)
    }

    /// Ends the connection with a GOAWAY, at once.
    func terminate(_ code: UInt32) { nghttp2_session_terminate_session(pointer, code) }

    func removeStream(_ id: Int32) {
        streams[id] = nil
    }
}

/// What a head says about its message beyond the fields.
struct HTTP2MessageInfo {
    /// nil when not announced; 0 without a body.
    var length: Int?
    var endsStream: Bool
    var expectsContinue: Bool
}

/// The outgoing body of one stream: what was written and not yet framed, and whether it has ended.
final class HTTP2OutboundStream {
    private var bytes: [UInt8]
    private var offset = 0
    private(set) var framedBytes = 0
    private(set) var isEnded: Bool
    private(set) var trailers: HTTPFields?

    init(_ bytes: [UInt8], isEnded: Bool) {
        self.bytes = bytes
        self.isEnded = isEnded
    }

    var pendingBytes: Int { bytes.count - offset }

    func append(_ more: [UInt8]) {
        guard !isEnded else { return }
        if pendingBytes == 0 {
            bytes = more
            offset = 0
        } else {
            bytes.append(contentsOf: more)
        }
    }

    func end(trailers: HTTPFields?) {
        guard !isEnded else { return }
        isEnded = true
        self.trailers = trailers
    }

    /// Moves the next bytes into a frame.
    func fill(_ frame: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(frame.count, pendingBytes)
        bytes.withUnsafeBytes { source in
            frame.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + count]))
        }
        offset += count
        framedBytes += count
        if pendingBytes == 0 {
            bytes = []
            offset = 0
        }
        return count
    }
}
