import Reactor
import Testing

@testable import HTTP

/// What an h2 peer must not send after the preface, and how it is answered: by the end of the connection with a code, or by the
/// end of the stream.
struct MalformedExchange: Sendable, CustomTestStringConvertible {
    enum Answer: Sendable, Equatable {
        /// GOAWAY with this code, and the connection ends.
        case goAway(UInt32)
        /// RST_STREAM with this code.
        case reset(UInt32)
        /// Nothing: libnghttp2 drops the frame, as a late one of a stream that is gone, and the connection goes on.
        case ignored
    }

    let name: String
    let bytes: [UInt8]
    let answer: Answer

    init(_ name: String, _ answer: Answer, _ frames: [UInt8]...) {
        self.name = name
        self.answer = answer
        bytes = frames.flatMap(\.self)
    }

    var testDescription: String { name }
}

extension MalformedExchange {
    static let all = streams + settings + small + continuations + padding + compression + bodies + flow

    // RFC 9113 section 7.
    private static let (protocolError, flowControl): (UInt32, UInt32) = (1, 3)
    private static let (streamClosed, frameSize, refused): (UInt32, UInt32, UInt32) = (5, 6, 7)
    private static let compressionError: UInt32 = 9

    /// A POST of which the body is open.
    private static let open = Frame.headers(1, Frame.post, endsStream: false)
    private static let done = Frame.headers(1, Frame.get)

    private static func data(_ stream: UInt32, _ payload: [UInt8], ends: Bool = false) -> [UInt8] {
        Frame.frame(0, ends ? 1 : 0, stream, payload)
    }

    private static let streams: [MalformedExchange] = [
        .init("HEADERS on stream 0", .goAway(protocolError), Frame.headers(0, Frame.get)),
        .init("HEADERS on an even stream", .goAway(protocolError), Frame.headers(2, Frame.get)),
        .init("a stream number that goes back", .ignored, Frame.headers(3, Frame.get), done),
        .init("DATA on stream 0", .goAway(protocolError), data(0, [1])),
        .init("DATA on a stream that never was", .goAway(protocolError), data(1, [1])),
        .init("DATA after the end of the stream", .goAway(streamClosed), done, data(1, [1])),
        .init("HEADERS after the end of the stream", .goAway(streamClosed), done, done),
        .init("RST_STREAM on stream 0", .goAway(protocolError), Frame.reset(0)),
        .init("RST_STREAM on a stream that never was", .goAway(protocolError), Frame.reset(1)),
        .init("RST_STREAM of 3 bytes", .goAway(frameSize), open, Frame.frame(3, 0, 1, [0, 0, 0])),
        .init("PRIORITY on stream 0", .ignored, Frame.frame(2, 0, 0, [0, 0, 0, 1, 1])),
        .init("PRIORITY of 4 bytes", .goAway(frameSize), open, Frame.frame(2, 0, 1, [0, 0, 0, 1])),
        .init(
            "PUSH_PROMISE from a client", .goAway(protocolError), open, Frame.frame(5, 4, 1, Frame.number(2))),
    ]

    private static func setting(_ id: UInt8, _ value: UInt32) -> [UInt8] {
        Frame.frame(4, 0, 0, [0, id] + Frame.number(value))
    }

    private static let settings: [MalformedExchange] = [
        .init("SETTINGS on a stream", .goAway(protocolError), Frame.frame(4, 0, 1, [])),
        .init("SETTINGS of 5 bytes", .goAway(frameSize), Frame.frame(4, 0, 0, [0, 1, 0, 0, 0])),
        .init(
            "acknowledgement of SETTINGS with a payload", .goAway(frameSize),
            Frame.frame(4, 1, 0, [0, 1, 0, 0, 0, 0])),
        .init("ENABLE_PUSH of 2", .goAway(protocolError), setting(2, 2)),
        .init("INITIAL_WINDOW_SIZE beyond 31 bits", .goAway(flowControl), setting(4, 0x8000_0000)),
        .init("MAX_FRAME_SIZE too small", .goAway(protocolError), setting(5, 16_383)),
        .init("MAX_FRAME_SIZE too large", .goAway(protocolError), setting(5, 1 << 24)),
        .init("ENABLE_CONNECT_PROTOCOL of 2", .goAway(protocolError), setting(8, 2)),
        .init("NO_RFC7540_PRIORITIES of 2", .goAway(protocolError), setting(9, 2)),
    ]

    private static let small: [MalformedExchange] = [
        .init(
            "PING on a stream", .goAway(protocolError), Frame.frame(6, 0, 1, [UInt8](repeating: 0, count: 8))),
        .init("PING of 7 bytes", .goAway(frameSize), Frame.frame(6, 0, 0, [UInt8](repeating: 0, count: 7))),
        .init(
            "GOAWAY on a stream", .goAway(protocolError),
            Frame.frame(7, 0, 1, [UInt8](repeating: 0, count: 8))),
        .init("GOAWAY of 7 bytes", .goAway(frameSize), Frame.frame(7, 0, 0, [UInt8](repeating: 0, count: 7))),
        .init(
            "DATA over the frame size", .goAway(frameSize), open,
            data(1, [UInt8](repeating: 0, count: 16_385))),
        .init(
            "HEADERS over the frame size", .goAway(frameSize),
            Frame.headers(1, Frame.get + [UInt8](repeating: 0, count: 16_385))),
    ]

    private static let beginning = Frame.headers(1, Frame.get, endsHeaders: false)

    private static let continuations: [MalformedExchange] = [
        .init("CONTINUATION without HEADERS", .goAway(protocolError), Frame.frame(9, 4, 1, Frame.get)),
        .init(
            "CONTINUATION after the end of the head", .goAway(protocolError), open, Frame.frame(9, 4, 1, [])),
        .init("DATA within a head", .goAway(protocolError), beginning, data(1, [1])),
        .init("HEADERS within a head", .goAway(protocolError), beginning, Frame.headers(3, Frame.get)),
        .init(
            "PING within a head", .goAway(protocolError), beginning,
            Frame.frame(6, 0, 0, [UInt8](repeating: 0, count: 8))),
        .init("SETTINGS within a head", .goAway(protocolError), beginning, Frame.frame(4, 0, 0, [])),
        .init(
            "an unknown frame within a head", .goAway(protocolError), beginning, Frame.frame(200, 0, 1, [])),
        .init("CONTINUATION of another stream", .goAway(protocolError), beginning, Frame.frame(9, 4, 3, [])),
        .init("CONTINUATION on stream 0", .goAway(protocolError), beginning, Frame.frame(9, 4, 0, [])),
    ]

    private static let padding: [MalformedExchange] = [
        .init(
            "DATA with more padding than there is", .goAway(protocolError), open,
            Frame.frame(0, 8, 1, [5, 0, 0])),
        .init("DATA with padding all through", .goAway(protocolError), open, Frame.frame(0, 8, 1, [1])),
        .init(
            "DATA without the length of its padding", .goAway(protocolError), open, Frame.frame(0, 8, 1, [])),
        .init(
            "HEADERS with more padding than there is", .goAway(protocolError),
            Frame.frame(1, 0xD, 1, [255] + Frame.get)),
        .init(
            "HEADERS without the length of their padding", .goAway(protocolError), Frame.frame(1, 0xD, 1, [])),
        .init("HEADERS with half a priority", .goAway(frameSize), Frame.frame(1, 0x25, 1, [0, 0, 0])),
    ]

    private static let compression: [MalformedExchange] = [
        .init("index 0", .goAway(compressionError), Frame.headers(1, [0x80])),
        .init("an index beyond the table", .goAway(compressionError), Frame.headers(1, [0xFF, 0x40])),
        .init(
            "a name by an index beyond the table", .goAway(compressionError),
            Frame.headers(1, [0x7F, 0x40, 1, 0x61])),
        .init(
            "an integer without an end", .goAway(compressionError),
            Frame.headers(1, [0xFF] + [UInt8](repeating: 0xFF, count: 10))),
        .init("a string that is cut off", .goAway(compressionError), Frame.headers(1, [0, 5, 0x61])),
        .init("a length that is cut off", .goAway(compressionError), Frame.headers(1, [0, 0x7F])),
        .init(
            "a Huffman code that is none", .goAway(compressionError),
            Frame.headers(1, [0, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0])),
        .init(
            "Huffman padding of a byte", .goAway(compressionError),
            Frame.headers(1, [0, 0x82, 0x1F, 0xFF, 0])),
        .init(
            "a table size beyond what was said", .goAway(compressionError),
            Frame.headers(1, [0x3F, 0xE1, 0xFF, 0x03] + Frame.get)),
        .init("a table size after a field", .goAway(compressionError), Frame.headers(1, Frame.get + [0x20])),
    ]

    private static func trailers(_ block: [UInt8], ends: Bool = true) -> [UInt8] {
        Frame.headers(1, block, endsStream: ends)
    }

    private static let sized = Frame.headers(
        1, Frame.post + Frame.field("content-length", "3"), endsStream: false)

    private static let bodies: [MalformedExchange] = [
        .init(
            "trailers without the end of the stream", .reset(protocolError), open,
            trailers(Frame.field("x", "y"), ends: false)),
        .init(
            "a pseudo field in the trailers", .reset(protocolError), open, trailers(Frame.field(":path", "/"))
        ),
        .init(
            "an upper case name in the trailers", .reset(protocolError), open, trailers(Frame.field("X", "y"))
        ),
        .init("more than was promised", .reset(protocolError), sized, data(1, [1, 2, 3, 4])),
        .init("less than was promised", .reset(protocolError), sized, data(1, [1], ends: true)),
        .init("nothing of what was promised", .reset(protocolError), sized, trailers(Frame.field("x", "y"))),
    ]

    private static func update(_ stream: UInt32, _ increment: UInt32) -> [UInt8] {
        Frame.frame(8, 0, stream, Frame.number(increment))
    }

    private static let flow: [MalformedExchange] = [
        .init("WINDOW_UPDATE of 0 for the connection", .goAway(protocolError), update(0, 0)),
        .init("WINDOW_UPDATE of 0 for a stream", .goAway(protocolError), open, update(1, 0)),
        .init("WINDOW_UPDATE of 3 bytes", .goAway(frameSize), Frame.frame(8, 0, 0, [0, 0, 1])),
        .init("WINDOW_UPDATE on a stream that never was", .goAway(protocolError), update(1, 1)),
        .init("a window of the connection beyond 31 bits", .goAway(flowControl), update(0, 0x7FFF_FFFF)),
        .init("a window of a stream beyond 31 bits", .reset(flowControl), open, update(1, 0x7FFF_FFFF)),
        .init(
            "a window beyond 31 bits by SETTINGS", .reset(flowControl), open, update(1, 0x7FFF_0000),
            setting(4, 0x7FFF_FFFF)),
    ]
}
