import HTTPTypes

@testable import HTTP

extension HTTP2Session {
    /// Appends all frames that are to be sent.
    func output(into bytes: inout [UInt8]) throws(HTTP2Error) {
        while let frame = try nextFrame() { bytes += frame }
    }

    func request(
        _ pseudo: [(String, String)], _ fields: HTTPFields, body: [UInt8]?, isStreaming: Bool
    ) throws(HTTP2Error) -> Int32 {
        var block = HTTP2FieldBlock(capacity: 16)
        for (name, value) in pseudo { block.append(name, value) }
        block.append(fields)
        return try request(block, body: body, isStreaming: isStreaming)
    }

    func respond(
        on id: Int32, _ response: HTTPResponse, extra: [(String, String)], body: [UInt8]?, isStreaming: Bool
    ) throws {
        var block = HTTP2FieldBlock(status: response.status)
        for (name, value) in extra { block.append(name, value) }
        block.append(response.headerFields)
        try respond(on: id, block, body: body, isStreaming: isStreaming)
    }
}

/// A client and a server session joined without a network, and raw frames for what no session would send.
struct HTTP2Pair {
    let client: HTTP2Session
    let server: HTTP2Session
    var now: UInt64 = 1_000_000_000
    var clientEvents: [HTTP2Session.Event] = []
    var serverEvents: [HTTP2Session.Event] = []

    init(limits: HTTPLimits = HTTPLimits()) throws {
        client = try HTTP2Session(role: .client, limits: HTTPLimits(), now: now)
        server = try HTTP2Session(role: .server, limits: limits, now: now)
    }

    /// Carries bytes back and forth until both are silent.
    mutating func exchange() throws {
        while true {
            var upward: [UInt8] = []
            try client.output(into: &upward)
            try server.receive(upward, now: now)
            serverEvents += server.takeEvents().withoutDrained
            var downward: [UInt8] = []
            try server.output(into: &downward)
            try client.receive(downward, now: now)
            clientEvents += client.takeEvents().withoutDrained
            if upward.isEmpty, downward.isEmpty { return }
        }
    }

    func request(
        _ method: String = "GET", _ path: String = "/", _ fields: HTTPFields = [:], body: [UInt8]? = nil,
        isStreaming: Bool = false
    ) throws(HTTP2Error) -> Int32 {
        try client.request(
            [(":method", method), (":scheme", "http"), (":authority", "a"), (":path", path)], fields,
            body: body,
            isStreaming: isStreaming)
    }
}

extension HTTP2Session {
    func receive(_ bytes: [UInt8], now: UInt64) throws(HTTP2Error) {
        try bytes.span.withUnsafeBytes { (bytes) throws(HTTP2Error) in try receive(bytes, now: now) }
    }
}

/// Frames as RFC 9113 section 4.1 lays them out.
enum Frame {
    static let preface = HTTPServerConnection.http2Preface + frame(4, 0, 0, [])

    static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        let length = payload.count
        return [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags]
            + number(stream) + payload
    }

    static func number(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
    }

    /// A field as a literal without indexing or Huffman coding (RFC 7541 section 6.2.2).
    static func field(_ name: String, _ value: String) -> [UInt8] {
        [0, UInt8(name.utf8.count)] + name.utf8 + [UInt8(value.utf8.count)] + value.utf8
    }

    static func block(_ fields: [(String, String)]) -> [UInt8] { fields.flatMap { field($0.0, $0.1) } }

    static let get = block([(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/")])

    static let post = block([
        (":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/pipe"),
    ])

    static func headers(_ stream: UInt32, _ block: [UInt8], endsStream: Bool = true, endsHeaders: Bool = true)
        -> [UInt8]
    {
        frame(1, (endsStream ? 1 : 0) | (endsHeaders ? 4 : 0), stream, block)
    }

    static func reset(_ stream: UInt32) -> [UInt8] { frame(3, 0, stream, number(8)) }
}

extension [HTTP2Session.Event] {
    var withoutDrained: Self { filter { if case .drained = $0 { false } else { true } } }

    func body(of id: Int32) -> [UInt8] {
        flatMap { event -> [UInt8] in if case .data(id, let bytes) = event { bytes } else { [] } }
    }

    func hasEnd(of id: Int32) -> Bool {
        contains { if case .end(id, _) = $0 { true } else { false } }
    }
}
