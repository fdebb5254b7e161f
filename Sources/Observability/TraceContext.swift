/// Which trace a request belongs to (W3C Trace Context, level 1).
package struct TraceContext: Sendable, Hashable {
    /// 32 lower-case hexadecimal digits, not all zero.
    package let traceID: String
    /// 16 lower-case hexadecimal digits, not all zero: our part of the trace.
    package let spanID: String
    /// The part that ours is a child of; `nil` where the trace begins here.
    package let parentID: String?
    /// Whether the caller records its part.
    package let isSampled: Bool

    /// Random bits for what is made here.
    package struct Random: Sendable {
        let traceHigh: UInt64
        let traceLow: UInt64
        let span: UInt64

        package init(_ traceHigh: UInt64, _ traceLow: UInt64, _ span: UInt64) {
            self.traceHigh = traceHigh
            self.traceLow = traceLow
            self.span = span
        }
    }

    /// Continues the trace of a `traceparent` field, or begins one when there is none or it is malformed, as section 3.3 asks.
    /// - Parameter random: the bits of new ids.
    package init(traceparent: String?, random: Random) {
        spanID = Self.digits(random.span)
        if let parent = traceparent.flatMap(Self.parse) {
            traceID = parent.traceID
            parentID = parent.spanID
            isSampled = parent.isSampled
        } else {
            traceID = Self.digits(random.traceHigh) + Self.digits(random.traceLow)
            parentID = nil
            isSampled = false
        }
    }

    /// `version-traceid-parentid-flags`. Later versions may be longer; version ff is invalid.
    private static func parse(_ text: String) -> (traceID: String, spanID: String, isSampled: Bool)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32,
            parts[2].utf8.count == 16,
            parts[3].utf8.count == 2, parts.prefix(4).allSatisfy(isHexadecimal), parts[0] != "ff",
            parts[0] != "00" || parts.count == 4, hasOneBit(parts[1]), hasOneBit(parts[2]),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        return (String(parts[1]), String(parts[2]), flags & 1 == 1)
    }

    private static func isHexadecimal(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
            default: false
            }
        }
    }

    private static func hasOneBit(_ digits: Substring) -> Bool {
        digits.utf8.contains { $0 != UInt8(ascii: "0") }
    }

    private static let alphabet = Array("0123456789abcdef".utf8)

    /// Sixteen digits. The last bit is set, so that an id is never all zero.
    private static func digits(_ word: UInt64) -> String {
        let nibbles = (0..<16).map { alphabet[Int((word | 1) >> (60 - 4 * UInt64($0)) & 15)] }
        return String(decoding: nibbles, as: UTF8.self)
    }
}
