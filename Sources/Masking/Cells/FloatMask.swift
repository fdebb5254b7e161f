extension ValueMask {
    /// float4 and float8. Digits of a floating-point number can be neither kept in part nor replaced one to one: `partial` and
    /// `tokenize` give NULL.
    func appendFloat(_ bytes: Int, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool
    {
        guard let value = Self.float(bytes, format, cell) else { return false }
        let masked: Double
        switch method {
        case .null, .partial, .tokenize: return false
        case .redact(let text):
            guard NumericCodec.isDecimal(text.span), let fixed = Double(String(decoding: text, as: UTF8.self))
            else {
                return false
            }
            masked = fixed
        case .hash(let key):
            // A whole number that both widths hold exactly.
            masked = Double(hashNumber(key, Array(value.utf8).span) % (bytes == 4 ? 1 << 24 : 1 << 53))
        }
        switch format {
        case .text: out.append(contentsOf: Self.withoutFraction(masked).utf8)
        case .binary where bytes == 4: out.appendBigEndian(Float(masked).bitPattern)
        case .binary: out.appendBigEndian(masked.bitPattern)
        }
        return true
    }

    private static func withoutFraction(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The value in one way of writing, whatever its format; nil when it is none.
    private static func float(_ bytes: Int, _ format: CellFormat, _ cell: Span<UInt8>) -> String? {
        switch format {
        case .text:
            var copy: [UInt8] = []
            copy.append(cell)
            let text = String(decoding: copy, as: UTF8.self)
            return bytes == 4 ? Float(text).map { "\($0)" } : Double(text).map { "\($0)" }
        case .binary:
            guard cell.count == bytes else { return nil }
            return bytes == 4
                ? "\(Float(bitPattern: cell.bigEndianUInt32(at: 0)))"
                : "\(Double(bitPattern: cell.bigEndianUInt64(at: 0)))"
        }
    }

    /// A truth value keeps nothing that a mask could leave: only a fixed `t`, `f`, `true` or `false` keeps the type.
    func appendBoolean(_ format: CellFormat, into out: inout [UInt8]) -> Bool {
        guard case .redact(let text) = method else { return false }
        let isTrue: Bool
        switch String(decoding: text, as: UTF8.self) {
        case "t", "true": isTrue = true
        case "f", "false": isTrue = false
        default: return false
        }
        switch format {
        case .text: out.append(UInt8(ascii: isTrue ? "t" : "f"))
        case .binary: out.append(isTrue ? 1 : 0)
        }
        return true
    }
}
