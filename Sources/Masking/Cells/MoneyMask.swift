/// `money`: in binary a count of the smallest unit in eight bytes (`cash_send`). Its text is written by `lc_monetary`, so only
/// digits are exchanged in it, and masks that would change how many there are give NULL.
///
///     00 00 00 00 00 01 e2 40      $1,234.56
extension ValueMask {
    func appendMoney(_ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        let codec = IntegerCodec(bytes: 8, isSigned: true)
        guard let value = format == .text ? Self.money(cell) : codec.decode(.binary, cell),
            let masked = masked(money: value)
        else { return false }
        if format == .binary { return codec.append(masked, .binary, into: &out) }
        let digits = Array(String(masked.magnitude).utf8)
        let places = cell.indices.count { cell[$0].isDigit }
        guard digits.count <= places else { return false }
        var next = (Array(repeating: 0x30, count: places - digits.count) + digits).makeIterator()
        for index in cell.indices {
            out.append(cell[index].isDigit ? next.next() ?? 0x30 : cell[index])
        }
        return true
    }

    /// The digits, and a minus or parentheses for what is below 0.
    private static func money(_ cell: Span<UInt8>) -> Int64? {
        var text: [UInt8] = []
        for index in cell.indices where cell[index].isDigit { text.append(cell[index]) }
        for index in cell.indices where cell[index] == UInt8(ascii: "-") || cell[index] == UInt8(ascii: "(") {
            text.insert(UInt8(ascii: "-"), at: 0)
            break
        }
        return IntegerCodec.parse(text.span)
    }

    private func masked(money value: Int64) -> Int64? {
        guard value != .min else { return nil }
        let digits = Array(String(value.magnitude).utf8)
        let magnitude: Int64?
        switch method {
        case .null, .redact: return nil
        case .partial(let first, let last):
            magnitude = IntegerCodec.parse(
                PartialDigits(keepFirst: first, keepLast: last).masked(digits).span)
        case .hash(let key):
            // As many digits: 19 of them might not fit.
            guard digits.count < 19 else { return nil }
            let lowest = (1..<digits.count).reduce(UInt64(1)) { power, _ in power * 10 }
            magnitude = Int64(lowest + hashNumber(key, Array(String(value).utf8).span) % (9 * lowest))
        case .tokenize(let tokenizer): return tokenizer.integer(value)
        }
        return magnitude.map { value < 0 ? -$0 : $0 }
    }
}
