/// numeric in binary format (src/backend/utils/adt/numeric.c, `numeric_send`): number of base-10000 digits, weight of
/// the first one, sign, display scale, digits; each 16 bits.
///
///     00 02  00 00  00 00  00 02  00 01  0d 48      1.34: weight 0, scale 2, digits 1 and 3400
struct NumericCodec {
    private static let negative: UInt16 = 0x4000
    /// `NUMERIC_MAX_PRECISION` and more: the longest text that is worth masking digit by digit.
    private static let maximumText = 4_096

    /// The decimal text, as the server writes it; nil for NaN and infinities, which hide nothing and mask to NULL.
    static func text(ofBinary cell: Span<UInt8>) -> [UInt8]? {
        guard cell.count >= 8 else { return nil }
        let count = Int(cell.bigEndianUInt16(at: 0))
        let weight = Int(Int16(bitPattern: cell.bigEndianUInt16(at: 2)))
        let sign = cell.bigEndianUInt16(at: 4)
        let scale = Int(cell.bigEndianUInt16(at: 6))
        guard cell.count == 8 + 2 * count, sign == 0 || sign == negative, scale <= maximumText else {
            return nil
        }
        guard abs(weight) <= maximumText / 4 else { return nil }
        func digit(_ index: Int) -> UInt16? {
            guard index >= 0, index < count else { return 0 }
            let digit = cell.bigEndianUInt16(at: 8 + 2 * index)
            return digit < 10_000 ? digit : nil
        }
        var text: [UInt8] = sign == negative ? [UInt8(ascii: "-")] : []
        if weight < 0 { text.append(UInt8(ascii: "0")) }
        if weight >= 0 {
            for index in 0...weight {
                guard let digit = digit(index) else { return nil }
                if index == 0 {
                    text.append(contentsOf: String(digit).utf8)
                } else {
                    appendGroup(digit, into: &text)
                }
            }
        }
        guard scale > 0 else { return text }
        text.append(UInt8(ascii: "."))
        let fraction = text.count
        for group in 0..<((scale + 3) / 4) {
            guard let digit = digit(weight + 1 + group) else { return nil }
            appendGroup(digit, into: &text)
        }
        text.removeSubrange((fraction + scale)...)
        return text
    }

    /// The decimal text in either format; nil for what is no number of digits.
    static func text(of cell: Span<UInt8>, _ format: CellFormat) -> [UInt8]? {
        switch format {
        case .text:
            guard isDecimal(cell) else { return nil }
            var copy: [UInt8] = []
            copy.append(cell)
            return copy
        case .binary: return text(ofBinary: cell)
        }
    }

    private static func appendGroup(_ digit: UInt16, into text: inout [UInt8]) {
        for divisor: UInt16 in [1_000, 100, 10, 1] { text.append(UInt8(digit / divisor % 10) + 0x30) }
    }

    /// Whether it is an optional minus, digits, and perhaps a point with digits behind it.
    static func isDecimal(_ text: Span<UInt8>) -> Bool {
        guard text.count <= maximumText else { return false }
        var index = text.count > 0 && text[0] == UInt8(ascii: "-") ? 1 : 0
        var digits = 0
        while index < text.count, text[index].isDigit {
            index += 1
            digits += 1
        }
        guard digits > 0 else { return false }
        if index == text.count { return true }
        guard text[index] == UInt8(ascii: ".") else { return false }
        index += 1
        guard index < text.count else { return false }
        while index < text.count {
            guard text[index].isDigit else { return false }
            index += 1
        }
        return true
    }

    /// Appends the binary format of a text that `isDecimal`.
    static func appendBinary(_ text: [UInt8], into out: inout [UInt8]) {
        let isNegative = text.first == UInt8(ascii: "-")
        let unsigned = isNegative ? text[1...] : text[...]
        let point = unsigned.firstIndex(of: UInt8(ascii: ".")) ?? unsigned.endIndex
        var whole = Array(unsigned[..<point])
        var fraction = Array(unsigned[point...].dropFirst())
        let scale = fraction.count
        whole.insert(contentsOf: Array(repeating: 0x30, count: (4 - whole.count % 4) % 4), at: 0)
        fraction.append(contentsOf: Array(repeating: 0x30, count: (4 - fraction.count % 4) % 4))
        let digits = whole + fraction
        var groups = stride(from: 0, to: digits.count, by: 4).map { start in
            digits[start..<(start + 4)].reduce(UInt16(0)) { 10 * $0 + UInt16($1 - 0x30) }
        }
        var weight = whole.count / 4 - 1
        while let first = groups.first, first == 0 {
            groups.removeFirst()
            weight -= 1
        }
        while let last = groups.last, last == 0 { groups.removeLast() }
        if groups.isEmpty { weight = 0 }
        out.appendBigEndian(UInt16(truncatingIfNeeded: groups.count))
        out.appendBigEndian(Int16(truncatingIfNeeded: weight))
        out.appendBigEndian(isNegative && !groups.isEmpty ? negative : 0)
        out.appendBigEndian(UInt16(truncatingIfNeeded: scale))
        for group in groups { out.appendBigEndian(group) }
    }
}

extension ValueMask {
    func appendNumeric(_ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        guard let text = NumericCodec.text(of: cell, format) else { return false }
        let masked: [UInt8]
        switch method {
        case .null: return false
        case .redact(let fixed):
            guard NumericCodec.isDecimal(fixed.span) else { return false }
            masked = fixed
        case .partial(let first, let last):
            masked = PartialDigits(keepFirst: first, keepLast: last).masked(text)
        case .hash(let key): masked = Array(String(hashNumber(key, text.span) % 1_000_000_000_000_000).utf8)
        case .tokenize(let tokenizer):
            guard let token = tokenizer.numeric(text) else { return false }
            masked = token
        }
        switch format {
        case .text: out.append(contentsOf: masked)
        case .binary: NumericCodec.appendBinary(masked, into: &out)
        }
        return true
    }
}
