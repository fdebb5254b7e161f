/// A URL of the web (RFC 3986) with `http`, `https` or `ftp`, or a host that begins with `www.`, to where people end it: at
/// white space, a quote or an angle bracket, without the punctuation of the sentence behind it.
enum URLPattern {
    /// The URL whose scheme ends with the colon at `colon`.
    static func match(around colon: Int, _ bytes: Span<UInt8>) -> Range<Int>? {
        for scheme in ["https", "http", "ftp"] as [StaticString] {
            let start = colon - scheme.utf8CodeUnitCount
            guard start >= 0, bytes.starts(with: scheme, ignoringCaseAt: start), !bytes.isWord(start - 1)
            else {
                continue
            }
            return end(from: colon + 3, bytes).map { start..<$0 }
        }
        return nil
    }

    /// A host that begins with `www.` at `start`.
    static func matchHost(at start: Int, _ bytes: Span<UInt8>) -> Int? {
        guard bytes.starts(with: "www.", ignoringCaseAt: start), bytes.isWord(start + 4),
            let end = end(from: start + 4, bytes)
        else { return nil }
        for index in (start + 5)..<end where bytes[index] == UInt8(ascii: ".") { return end }
        return nil
    }

    private static func end(from start: Int, _ bytes: Span<UInt8>) -> Int? {
        guard bytes.isWord(start) || bytes.byte(start) == UInt8(ascii: "[") else { return nil }
        var end = bytes.run(from: start, belongs)
        while end > start, isPunctuation(bytes[end - 1]) { end -= 1 }
        return end > start ? end : nil
    }

    private static func belongs(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7f, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "\\"), UInt8(ascii: "^"):
            false
        default: true
        }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "!"),
            UInt8(ascii: "?"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "'"):
            true
        default: false
        }
    }
}
