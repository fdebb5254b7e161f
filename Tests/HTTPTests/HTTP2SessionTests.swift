import HTTPTypes
import Testing

@testable import HTTP

@Suite struct HTTP2SessionTests {
    @Test func carriesAnExchange() throws {
        var pair = try HTTP2Pair()
        let name = try #require(HTTPField.Name("x-sum"))
        let id = try pair.request("POST", "/x?y", [.contentType: "text/plain"], body: Array("question".utf8))
        try pair.exchange()
        guard case .request(id, let request, let info)? = pair.serverEvents.first else {
            Issue.record("\(pair.serverEvents)")
            return
        }
        #expect(request.method == .post)
        #expect(request.path == "/x?y")
        #expect(request.authority == "a")
        #expect(request.headerFields == [.contentType: "text/plain"])
        #expect(!info.endsStream)
        #expect(pair.serverEvents.body(of: id) == Array("question".utf8))
        #expect(pair.serverEvents.hasEnd(of: id))

        try pair.server.respond(
            on: id, HTTPResponse(status: .created, headerFields: [.eTag: "e"]), extra: [("date", "now")],
            body: nil,
            isStreaming: true)
        pair.server.write(Array("ans".utf8), on: id)
        try pair.exchange()
        pair.server.write(Array("wer".utf8), on: id)
        pair.server.finish(id, trailers: [name: "7"])
        try pair.exchange()
        guard case .response(id, let response, _)? = pair.clientEvents.first else {
            Issue.record("\(pair.clientEvents)")
            return
        }
        #expect(response.status == .created)
        #expect(response.headerFields[.eTag] == "e")
        #expect(pair.clientEvents.body(of: id) == Array("answer".utf8))
        #expect(
            pair.clientEvents.contains {
                if case .end(id, let trailers) = $0 { trailers == [name: "7"] } else { false }
            })
        #expect(pair.clientEvents.contains { if case .closed(id, 0) = $0 { true } else { false } })
    }

    @Test func readsTheSameAtEverySplitPoint() throws {
        var upward: [UInt8] = []
        let pair = try HTTP2Pair()
        _ = try pair.request("POST", "/x", [.accept: "*/*"], body: Array("some body".utf8))
        try pair.client.output(into: &upward)
        func events(_ parts: [ArraySlice<UInt8>]) throws -> String {
            let server = try HTTP2Session(role: .server, limits: HTTPLimits(), now: 0)
            var events: [HTTP2Session.Event] = []
            for part in parts {
                try server.receive(Array(part), now: 0)
                events += server.takeEvents()
            }
            let kinds = events.filter { if case .data = $0 { false } else { true } }.map { "\($0)" }
            return "\(kinds) \(events.body(of: 1))"
        }
        let whole = try events([upward[...]])
        for split in upward.indices {
            #expect(try events([upward[..<split], upward[split...]]) == whole, "split at \(split)")
        }
    }

    @Test func keepsTheWindowShutUntilTheBodyIsRead() throws {
        var limits = HTTPLimits()
        limits.streamWindowBytes = 100_000
        var pair = try HTTP2Pair(limits: limits)
        try pair.exchange()
        let id = try pair.request("POST", "/", body: [UInt8](repeating: 1, count: 250_000))
        try pair.exchange()
        #expect(pair.serverEvents.body(of: id).count == 100_000)
        pair.server.consume(100_000, on: id)
        try pair.exchange()
        #expect(pair.serverEvents.body(of: id).count == 200_000)
        pair.server.consume(100_000, on: id)
        try pair.exchange()
        #expect(pair.serverEvents.body(of: id).count == 250_000)
        #expect(pair.serverEvents.hasEnd(of: id))
    }

    @Test func goesAwayInTwoSteps() throws {
        var pair = try HTTP2Pair()
        let first = try pair.request()
        try pair.exchange()
        pair.server.noticeShutdown()
        try pair.exchange()
        guard case .goingAway(lastStream: .max, _)? = pair.clientEvents.last else {
            Issue.record("\(pair.clientEvents)")
            return
        }
        pair.server.goAway()
        try pair.exchange()
        guard case .goingAway(lastStream: first, code: 0)? = pair.clientEvents.last else {
            Issue.record("\(pair.clientEvents)")
            return
        }
        #expect(!pair.server.isFinished)
        try pair.server.respond(on: first, HTTPResponse(status: .ok), extra: [], body: [], isStreaming: false)
        try pair.exchange()
        #expect(pair.server.isFinished)
    }

    @Test(
        arguments: [
            (
                "upper case name",
                [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("X", "y")]
            ),
            ("no path", [(":method", "GET"), (":scheme", "http"), (":authority", "a")]),
            ("empty path", [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "")]),
            (
                "path without a slash",
                [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "x")]
            ),
            ("fragment", [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/#x")]),
            ("no method", [(":scheme", "http"), (":authority", "a"), (":path", "/")]),
            ("no scheme", [(":method", "GET"), (":authority", "a"), (":path", "/")]),
            (
                "another scheme",
                [(":method", "GET"), (":scheme", "ftp"), (":authority", "a"), (":path", "/")]
            ),
            ("no authority", [(":method", "GET"), (":scheme", "http"), (":path", "/")]),
            (
                "user in the authority",
                [(":method", "GET"), (":scheme", "http"), (":authority", "u@a"), (":path", "/")]
            ),
            (
                "two paths",
                [
                    (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"),
                    (":path", "/"),
                ]
            ),
            (
                "unknown pseudo field",
                [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), (":x", "y")]
            ),
            (
                "pseudo field after a field",
                [(":method", "GET"), (":scheme", "http"), (":authority", "a"), ("x", "y"), (":path", "/")]
            ),
            (
                "connection field",
                [
                    (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"),
                    ("connection", "x"),
                ]
            ),
            (
                "transfer coding",
                [
                    (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"),
                    ("transfer-encoding", "chunked"),
                ]
            ),
            (
                "te gzip",
                [
                    (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"),
                    ("te", "gzip"),
                ]
            ),
            (
                "another host",
                [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("host", "b")]
            ),
            (
                "space in a name",
                [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("x y", "z")]
            ),
            (
                "line feed in a value",
                [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("x", "a\nb")]
            ),
            (
                "NUL in a value",
                [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("x", "a\0b")]
            ),
            (
                "control in a value",
                [
                    (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"),
                    ("x", "a\u{8}b"),
                ]
            ),
            (
                "two lengths",
                [
                    (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"),
                    ("content-length", "1"), ("content-length", "1"),
                ]
            ),
            (
                "length without a body",
                [
                    (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"),
                    ("content-length", "1"),
                ]
            ),
            (
                "status in a request",
                [
                    (":status", "200"), (":method", "GET"), (":scheme", "http"), (":authority", "a"),
                    (":path", "/"),
                ]
            ),
        ] as [(String, [(String, String)])])
    func resetsMalformedRequests(_ name: String, _ fields: [(String, String)]) throws {
        let server = try HTTP2Session(role: .server, limits: HTTPLimits(), now: 0)
        try server.receive(Frame.preface + Frame.headers(1, Frame.block(fields)), now: 0)
        var answer: [UInt8] = []
        try server.output(into: &answer)
        #expect(!server.takeEvents().contains { if case .request = $0 { true } else { false } }, "\(name)")
        let reset = Frame.frame(3, 0, 1, Frame.number(HTTP2Code.protocolError))
        #expect(answer.suffix(reset.count).elementsEqual(reset), "\(name)")
    }

    @Test func refusesLargeHeads() throws {
        var pair = try HTTP2Pair()
        let name = try #require(HTTPField.Name("x"))
        let large = try pair.request("GET", "/", [name: String(repeating: "a", count: 40_000)])
        var many = HTTPFields()
        for _ in 0..<101 { many.append(HTTPField(name: name, value: "a")) }
        let numerous = try pair.request("GET", "/", many)
        try pair.exchange()
        for id in [large, numerous] {
            #expect(
                pair.serverEvents.contains {
                    if case .refused(id, .requestHeaderFieldsTooLarge, _) = $0 { true } else { false }
                })
        }
    }

    /// What a flood is made of: the bytes of one turn, for a stream number that is new in each.
    struct Flood: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: @Sendable (UInt32) -> [UInt8]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Flood(name: "PING") { _ in Frame.frame(6, 0, 0, [UInt8](repeating: 0, count: 8)) },
        Flood(name: "PING acknowledgements") { _ in Frame.frame(6, 1, 0, [UInt8](repeating: 0, count: 8)) },
        Flood(name: "SETTINGS") { _ in Frame.frame(4, 0, 0, []) },
        Flood(name: "PRIORITY") { _ in Frame.frame(2, 0, 1, Frame.number(3) + [1]) },
        Flood(name: "WINDOW_UPDATE") { _ in Frame.frame(8, 0, 0, Frame.number(1)) },
        Flood(name: "rapid reset") { Frame.headers($0, Frame.get) + Frame.reset($0) },
        Flood(name: "resets provoked") { Frame.headers($0, Frame.block([(":method", "GET")])) },
        Flood(name: "windows overflowed") {
            Frame.headers($0, Frame.get, endsStream: false) + Frame.frame(8, 0, $0, Frame.number(0x7FFF_FFFF))
        },
        Flood(name: "empty DATA") { stream in
            (stream == 1 ? Frame.headers(1, Frame.get, endsStream: false) : []) + Frame.frame(0, 0, 1, [])
        },
        Flood(name: "empty DATA with padding") { stream in
            (stream == 1 ? Frame.headers(1, Frame.get, endsStream: false) : [])
                + Frame.frame(0, 8, 1, [3, 0, 0, 0])
        },
        Flood(name: "CONTINUATION") { stream in
            stream == 1
                ? Frame.headers(1, [], endsHeaders: false) : Frame.frame(9, 0, 1, Frame.field("x", "y"))
        },
    ]) func endsFloods(_ flood: Flood) throws {
        let server = try HTTP2Session(role: .server, limits: HTTPLimits(), now: 0)
        try server.receive(Frame.preface, now: 0)
        var turns = 0
        #expect(throws: HTTP2Error.self) {
            for turn in UInt32(0)..<10_000 {
                try server.receive(flood.bytes(turn * 2 + 1), now: 0)
                // An honest server reads its answers out between two reads.
                var answer: [UInt8] = []
                try server.output(into: &answer)
                _ = server.takeEvents()
                turns += 1
            }
        }
        #expect(turns < 3_000)
    }

    @Test func endsAFloodInOneRead() throws {
        let server = try HTTP2Session(role: .server, limits: HTTPLimits(), now: 0)
        let pings = (0..<1_000).flatMap { _ in Frame.frame(6, 0, 0, [UInt8](repeating: 0, count: 8)) }
        #expect(throws: HTTP2Error.self) { try server.receive(Frame.preface + pings, now: 0) }
    }

    @Test func endsABombOfFields() throws {
        let server = try HTTP2Session(role: .server, limits: HTTPLimits(), now: 0)
        // One large field into the dynamic table, then references of one byte each (RFC 7541 section 6.1).
        let value = [UInt8](repeating: 0x61, count: 120)
        let bomb = [0x40, 1, 0x78, UInt8(value.count)] + value + [UInt8](repeating: 0x80 | 62, count: 16_000)
        try server.receive(Frame.preface + Frame.headers(1, Frame.get + bomb), now: 0)
        #expect(!server.takeEvents().contains { if case .request = $0 { true } else { false } })
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET / HTTP/1.1",
    ]) func refusesAnotherProtocol(_ text: String) throws {
        let server = try HTTP2Session(role: .server, limits: HTTPLimits(), now: 0)
        do {
            try server.receive(Array(text.utf8), now: 0)
            var answer: [UInt8] = []
            try server.output(into: &answer)
            #expect(server.isFinished)
        } catch {
            #expect(!error.reason.isEmpty)
        }
    }
}
