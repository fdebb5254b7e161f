/// 128 bits in 26 characters of Crockford's base32, lower case, most significant first. One text per value:
/// upper case, look-alikes (`o`, `i`, `l`) and set bits above the 128th are refused.
package enum CrockfordBase32 {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    package static func encode(_ value: UInt128) -> String {
        encode(value, behind: "")
    }

    /// The same with a prefix, of ASCII characters, in front.
    static func encode(_ value: UInt128, behind prefix: String) -> String {
        let (digits, start) = (alphabet, prefix.utf8.count)
        // Sound: the prefix and 26 digits are as many bytes as there is room for, and all of them are written.
        return unsafe String(unsafeUninitializedCapacity: start + 26) { characters in
            _ = unsafe characters.update(fromContentsOf: prefix.utf8)
            // From the last one, 5 bits each, in words: shifts of 128 bits cost several instructions.
            var (high, low) = (UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value))
            for index in stride(from: start + 25, through: start, by: -1) {
                unsafe characters[index] = digits[Int(low & 31)]
                low = low >> 5 | high << 59
                high >>= 5
            }
            return start + 26
        }
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
