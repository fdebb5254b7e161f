/// `host [ ":" port ]` (RFC 3986 section 3.2, without user information, which RFC 9110 section 4.2.4
/// forbids).
enum HTTPAuthority {
    static func isValid(_ text: String, needsPort: Bool = false) -> Bool {
        let bytes = text.utf8.span
        var end = 0
        if !bytes.isEmpty, bytes[0] == UInt8(ascii: "[") {
            end = 1
            while end < bytes.count, isAddress(bytes[end]) { end += 1 }
            guard end > 1, end < bytes.count, bytes[end] == UInt8(ascii: "]") else { return false }
            end += 1
        } else {
            while end < bytes.count, isName(bytes[end]) { end += 1 }
            guard end > 0 else { return false }
        }
        if end == bytes.count { return !needsPort }
        guard bytes[end] == UInt8(ascii: ":") else { return false }
        if end + 1 == bytes.count { return !needsPort }
        return isPort(bytes.extracting((end + 1)...))
    }

    /// Digits alone, with leading zeros if need be, of a number of 16 bits.
    private static func isPort(_ digits: Span<UInt8>) -> Bool {
        var port = 0
        for index in digits.indices {
            guard (0x30...0x39).contains(digits[index]) else { return false }
            port = port * 10 + Int(digits[index] - 0x30)
            guard port <= Int(UInt16.max) else { return false }
        }
        return true
    }

    /// The inside of an IP literal: hexadecimal digits, colons and dots.
    private static func isAddress(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66, UInt8(ascii: ":"), UInt8(ascii: "."): true
        default: false
        }
    }

    /// `unreserved / pct-encoded / sub-delims`.
    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x24...0x2E, 0x3B, 0x3D, 0x5F, 0x7E: true
        default: false
        }
    }
}
