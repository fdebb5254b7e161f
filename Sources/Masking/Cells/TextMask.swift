extension ValueMask {
    func appendText(_ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        switch method {
        case .null: return false
        case .redact(let text): out.append(contentsOf: text)
        case .partial(let first, let last):
            PartialText(keepFirst: first, keepLast: last).append(cell, into: &out)
        case .hash(let key): appendHashText(key, cell, into: &out)
        case .tokenize(let tokenizer):
            guard let token = tokenizer.text(cell) else { return false }
            out.append(contentsOf: token)
        }
        return true
    }
}

/// Hides the letters and digits of a text but the first and last few. ASCII blanks and punctuation stay, for they are the
/// shape; a character outside ASCII counts as one letter and becomes one `*`.
struct PartialText {
    let keepFirst: Int
    let keepLast: Int

    func append(_ text: Span<UInt8>, into out: inout [UInt8]) {
        var total = 0
        for index in 0..<text.count where Self.beginsCharacter(text[index]) { total += 1 }
        // What is no longer than what would be kept would be shown whole.
        let hidesAll = total <= keepFirst + keepLast
        let keptUntil = hidesAll ? 0 : keepFirst
        let keptFrom = hidesAll ? total : total - keepLast
        var position = -1
        for index in 0..<text.count {
            let byte = text[index]
            if Self.beginsCharacter(byte) {
                position += 1
            } else if !Self.continuesCharacter(byte) {
                out.append(byte)
                continue
            }
            if position >= 0, position < keptUntil || position >= keptFrom {
                out.append(byte)
            } else if Self.beginsCharacter(byte) {
                out.append(UInt8(ascii: "*"))
            }
        }
    }

    /// A letter, a digit, or the first byte of a character outside ASCII.
    static func beginsCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), 0xc0...0xff:
            true
        default: false
        }
    }

    private static func continuesCharacter(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }
}

extension [UInt8] {
    mutating func appendHexadecimal(_ byte: UInt8) {
        append(Self.hexadecimalDigit(byte >> 4))
        append(Self.hexadecimalDigit(byte & 15))
    }

    private static func hexadecimalDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 + nibble : 0x57 + nibble
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - 0x57
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - 0x37
        default: nil
        }
    }

    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}
