/// `host [ ":" port ]` (RFC 3986 section 3.2, without user information, which RFC 9110 section 4.2.4
/// forbids).
enum HTTPAuthority {
    static func isValid(_ text: String, needsPort: Bool = false) -> Bool {
        var rest = Substring(text).utf8
        guard let first = rest.first else { return false }
        if first == UInt8(ascii: "[") {
            guard let close = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = rest[rest.index(after: rest.startIndex)..<close]
            guard !address.isEmpty, address.allSatisfy(isAddress) else { return false }
            rest = rest[rest.index(after: close)...]
        } else {
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            guard end > rest.startIndex, rest[..<end].allSatisfy(isName) else { return false }
            rest = rest[end...]
        }
        if rest.isEmpty { return !needsPort }
        guard rest.popFirst() == UInt8(ascii: ":") else { return false }
        if rest.isEmpty { return !needsPort }
        return rest.allSatisfy({ (0x30...0x39).contains($0) }) && UInt16(Substring(rest)) != nil
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
