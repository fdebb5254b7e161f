/// A field of a composite, or a bound of a range, as text: quotes may begin anywhere in it and are doubled inside of themselves, a
/// backslash takes what is behind it as it is (manual, 8.16.6 and 8.17.5).
enum QuotedField {
    /// Reads one, decoded, up to the first unquoted byte that `ends` it, where `index` then stands.
    /// - Returns: whether any of it was quoted; nil when no such byte comes.
    static func read(
        _ text: Span<UInt8>, _ index: inout Int, into value: inout [UInt8], until ends: (UInt8) -> Bool
    ) -> Bool? {
        var wasQuoted = false
        var isQuoted = false
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "\\"):
                guard index + 1 < text.count else { return nil }
                value.append(text[index + 1])
                index += 1
            case UInt8(ascii: "\""):
                if isQuoted, index + 1 < text.count, text[index + 1] == byte {
                    value.append(byte)
                    index += 1
                } else {
                    wasQuoted = true
                    isQuoted.toggle()
                }
            case _ where !isQuoted && ends(byte): return wasQuoted
            default: value.append(byte)
            }
            index += 1
        }
        return nil
    }
}
