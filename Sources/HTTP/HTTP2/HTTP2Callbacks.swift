import CNghttp2
import HTTPTypes

/// libnghttp2's way into `HTTP2Session`. The set is the same for all sessions, which copy it.
///
/// Invariant of `@unchecked`: the set is filled in `init` and only read afterwards.
final class HTTP2Callbacks: @unchecked Sendable {
    static let shared = HTTP2Callbacks()

    let pointer: OpaquePointer?

    private init() {
        var callbacks: OpaquePointer?
        // Fails only when memory has run out; then no session can be made either, and each attempt says so.
        nghttp2_session_callbacks_new(&callbacks)
        pointer = callbacks
        guard callbacks != nil else { return }
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, context in
            guard let session = session(context), let header else { return fatal }
            session.guardian.frameBegan(type: header.pointee.type, now: session.now)
            return 0
        }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, _, context in
            guard let session = session(context) else { return fatal }
            session.head = HTTP2HeadBuilder()
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, _, name, nameLength, value, valueLength, _, context in
            guard let session = session(context) else { return fatal }
            return session.headerReceived(
                UnsafeBufferPointer(start: name, count: nameLength),
                UnsafeBufferPointer(start: value, count: valueLength))
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, context in
            guard let session = session(context), let frame else { return fatal }
            session.frameReceived(frame)
            return 0
        }
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) { _, _, _, context in
            guard let session = session(context) else { return fatal }
            session.guardian.streamErrorOccurred(now: session.now)
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _, _, id, data, count, context in
            guard let session = session(context) else { return fatal }
            if count > 0 { session.note(.data(id, Array(UnsafeBufferPointer(start: data, count: count)))) }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, context in
            guard let session = session(context) else { return fatal }
            session.removeStream(id)
            session.note(.closed(id, code: code))
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, context in
            guard let session = session(context), let frame else { return fatal }
            session.frameSent(frame)
            return 0
        }
    }

    /// The source of every outgoing body: the stream's `HTTP2OutboundStream`.
    static var provider: nghttp2_data_provider {
        nghttp2_data_provider(source: nghttp2_data_source()) { _, id, buffer, length, flags, _, context in
            guard let session = session(context), let buffer, let flags else { return Int(fatal) }
            return session.fillFrame(
                on: id, UnsafeMutableRawBufferPointer(start: buffer, count: length), flags)
        }
    }
}

/// Ends the session: what a callback answers when it has nothing to work on, which libnghttp2 never lets
/// happen.
private let fatal = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

private func session(_ context: UnsafeMutableRawPointer?) -> HTTP2Session? {
    context.map { Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
}

extension HTTP2Session {
    /// One field of a head. The stream is reset when its head is beyond all measure.
    fileprivate func headerReceived(
        _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>
    ) -> Int32 {
        head.add(name, value, limits: limits)
        return head.isHopeless ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue : 0
    }

    fileprivate func frameReceived(_ frame: UnsafePointer<nghttp2_frame>) {
        let header = frame.pointee.hd
        let id = header.stream_id
        let endsStream = UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
        switch UInt32(header.type) {
        case NGHTTP2_HEADERS.rawValue:
            headReceived(on: id, category: frame.pointee.headers.cat, endsStream: endsStream)
        case NGHTTP2_DATA.rawValue:
            if endsStream {
                note(.end(id, trailers: nil))
            } else if header.length == frame.pointee.data.padlen {
                guardian.emptyDataReceived(now: now)
            }
        case NGHTTP2_GOAWAY.rawValue:
            note(
                .goingAway(
                    lastStream: frame.pointee.goaway.last_stream_id, code: frame.pointee.goaway.error_code))
        case NGHTTP2_PING.rawValue:
            if UInt32(header.flags) & NGHTTP2_FLAG_ACK.rawValue != 0 { note(.pingAcknowledged) }
        default:
            break
        }
    }

    private func headReceived(on id: Int32, category: nghttp2_headers_category, endsStream: Bool) {
        let builder = exchange(&head, with: HTTP2HeadBuilder())
        let info = HTTP2MessageInfo(
            length: endsStream ? 0 : builder.contentLength, endsStream: endsStream,
            expectsContinue: builder.expectsContinue && !endsStream)
        do {
            switch category {
            case NGHTTP2_HCAT_REQUEST:
                let request = try builder.request()
                if let length = builder.contentLength, length > limits.bodyBytes {
                    let detail = "The body is longer than \(limits.bodyBytes) bytes."
                    note(.refused(id, .contentTooLarge, detail: detail))
                } else {
                    note(.request(id, request, info))
                }
            case NGHTTP2_HCAT_RESPONSE:
                noteResponse(try builder.response(), on: id, info)
            default:
                // After the head: trailers, or at the client the response after an informational one.
                if role == .client, let response = try? builder.response() {
                    noteResponse(response, on: id, info)
                } else {
                    if let violation = builder.violation { throw violation }
                    note(.end(id, trailers: builder.fields.isEmpty ? nil : builder.fields))
                }
            }
        } catch HTTP2HeadBuilder.Violation.tooLarge where category == NGHTTP2_HCAT_REQUEST {
            note(
                .refused(
                    id, .requestHeaderFieldsTooLarge,
                    detail: "The header fields are more than this server accepts."))
        } catch {
            reset(id, code: HTTP2Code.protocolError)
        }
    }

    private func noteResponse(_ response: HTTPResponse, on id: Int32, _ info: HTTP2MessageInfo) {
        if response.status.kind == .informational { return }
        note(.response(id, response, info))
        if info.endsStream { note(.end(id, trailers: nil)) }
    }

    fileprivate func frameSent(_ frame: UnsafePointer<nghttp2_frame>) {
        let header = frame.pointee.hd
        switch UInt32(header.type) {
        case NGHTTP2_RST_STREAM.rawValue:
            switch frame.pointee.rst_stream.error_code {
            case HTTP2Code.protocolError, HTTP2Code.streamClosed, HTTP2Code.flowControlError:
                guardian.streamErrorOccurred(now: now)
            default:
                break
            }
        case NGHTTP2_DATA.rawValue, NGHTTP2_HEADERS.rawValue:
            if UInt32(header.type) == NGHTTP2_DATA.rawValue { guardian.dataSent() }
            let endsStream = UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
            if role == .server, endsStream, peerIsSending(on: header.stream_id) {
                note(.answeredEarly(header.stream_id))
            }
        default:
            break
        }
    }

    /// The next DATA frame of an outgoing body.
    fileprivate func fillFrame(
        on id: Int32, _ frame: UnsafeMutableRawBufferPointer, _ flags: UnsafeMutablePointer<UInt32>
    ) -> Int {
        guard let stream = streams[id] else { return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
        if stream.pendingBytes == 0, !stream.isEnded { return Int(NGHTTP2_ERR_DEFERRED.rawValue) }
        let count = stream.fill(frame)
        guard stream.pendingBytes == 0 else { return count }
        if stream.isEnded {
            flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
            if let trailers = stream.trailers {
                flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
                submitTrailers(trailers, on: id)
            }
        }
        note(.drained(id))
        return count
    }
}
