import HTTPTypes
import Testing

@testable import HTTP

@Suite struct HTTPValueTests {
    @Test(
        arguments: [
            ("http://a", "http", "a", 80, "a"),
            ("https://a/", "https", "a", 443, "a"),
            ("https://a.example:8443", "https", "a.example", 8443, "a.example:8443"),
            ("HTTPS://127.0.0.1:1", "https", "127.0.0.1", 1, "127.0.0.1:1"),
            ("http://[::1]:8080/", "http", "::1", 8080, "[::1]:8080"),
            ("http://[::1]", "http", "::1", 80, "[::1]"),
        ] as [(String, String, String, UInt16, String)])
    func readsOrigins(_ text: String, _ scheme: String, _ host: String, _ port: UInt16, _ authority: String)
        throws
    {
        let origin = try #require(HTTPOrigin(text))
        #expect(origin.scheme.rawValue == scheme)
        #expect(origin.host == host)
        #expect(origin.port == port)
        #expect(origin.authority == authority)
    }

    @Test(arguments: [
        "", "a", "a:80", "ftp://a", "http://", "http:///", "http://a/b", "http://a?b", "http://u@a",
        "http://a:b",
        "http://a:65536", "http://[::1", "http://a b", "http://:80",
    ]) func refusesOtherOrigins(_ text: String) {
        #expect(HTTPOrigin(text) == nil)
    }

    @Test func formatsDates() {
        #expect(HTTPDate.format(second: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.format(second: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test func limitsARate() {
        var bucket = TokenBucket(HTTPRate(burst: 2, perSecond: 10), now: 0)
        let taken = [0, 0, 0, 50_000_000, 100_000_000, 100_000_000].map { bucket.take(now: $0) }
        #expect(taken == [true, true, false, false, true, false])
    }

    @Test func keepsTheSpellingOfNames() throws {
        for text in ["Content-Type", "content-type", "CONTENT-TYPE", "X-Other", "x-other"] {
            let parsed = Array(text.utf8).withUnsafeBufferPointer { ParsedFieldName($0) }
            #expect(try #require(parsed).name.rawName == text)
            #expect(try #require(parsed).name.canonicalName == text.lowercased())
        }
    }

    @Test func collectsABodyUpToItsLimit() async throws {
        #expect(try await HTTPBody([1, 2, 3]).collect(upTo: 3) == [1, 2, 3])
        await #expect(throws: HTTPBodyError.tooLarge(limit: 2)) {
            try await HTTPBody([1, 2, 3]).collect(upTo: 2)
        }
    }
}
