import HTTPTypes

/// Field names that occur in nearly every message, so that they need no new string, and those that frame
/// messages.
///
/// A known name keeps the spelling it came in when that is the usual one (`Content-Type`) or all lower case.
struct ParsedFieldName {
    enum Role: Sendable {
        case ordinary
        case host, contentLength, transferEncoding, connection, expect
        /// Concerns this connection alone (RFC 9110 section 7.6.1) and is not shown to the application.
        case hopByHop
    }

    let name: HTTPField.Name
    let role: Role

    /// From the bytes of a field name; nil when they are not a token (RFC 9110 section 5.1).
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let first = bytes.first, let last = bytes.last else { return nil }
        for entry in Self.table[Self.slot(bytes.count, first, last)] where entry.matches(bytes) {
            role = entry.role
            if bytes.elementsEqual(entry.usual) {
                name = entry.usualName
            } else if bytes.elementsEqual(entry.lower) {
                name = entry.lowerName
            } else {
                guard let other = HTTPField.Name(String(decoding: bytes, as: UTF8.self)) else { return nil }
                name = other
            }
            return
        }
        guard let other = HTTPField.Name(String(decoding: bytes, as: UTF8.self)) else { return nil }
        name = other
        role = .ordinary
    }

    private struct Entry: Sendable {
        let usual: [UInt8]
        let lower: [UInt8]
        let usualName: HTTPField.Name
        let lowerName: HTTPField.Name
        let role: Role

        func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            guard bytes.count == lower.count else { return false }
            for index in lower.indices where Self.lowered(bytes[index]) != lower[index] { return false }
            return true
        }

        static func lowered(_ byte: UInt8) -> UInt8 {
            (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        }
    }

    private static func slot(_ count: Int, _ first: UInt8, _ last: UInt8) -> Int {
        // Only the low five bits of a letter, which are the same in both cases.
        (count &* 7 &+ Int(first & 0x1F) &* 3 &+ Int(last & 0x1F) &* 5) & 127
    }

    private static let table: [[Entry]] = {
        let known: [(String, Role)] = [
            ("Host", .host), ("Content-Length", .contentLength), ("Transfer-Encoding", .transferEncoding),
            ("Connection", .connection), ("Expect", .expect), ("Keep-Alive", .hopByHop),
            ("Proxy-Connection", .hopByHop), ("Upgrade", .hopByHop), ("HTTP2-Settings", .hopByHop),
            ("Accept", .ordinary), ("Accept-Encoding", .ordinary), ("Accept-Language", .ordinary),
            ("Accept-Ranges", .ordinary), ("Age", .ordinary), ("Authorization", .ordinary),
            ("Cache-Control", .ordinary), ("Content-Encoding", .ordinary), ("Content-Type", .ordinary),
            ("Cookie", .ordinary), ("Date", .ordinary), ("ETag", .ordinary), ("Idempotency-Key", .ordinary),
            ("If-Match", .ordinary), ("If-Modified-Since", .ordinary), ("If-None-Match", .ordinary),
            ("Last-Modified", .ordinary), ("Location", .ordinary), ("Origin", .ordinary),
            ("Pragma", .ordinary),
            ("Priority", .ordinary), ("Range", .ordinary), ("Referer", .ordinary), ("Retry-After", .ordinary),
            ("Sec-Fetch-Dest", .ordinary), ("Sec-Fetch-Mode", .ordinary), ("Sec-Fetch-Site", .ordinary),
            ("Server", .ordinary), ("Set-Cookie", .ordinary), ("TE", .ordinary), ("Trailer", .ordinary),
            ("Traceparent", .ordinary), ("Tracestate", .ordinary), ("User-Agent", .ordinary),
            ("Vary", .ordinary),
            ("Via", .ordinary), ("WWW-Authenticate", .ordinary), ("X-Forwarded-For", .ordinary),
            ("X-Forwarded-Proto", .ordinary), ("X-Request-ID", .ordinary),
        ]
        var table = [[Entry]](repeating: [], count: 128)
        for (text, role) in known {
            let lower = text.lowercased()
            guard let usualName = HTTPField.Name(text), let lowerName = HTTPField.Name(lower),
                let first = lower.utf8.first, let last = lower.utf8.last
            else { continue }
            table[slot(lower.utf8.count, first, last)].append(
                Entry(
                    usual: Array(text.utf8), lower: Array(lower.utf8), usualName: usualName,
                    lowerName: lowerName, role: role))
        }
        return table
    }()
}
