import HTTPTypes
import Testing

@testable import HTTP

@Suite struct HTTP1ResponseParserTests {
    private struct Parsed: Equatable {
        var events: [HTTP1ResponseParser.Event] = []
        var error: HTTP1Error?

        init(_ parts: [ArraySlice<UInt8>], method: HTTPRequest.Method = .get, ends: Bool = false) {
            var parser = HTTP1ResponseParser(limits: HTTPLimits())
            parser.expect(responseTo: method)
            do {
                for part in parts {
                    parser.append(Array(part))
                    while let event = try parser.next() { add(event) }
                }
                if ends, let event = try parser.inputEnded() { add(event) }
            } catch {
                self.error = error
            }
        }

        init(_ text: String, method: HTTPRequest.Method = .get, ends: Bool = false) {
            self.init([Array(text.utf8)[...]], method: method, ends: ends)
        }

        private mutating func add(_ event: HTTP1ResponseParser.Event) {
            if case .piece(let more) = event, case .piece(let before)? = events.last {
                events[events.count - 1] = .piece(before + more)
            } else {
                events.append(event)
            }
        }
    }

    static let wellFormed: [String] = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 204\r\nX: y\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nuntil the end",
    ]

    @Test(arguments: wellFormed) func readsTheSameAtEverySplitPoint(_ text: String) {
        let bytes = Array(text.utf8)
        let whole = Parsed([bytes[...]], ends: true)
        #expect(whole.error == nil)
        for split in bytes.indices {
            #expect(Parsed([bytes[..<split], bytes[split...]], ends: true) == whole, "split at \(split)")
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "ICY 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 O\0K\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n",
    ]) func refusesMalformedResponses(_ text: String) {
        #expect(Parsed(text).error != nil)
    }

    @Test func hasNoBodyForHead() {
        let parsed = Parsed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method: .head)
        #expect(parsed.events.count == 2)
        #expect(parsed.events.last == .end(trailers: nil))
    }

    @Test func noticesACutOffBody() {
        #expect(Parsed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", ends: true).error == .truncated)
        #expect(
            Parsed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", ends: true).error
                == .truncated)
        #expect(Parsed("HTTP/1.1 200 OK\r\nContent-Le", ends: true).error == .truncated)
    }

    @Test func boundsInformationalResponses() {
        let parsed = Parsed(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 20))
        #expect(parsed.error == .headTooLarge)
    }

    @Test func refusesBytesThatNothingAskedFor() throws {
        var parser = HTTP1ResponseParser(limits: HTTPLimits())
        #expect(!parser.hasUnexpectedBytes)
        parser.append(Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
        #expect(parser.hasUnexpectedBytes)
        let event = try parser.next()
        #expect(event == nil)
    }
}
