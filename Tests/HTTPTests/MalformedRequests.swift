import Testing

/// A request that must be refused, and the status of the refusal. After it the connection closes.
struct MalformedRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let status: Int

    init(_ name: String, _ status: Int, _ text: String) {
        self.name = name
        self.text = text
        self.status = status
    }

    init(_ name: String, _ text: String) { self.init(name, 400, text) }

    var bytes: [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
    var testDescription: String { name }
}

extension MalformedRequest {
    static let all =
        lineEnds + requestLines + targets + hosts + fields + lengths + codings + chunks + trailers + limits

    private static let lineEnds: [MalformedRequest] = [
        .init("bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
        .init("bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n"),
        .init("bare LF as the last line", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        .init("bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n"),
        .init("bare LF before the request", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("bare CR after the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n"),
        .init("bare CR in a field value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n"),
        .init("bare CR before the line end", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\r\n\r\n"),
        .init("bare CR without any line end", "GET / HTTP/1.1\rX"),
        .init("two empty lines before the request", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ]

    private static let requestLines: [MalformedRequest] = [
        .init("no version", "GET /\r\nHost: a\r\n\r\n"),
        .init("no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("only a method", "GET\r\nHost: a\r\n\r\n"),
        .init("two spaces before the target", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        .init("tab as separator", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("tab after the method", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("method with a slash", "G/T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("method with a colon", "GET: / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("method above ASCII", "G\u{C9}T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("NUL in the method", "G\0T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("lower case version", "GET / http/1.1\r\nHost: a\r\n\r\n"),
        .init("version without a dot", "GET / HTTP/11\r\nHost: a\r\n\r\n"),
        .init("version with a long number", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
        .init("another protocol", "GET / ICY/1.1\r\nHost: a\r\n\r\n"),
        .init("HTTP/2.0 in words", 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
        .init("HTTP/0.9 with a version", 505, "GET / HTTP/0.9\r\nHost: a\r\n\r\n"),
        .init("HTTP/1.2", 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        .init(
            "TLS on a port in the clear",
            "\u{16}\u{03}\u{01}\u{00}\u{A5}\u{01}\u{00}\u{00}\u{A1}\u{03}\u{03}\r\n"),
    ]

    private static let targets: [MalformedRequest] = [
        .init("target without a slash", "GET index.html HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("asterisk for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("fragment in the target", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("control character in the target", "GET /a\u{01}b HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("DEL in the target", "GET /a\u{7F}b HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("target above ASCII", "GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("absolute form without a host", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("absolute form with a user", "GET http://u@a/x HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("CONNECT with a path", "CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("CONNECT without a port", "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n"),
    ]

    private static let hosts: [MalformedRequest] = [
        .init("no Host", "GET / HTTP/1.1\r\n\r\n"),
        .init("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        .init("the same Host twice", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"),
        .init("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        .init("Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        .init("Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        .init("Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        .init("Host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        .init("Host with a bad port", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
        .init("Host with a port too large", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
        .init("Host with two ports", "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n"),
        .init("Host with an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    ]

    private static let fields: [MalformedRequest] = [
        .init("space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        .init("tab before the colon", "GET / HTTP/1.1\r\nHost: a\r\nX\t: b\r\n\r\n"),
        .init("folded field", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"),
        .init("folded field with a tab", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n"),
        .init("white space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        .init("no colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
        .init("empty name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        .init("space in a name", "GET / HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n"),
        .init("parenthesis in a name", "GET / HTTP/1.1\r\nHost: a\r\nX(1): b\r\n\r\n"),
        .init("NUL in a name", "GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"),
        .init("name above ASCII", "GET / HTTP/1.1\r\nHost: a\r\n\u{E9}: b\r\n\r\n"),
        .init("NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"),
        .init("control character in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\u{08}c\r\n\r\n"),
        .init("DEL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\u{7F}c\r\n\r\n"),
        .init(
            "unknown expectation", 417,
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\nx"),
    ]

    private static let lengths: [MalformedRequest] = [
        .init("length that is no number", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"),
        .init("empty length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"),
        .init("negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
        .init("length with a plus", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx"),
        .init("hexadecimal length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx"),
        .init("length with a fraction", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1.0\r\n\r\nx"),
        .init("length with a space inside", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\nx"),
        .init("two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
        .init(
            "two equal lengths",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"),
        .init("list of lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx"),
        .init(
            "length beyond 64 bits",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        .init(
            "length over the limit", 413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n"
        ),
    ]

    private static let codings: [MalformedRequest] = [
        .init(
            "length and coding",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .init(
            "coding and length",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n"),
        .init(
            "two coding fields",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        .init(
            "identity hidden behind chunked",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"),
        .init(
            "chunked twice",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        .init("chunked not last", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"),
        .init(
            "chunked with a parameter", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n"
        ),
        .init(
            "chunked with a letter more", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunkedx\r\n\r\n"),
        .init("empty coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n"),
        .init("coding list with a hole", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,chunked\r\n\r\n"),
        .init(
            "unknown coding", 501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
        .init("identity coding", 501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"),
        .init("coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .init(
            "vertical tab before chunked",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n"),
    ]

    private static let chunkedHead = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static let chunks: [MalformedRequest] = [
        .init("chunk size that is no number", chunkedHead + "x\r\n"),
        .init("empty chunk size", chunkedHead + "\r\n"),
        .init("chunk size with a prefix", chunkedHead + "0x1\r\na\r\n"),
        .init("negative chunk size", chunkedHead + "-1\r\na\r\n"),
        .init("chunk size with a plus", chunkedHead + "+1\r\na\r\n"),
        .init("chunk size with a space before", chunkedHead + " 1\r\na\r\n"),
        .init("chunk size with a space behind", chunkedHead + "1 \r\na\r\n"),
        .init("chunk size of 16 digits", chunkedHead + "0000000000000001\r\na\r\n"),
        .init("chunk size that overflows", chunkedHead + "ffffffffffffffff\r\n"),
        .init("chunk size ending in LF", chunkedHead + "1\na\r\n0\r\n\r\n"),
        .init("chunk longer than said", chunkedHead + "1\r\nab\r\n"),
        .init("chunk ending in LF", chunkedHead + "1\r\na\n0\r\n\r\n"),
        .init("chunk ending in CR", chunkedHead + "1\r\na\rb"),
        .init("extension without a semicolon", chunkedHead + "1 a\r\na\r\n"),
        .init("extension without a name", chunkedHead + "1;\r\na\r\n"),
        .init("extension without a value", chunkedHead + "1;a=\r\na\r\n"),
        .init("extension with an open quote", chunkedHead + "1;a=\"b\r\na\r\n"),
        .init("extension with a control character", chunkedHead + "1;a=\u{01}\r\na\r\n"),
        .init(
            "chunk line over the limit", chunkedHead + "1;" + String(repeating: "a", count: 300) + "\r\na\r\n"
        ),
        .init("body over the limit in chunks", 413, chunkedHead + "fffffffff\r\n"),
    ]

    private static let trailers: [MalformedRequest] = [
        .init("length in the trailers", chunkedHead + "0\r\nContent-Length: 1\r\n\r\n"),
        .init("coding in the trailers", chunkedHead + "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .init("Host in the trailers", chunkedHead + "0\r\nHost: b\r\n\r\n"),
        .init("Connection in the trailers", chunkedHead + "0\r\nConnection: close\r\n\r\n"),
        .init("folded trailer", chunkedHead + "0\r\nX: a\r\n b\r\n\r\n"),
        .init("bare LF in the trailers", chunkedHead + "0\r\nX: a\n\r\n"),
        .init("trailer without a colon", chunkedHead + "0\r\nX\r\n\r\n"),
    ]

    private static let limits: [MalformedRequest] = [
        .init(
            "long target", 414,
            "GET /" + String(repeating: "a", count: 9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("long target without an end", 414, "GET /" + String(repeating: "a", count: 9_000)),
        .init(
            "long field", 431,
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 40_000) + "\r\n\r\n"),
        .init(
            "long field without an end", 431, "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 40_000)),
        .init(
            "many fields", 431,
            "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: a\r\n", count: 101) + "\r\n"),
        .init(
            "many long fields", 431,
            "GET / HTTP/1.1\r\nHost: a\r\n"
                + String(repeating: "X: " + String(repeating: "a", count: 1_000) + "\r\n", count: 40) + "\r\n"
        ),
    ]
}
