import HTTPTypes
import Testing

@testable import HTTP

/// Everything a parser says about some bytes: its events, and the error that ended them.
struct ParsedRequests: Equatable {
    var events: [HTTP1RequestParser.Event] = []
    var error: HTTP1Error?

    /// Joins neighbouring pieces, whose boundaries depend on how the bytes came.
    mutating func add(_ event: HTTP1RequestParser.Event) {
        if case .piece(let more) = event, case .piece(let before)? = events.last {
            events[events.count - 1] = .piece(before + more)
        } else {
            events.append(event)
        }
    }

    init(_ parts: some Sequence<ArraySlice<UInt8>>) {
        var parser = HTTP1RequestParser(limits: HTTPLimits(), scheme: "http")
        do {
            for part in parts {
                parser.append(Array(part))
                while let event = try parser.next() { add(event) }
            }
        } catch {
            self.error = error
        }
    }

    init(_ bytes: [UInt8]) { self.init([bytes[...]]) }

    init(_ text: String) { self.init(Array(text.utf8)) }

    var heads: [HTTP1RequestHead] {
        events.compactMap { if case .head(let head) = $0 { head } else { nil } }
    }
}

@Suite struct HTTP1RequestParserTests {
    static let wellFormed: [String] = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET /x?y=z HTTP/1.1\r\nhost: a:80\r\nAccept:*/*\r\nX-Empty:\r\nx-own:  spaced \t\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: [::1]:8080\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nHost: b\r\n\r\n",
        "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=y\r\nhello\r\nA ; q = \"a\\\"b\"\r\n0123456789\r\n"
            + "0\r\nX-Sum: 1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET http://other.example:8080/p?q HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://other.example?q HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
    ]

    @Test(arguments: wellFormed) func readsTheSameAtEverySplitPoint(_ text: String) {
        let bytes = Array(text.utf8)
        let whole = ParsedRequests(bytes)
        #expect(whole.error == nil)
        #expect(!whole.events.isEmpty)
        for split in bytes.indices {
            #expect(ParsedRequests([bytes[..<split], bytes[split...]]) == whole, "split at \(split)")
        }
        #expect(ParsedRequests(bytes.indices.map { bytes[$0...$0] }) == whole)
    }

    @Test(arguments: wellFormed) func readsTheSameBehindAnyOther(_ text: String) {
        let alone = ParsedRequests(text).events
        for other in Self.wellFormed {
            let others = ParsedRequests(other).events
            #expect(ParsedRequests(text + other + text + text).events == alone + others + alone + alone)
        }
    }

    @Test func aHeadThatRepeatsMayComeInPartsOrDifferAtItsEnd() {
        let one = Array("GET /a HTTP/1.1\r\nHost: a\r\nX-Count: 1\r\n\r\n".utf8)
        let alone = ParsedRequests(one).events
        for split in one.indices {
            #expect(ParsedRequests([one[...], one[..<split], one[split...]]).events == alone + alone)
            // The last byte that differs decides, wherever it is.
            var other = one
            other[split] ^= 1
            let changed = ParsedRequests(other)
            let both = ParsedRequests(one + other)
            #expect(both.events == alone + changed.events, "changed at \(split)")
            #expect(both.error == changed.error, "changed at \(split)")
        }
    }

    @Test(arguments: MalformedRequest.all) func refusesMalformedOnesBehindAWellFormedOne(
        _ request: MalformedRequest
    ) {
        let first = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(
            ParsedRequests(Array(first.utf8) + request.bytes).error == ParsedRequests(request.bytes).error)
    }

    @Test(arguments: wellFormed) func wantsMoreAtEveryTruncation(_ text: String) {
        let bytes = Array(text.utf8)
        let whole = ParsedRequests(bytes)
        for end in bytes.indices {
            let part = ParsedRequests(Array(bytes[..<end]))
            #expect(part.error == nil, "cut at \(end)")
            #expect(part.events.count <= whole.events.count)
        }
    }

    @Test(arguments: MalformedRequest.all) func refusesMalformedRequests(_ request: MalformedRequest) throws {
        let whole = ParsedRequests(request.bytes)
        let error = try #require(whole.error)
        #expect(error.status.code == request.status)
    }

    @Test(arguments: MalformedRequest.all) func refusesThemByteByByte(_ request: MalformedRequest) throws {
        let bytes = request.bytes
        let parsed = ParsedRequests(bytes.indices.map { bytes[$0...$0] })
        let error = try #require(parsed.error)
        #expect(error.status.code == request.status)
    }

    @Test func staysFailed() {
        var parser = HTTP1RequestParser(limits: HTTPLimits(), scheme: "http")
        parser.append(Array("GET / HTTP/1.1\nHost: a\r\n\r\n".utf8))
        expectFailure(.malformed(.bareLineFeed), of: &parser)
        parser.append(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        expectFailure(.malformed(.bareLineFeed), of: &parser)
    }

    @Test func givesMethodTargetAndFields() throws {
        let parsed = ParsedRequests(
            "PATCH /a/b?c=%20 HTTP/1.1\r\nHost: api.example:8443\r\nContent-Type: text/plain\r\nX-One: 1\r\nx-one: 2\r\n\r\n"
        )
        let head = try #require(parsed.heads.first)
        #expect(head.request.method == .patch)
        #expect(head.request.path == "/a/b?c=%20")
        #expect(head.request.authority == "api.example:8443")
        #expect(head.request.scheme == "http")
        #expect(head.request.headerFields[.contentType] == "text/plain")
        let name = try #require(HTTPField.Name("X-One"))
        #expect(head.request.headerFields[values: name] == ["1", "2"])
        #expect(head.request.headerFields.map(\.name.rawName) == ["Content-Type", "X-One", "x-one"])
        #expect(head.version == .http11)
        #expect(head.framing == .none)
        #expect(head.keepsAlive)
    }

    @Test func keepsFramingFieldsToItself() throws {
        let parsed = ParsedRequests(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\nTransfer-Encoding: chunked\r\nKeep-Alive: 5\r\n"
                + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nAccept: */*\r\n\r\n0\r\n\r\n")
        let head = try #require(parsed.heads.first)
        #expect(head.request.headerFields.map(\.name.rawName) == ["Accept"])
        #expect(head.framing == .chunked)
        #expect(!head.keepsAlive)
    }

    @Test func takesTheAuthorityOfAnAbsoluteTarget() throws {
        let parsed = ParsedRequests("GET HTTP://B.example/x HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = try #require(parsed.heads.first)
        #expect(head.request.authority == "B.example")
        #expect(head.request.path == "/x")
    }

    @Test func givesChunksAndTrailers() throws {
        let parsed = ParsedRequests(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n02\r\nde\r\n000\r\nX-Sum: 7\r\n\r\n"
        )
        let name = try #require(HTTPField.Name("X-Sum"))
        #expect(
            Array(parsed.events.dropFirst()) == [.piece(Array("abcde".utf8)), .end(trailers: [name: "7"])])
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: CLOSE , x\r\n\r\n", false),
        ("GET / HTTP/1.0\r\n\r\n", false),
        ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true),
    ]) func knowsWhetherTheConnectionGoesOn(_ text: String, _ keepsAlive: Bool) throws {
        #expect(try #require(ParsedRequests(text).heads.first).keepsAlive == keepsAlive)
    }

    @Test func boundsTheExtensionsOfOneBody() {
        var limits = HTTPLimits()
        limits.chunkExtensionBytes = 10
        var parser = HTTP1RequestParser(limits: limits, scheme: "http")
        parser.append(Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
        parser.append(Array("1;abcd\r\na\r\n1;abcd\r\na\r\n1;abcd\r\na\r\n".utf8))
        expectFailure(.malformed(.chunkExtension), of: &parser)
    }

    @Test func boundsABodyInChunks() {
        var limits = HTTPLimits()
        limits.bodyBytes = 5
        var parser = HTTP1RequestParser(limits: limits, scheme: "http")
        parser.append(Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
        parser.append(Array("3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n".utf8))
        expectFailure(.bodyTooLarge(limit: 5), of: &parser)
    }

    @Test func endsOnlyBetweenMessages() throws {
        var parser = HTTP1RequestParser(limits: HTTPLimits(), scheme: "http")
        try parser.inputEnded()
        parser.append(Array("GET / HTTP/1.1\r\n".utf8))
        let event = try parser.next()
        #expect(event == nil)
        #expect(throws: HTTP1Error.truncated) { try parser.inputEnded() }
    }

    private func expectFailure(_ expected: HTTP1Error, of parser: inout HTTP1RequestParser) {
        do throws(HTTP1Error) {
            while try parser.next() != nil {}
            Issue.record("nothing was refused")
        } catch {
            #expect(error == expected)
        }
    }
}
