/// 128 bits in 26 characters of Crockford's base32, lower case, most significant first. One text per value:
/// upper case, look-alikes (`o`, `i`, `l`) and set bits above the 128th are refused.
package enum CrockfordBase32 {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    package static func encode(_ value: UInt128) -> String {
        let characters = (0..<26).map { alphabet[Int(truncatingIfNeeded: value >> (125 - 5 * $0)) & 31] }
        return String(decoding: characters, as: UTF8.self)
    }

    package static func decode(_ text: some StringProtocol) -> UInt128? {
        guard text.utf8.count == 26 else { return nil }
        var value: UInt128 = 0
        for (index, character) in text.utf8.enumerated() {
            guard let digit = alphabet.firstIndex(of: character) else { return nil }
            if index == 0 && digit > 7 { return nil }
            value = value << 5 | UInt128(digit)
        }
        return value
    }
}
