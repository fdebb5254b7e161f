extension TokenCipher {
    /// A token of the same shape: digits stay digits, letters stay letters of their case, a character outside ASCII becomes
    /// one of as many bytes, everything else stays, so that an e-mail address stays one. A number of 12 to 19 digits keeps
    /// its Luhn digit valid, or as wrong as it was. Nil when it is not UTF-8 or too long.
    func text(_ text: Span<UInt8>) -> [UInt8]? {
        guard var characters = CharacterSequence(text) else { return nil }
        if characters.isCardLike {
            return card(characters)
        }
        permute(&characters.digits, radices: characters.radices, domain: .text)
        return characters.written()
    }

    /// All but the last digit are permuted; the last one keeps its distance from the valid one.
    private func card(_ characters: CharacterSequence) -> [UInt8] {
        var result = characters
        result.digits = luhnKeeping(characters.digits)
        return result.written()
    }

    func luhnKeeping(_ digits: [UInt32], radices given: [UInt32]? = nil, offset: UInt32 = 0) -> [UInt32] {
        guard let last = digits.last else { return digits }
        var body = Array(digits.dropLast())
        let radices = given ?? Array(repeating: 10, count: digits.count)
        func plain(_ digits: [UInt32]) -> [UInt32] {
            digits.isEmpty ? [] : [digits[0] + offset] + digits.dropFirst()
        }
        let distance = (last + 10 - Luhn.checkDigit(plain(body))) % 10
        permute(&body, radices: Array(radices.dropLast()), domain: .number)
        return body + [(Luhn.checkDigit(plain(body)) + distance) % 10]
    }
}

/// The check digit of ISO/IEC 7812-1, annex B.
enum Luhn {
    static func checkDigit(_ body: [UInt32]) -> UInt32 {
        var sum: UInt32 = 0
        for (offset, digit) in body.reversed().enumerated() {
            let doubled = offset.isMultiple(of: 2) ? 2 * digit : digit
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return (10 - sum % 10) % 10
    }
}

/// A text as digits of mixed radices and what stands between them.
private struct CharacterSequence {
    private enum Class: Equatable {
        case fixed(UInt8)
        case digit, lower, upper
        /// A character of two, three or four bytes in UTF-8.
        case wide(Int)

        /// First scalar and number of scalars, surrogates left out.
        var scalars: (first: UInt32, count: UInt32) {
            switch self {
            case .fixed: (0, 1)
            case .digit: (0x30, 10)
            case .lower: (0x61, 26)
            case .upper: (0x41, 26)
            case .wide(2): (0x80, 0x800 - 0x80)
            case .wide(3): (0x800, 0x10000 - 0x800 - 0x800)
            case .wide: (0x10000, 0x100000)
            }
        }
    }

    private let classes: [Class]
    var digits: [UInt32]
    private(set) var radices: [UInt32]

    init?(_ text: Span<UInt8>) {
        var bytes: [UInt8] = []
        bytes.append(text)
        guard let string = String(validating: bytes, as: UTF8.self) else { return nil }
        var classes: [Class] = []
        var digits: [UInt32] = []
        var radices: [UInt32] = []
        for scalar in string.unicodeScalars {
            let kind: Class =
                switch scalar.value {
                case 0x30...0x39: .digit
                case 0x61...0x7a: .lower
                case 0x41...0x5a: .upper
                case 0..<0x80: .fixed(UInt8(truncatingIfNeeded: scalar.value))
                default: .wide(UTF8.width(scalar))
                }
            classes.append(kind)
            if case .fixed = kind { continue }
            let (first, count) = kind.scalars
            let value = scalar.value >= 0xe000 && kind == .wide(3) ? scalar.value - 0x800 : scalar.value
            digits.append(value - first)
            radices.append(count)
            guard digits.count <= TokenCipher.maximumLength else { return nil }
        }
        self.classes = classes
        self.digits = digits
        self.radices = radices
    }

    /// 12 to 19 digits, with nothing but blanks and dashes between.
    var isCardLike: Bool {
        (12...19).contains(digits.count)
            && classes.allSatisfy { kind in
                kind == .digit || kind == .fixed(0x20) || kind == .fixed(UInt8(ascii: "-"))
            }
    }

    func written() -> [UInt8] {
        var out: [UInt8] = []
        var next = digits.makeIterator()
        for kind in classes {
            if case .fixed(let byte) = kind {
                out.append(byte)
                continue
            }
            var value = kind.scalars.first + (next.next() ?? 0)
            if kind == .wide(3), value >= 0xd800 { value += 0x800 }
            guard let scalar = Unicode.Scalar(value) else { continue }
            out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return out
    }
}
