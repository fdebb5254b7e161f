/// Reads the values of a text's literals, one after the other: quoted in any way, and numbers (manual, 4.1.2 "Constants").
///
/// It decides nothing about what a statement does, so what it takes wrong costs a comparison and no more.
struct LiteralReader {
    private let text: [UInt8]
    private var position = 0
    /// The number that was read last, with the minus in front of it: that may be its sign or an operator.
    private var negated: [UInt8]?

    init(_ text: [UInt8]) { self.text = text }

    private func byte(_ index: Int) -> UInt8 { index < text.count ? text[index] : 0 }

    /// The value of the next literal; nil behind the last.
    mutating func next() -> [UInt8]? {
        if let value = negated {
            negated = nil
            return value
        }
        while position < text.count {
            let start = position
            switch text[position] {
            case UInt8(ascii: "'"):
                return quoted(hasEscapes: start > 0 && text[start - 1] | 0x20 == UInt8(ascii: "e"))
            case UInt8(ascii: "\""):
                position = (text[(start + 1)...].firstIndex(of: UInt8(ascii: "\"")) ?? text.count - 1) + 1
            case UInt8(ascii: "$"):
                if let value = dollarQuoted() { return value }
            case UInt8(ascii: "-") where byte(start + 1) == UInt8(ascii: "-"):
                position = text[start...].firstIndex(of: 0x0a) ?? text.count
            case UInt8(ascii: "/") where byte(start + 1) == UInt8(ascii: "*"):
                skipComment()
            case 0x30...0x39:
                while Self.isNumberPart(byte(position)) { position += 1 }
                let number = text[start..<position]
                if isBehindMinus(start) { negated = [UInt8(ascii: "-")] + number }
                return Array(number)
            case let first where Self.isNamePart(first):
                while Self.isNamePart(byte(position)) { position += 1 }
            default: position += 1
            }
        }
        return nil
    }

    private func isBehindMinus(_ start: Int) -> Bool {
        let blanks: [UInt8] = [0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]
        return text[..<start].last { !blanks.contains($0) } == UInt8(ascii: "-")
    }

    private mutating func quoted(hasEscapes: Bool) -> [UInt8] {
        var value: [UInt8] = []
        let quote = UInt8(ascii: "'")
        position += 1
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == quote {
                guard self.byte(position) == quote else { break }
                position += 1
                value.append(quote)
            } else if hasEscapes, byte == UInt8(ascii: "\\") {
                appendEscape(to: &value)
            } else {
                value.append(byte)
            }
        }
        return value
    }

    /// What stands behind a backslash of `E'…'`.
    private mutating func appendEscape(to value: inout [UInt8]) {
        let byte = byte(position)
        position += 1
        switch byte {
        case UInt8(ascii: "b"): value.append(0x08)
        case UInt8(ascii: "f"): value.append(0x0c)
        case UInt8(ascii: "n"): value.append(0x0a)
        case UInt8(ascii: "r"): value.append(0x0d)
        case UInt8(ascii: "t"): value.append(0x09)
        case 0x30...0x37:
            position -= 1
            value.append(UInt8(truncatingIfNeeded: digits(atMost: 3, radix: 8)))
        case UInt8(ascii: "x"): value.append(UInt8(truncatingIfNeeded: digits(atMost: 2, radix: 16)))
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let code = digits(atMost: byte == UInt8(ascii: "u") ? 4 : 8, radix: 16)
            if let scalar = Unicode.Scalar(code) { value.append(contentsOf: String(Character(scalar)).utf8) }
        default: value.append(byte)
        }
    }

    private mutating func digits(atMost count: Int, radix: UInt32) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            let character = Character(Unicode.Scalar(byte(position)))
            guard let digit = character.hexDigitValue, digit < radix else { break }
            value = value &* radix &+ UInt32(digit)
            position += 1
        }
        return value
    }

    /// `$tag$…$tag$`; nil, and a step on, when no quote opens here.
    private mutating func dollarQuoted() -> [UInt8]? {
        var end = position + 1
        while Self.isNamePart(byte(end)), byte(end) != UInt8(ascii: "$") { end += 1 }
        guard byte(end) == UInt8(ascii: "$"),
            end == position + 1 || !(0x30...0x39).contains(byte(position + 1))
        else {
            position += 1
            return nil
        }
        let tag = text[position...end]
        let start = end + 1
        var index = start
        while index + tag.count <= text.count {
            if text[index] == UInt8(ascii: "$"), text[index..<(index + tag.count)].elementsEqual(tag) {
                position = index + tag.count
                return Array(text[start..<index])
            }
            index += 1
        }
        position = text.count
        return nil
    }

    private mutating func skipComment() {
        var depth = 0
        repeat {
            if byte(position) == UInt8(ascii: "/"), byte(position + 1) == UInt8(ascii: "*") {
                depth += 1
                position += 2
            } else if byte(position) == UInt8(ascii: "*"), byte(position + 1) == UInt8(ascii: "/") {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        } while depth > 0 && position < text.count
    }

    private static func isNumberPart(_ byte: UInt8) -> Bool {
        isNamePart(byte) || byte == UInt8(ascii: ".")
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || (0x30...0x39).contains(byte)
            || (0x61...0x7a).contains(byte | 0x20)
    }
}
