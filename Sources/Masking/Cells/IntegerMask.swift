/// Integers of two, four or eight bytes, in text and in binary format.
struct IntegerCodec {
    let bytes: Int
    let isSigned: Bool

    var maximum: Int64 {
        Int64(bitPattern: UInt64.max >> UInt64(64 - 8 * bytes + (isSigned ? 1 : 0)))
    }

    private var minimum: Int64 { isSigned ? -maximum - 1 : 0 }

    func decode(_ format: CellFormat, _ cell: Span<UInt8>) -> Int64? {
        let value: Int64? =
            switch format {
            case .text: Self.parse(cell)
            case .binary: binary(cell)
            }
        guard let value, value >= minimum, value <= maximum else { return nil }
        return value
    }

    private func binary(_ cell: Span<UInt8>) -> Int64? {
        guard cell.count == bytes else { return nil }
        switch bytes {
        case 2: return Int64(Int16(bitPattern: cell.bigEndianUInt16(at: 0)))
        case 4:
            let word = cell.bigEndianUInt32(at: 0)
            return isSigned ? Int64(Int32(bitPattern: word)) : Int64(word)
        default: return Int64(bitPattern: cell.bigEndianUInt64(at: 0))
        }
    }

    /// An optional minus and digits; nothing else, and no overflow.
    static func parse(_ text: Span<UInt8>) -> Int64? {
        let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
        let start = isNegative ? 1 : 0
        guard text.count > start, text.count - start <= 19 else { return nil }
        var value: Int64 = 0
        for index in start..<text.count {
            guard text[index].isDigit else { return nil }
            let digit = Int64(text[index] - 0x30)
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(digit)
            if over || carry { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    func append(_ value: Int64, _ format: CellFormat, into out: inout [UInt8]) -> Bool {
        guard value >= minimum, value <= maximum else { return false }
        switch format {
        case .text: out.append(contentsOf: String(value).utf8)
        case .binary:
            for index in 0..<bytes {
                out.append(UInt8(truncatingIfNeeded: value >> Int64(8 * (bytes - 1 - index))))
            }
        }
        return true
    }
}

extension ValueMask {
    func appendInteger(
        _ codec: IntegerCodec, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]
    ) -> Bool {
        guard let value = codec.decode(format, cell) else { return false }
        switch method {
        case .null: return false
        case .redact(let text):
            guard let fixed = IntegerCodec.parse(text.span) else { return false }
            return codec.append(fixed, format, into: &out)
        case .partial(let first, let last):
            let digits = PartialDigits(keepFirst: first, keepLast: last).masked(Array(String(value).utf8))
            // As long as the value and not above it (or 1 for 0), so it fits.
            guard let masked = IntegerCodec.parse(digits.span) else { return false }
            return codec.append(masked, format, into: &out)
        case .hash(let key):
            let hash = hashNumber(key, Array(String(value).utf8).span)
            return codec.append(
                Int64(bitPattern: hash % (UInt64(bitPattern: codec.maximum) &+ 1)), format, into: &out)
        case .tokenize(let tokenizer):
            guard let token = tokenizer.integer(value) else { return false }
            return codec.append(token, format, into: &out)
        }
    }
}

/// Hides the digits of a number but the first and last few: 0 stands for a hidden one, and 1 for a hidden leading one, so
/// that the number keeps its length. The sign and the point stay.
struct PartialDigits {
    let keepFirst: Int
    let keepLast: Int

    func masked(_ number: [UInt8]) -> [UInt8] {
        let total = number.reduce(0) { $0 + ($1.isDigit ? 1 : 0) }
        let hidesAll = total <= keepFirst + keepLast
        let keptUntil = hidesAll ? 0 : keepFirst
        let keptFrom = hidesAll ? total : total - keepLast
        var result = number
        var position = 0
        for index in number.indices where number[index].isDigit {
            if position >= keptUntil && position < keptFrom {
                result[index] = position == 0 ? UInt8(ascii: "1") : UInt8(ascii: "0")
            }
            position += 1
        }
        return result
    }
}
