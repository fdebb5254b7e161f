/// Ranges and multiranges of numbers, dates and timestamps: each bound is masked as what it is. Bounds that have changed their
/// order change places, and two that have become one are a range of that value alone.
extension ValueMask {
    func appendRange(
        _ bound: ValueKind, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]
    ) -> Bool {
        guard let range = RangeValue(format, cell), let masked = masked(range, bound, format) else {
            return false
        }
        masked.append(format, into: &out)
        return true
    }

    /// In text `{[1,5),[7,9)}`, in binary the number of ranges, then each with its length (`multirange_send`). The server puts
    /// ranges in order by itself.
    func appendMultirange(
        _ bound: ValueKind, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]
    ) -> Bool {
        switch format {
        case .text: appendMultirangeText(bound, cell, into: &out)
        case .binary: appendMultirangeBinary(bound, cell, into: &out)
        }
    }

    private func appendMultirangeText(_ bound: ValueKind, _ cell: Span<UInt8>, into out: inout [UInt8])
        -> Bool
    {
        guard cell.count >= 2, cell[0] == UInt8(ascii: "{"), cell[cell.count - 1] == UInt8(ascii: "}") else {
            return false
        }
        out.append(UInt8(ascii: "{"))
        var index = 1
        while index < cell.count - 1 {
            if index > 1 {
                guard cell[index] == UInt8(ascii: ",") else { return false }
                out.append(UInt8(ascii: ","))
                index += 1
            }
            guard let range = RangeValue(text: cell, at: &index), let masked = masked(range, bound, .text)
            else {
                return false
            }
            masked.append(.text, into: &out)
        }
        out.append(UInt8(ascii: "}"))
        return index == cell.count - 1
    }

    private func appendMultirangeBinary(_ bound: ValueKind, _ cell: Span<UInt8>, into out: inout [UInt8])
        -> Bool
    {
        guard cell.count >= 4 else { return false }
        let count = Int(cell.bigEndianUInt32(at: 0))
        guard count <= (cell.count - 4) / 5 else { return false }
        out.append(cell.extracting(0..<4))
        var offset = 4
        for _ in 0..<count {
            let outcome = out.appendLengthPrefixed(of: cell, at: &offset) { range, out in
                appendRange(bound, .binary, range, into: &out) ? .masked : .null
            }
            guard outcome == .masked else { return false }
        }
        return offset == cell.count
    }

    private func masked(_ range: RangeValue, _ kind: ValueKind, _ format: CellFormat) -> RangeValue? {
        func masked(_ bound: [UInt8]) -> [UInt8]? {
            var out: [UInt8] = []
            return append(kind, format, bound.span, into: &out) ? out : nil
        }
        var result = range
        if let lower = range.lower {
            guard let bound = masked(lower) else { return nil }
            result.lower = bound
        }
        if let upper = range.upper {
            guard let bound = masked(upper) else { return nil }
            result.upper = bound
        }
        guard let lower = result.lower, let upper = result.upper else { return result }
        guard let first = BoundOrder(kind, format, lower.span),
            let second = BoundOrder(kind, format, upper.span)
        else { return nil }
        if first.isAfter(second) {
            swap(&result.lower, &result.upper)
        } else if !second.isAfter(first) {
            result.includesLower = true
            result.includesUpper = true
        }
        return result
    }
}

extension ValueKind {
    /// Whether ranges of it can be masked: its values have an order that is known here.
    package var hasOrder: Bool {
        switch self {
        case .integer, .numeric, .date, .timestamp: true
        default: false
        }
    }
}

/// Where a bound stands among others of its kind.
private enum BoundOrder {
    case number(Int64)
    /// A text that `NumericCodec.isDecimal`.
    case decimal([UInt8])

    init?(_ kind: ValueKind, _ format: CellFormat, _ cell: Span<UInt8>) {
        let number: Int64?
        switch kind {
        case .integer(let bytes, let isSigned):
            number = IntegerCodec(bytes: bytes, isSigned: isSigned).decode(format, cell)
        case .date: number = ValueMask.date(format, cell)?.microseconds
        case .timestamp(let hasZone): number = ValueMask.timestamp(hasZone, format, cell)?.microseconds
        case .numeric:
            guard let text = NumericCodec.text(of: cell, format) else { return nil }
            self = .decimal(text)
            return
        default: number = nil
        }
        guard let number else { return nil }
        self = .number(number)
    }

    func isAfter(_ other: BoundOrder) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)): left > right
        case (.decimal(let left), .decimal(let right)): Self.isGreater(left, right)
        case (.number, .decimal), (.decimal, .number): false
        }
    }

    private static func isGreater(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let (first, second) = (Decimal(left), Decimal(right))
        if first.isNegative != second.isNegative { return second.isNegative }
        let (greater, lesser) = first.isNegative ? (second, first) : (first, second)
        if greater.whole.count != lesser.whole.count { return greater.whole.count > lesser.whole.count }
        return lesser.digits.lexicographicallyPrecedes(greater.digits)
    }

    /// Without zeros at either end; 0 is not negative.
    private struct Decimal {
        let isNegative: Bool
        let whole: [UInt8]
        let digits: [UInt8]

        init(_ text: [UInt8]) {
            let unsigned = text.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
            let parts = unsigned.split(
                separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
            whole = Array((parts.first ?? []).drop { $0 == 0x30 })
            var fraction = Array(parts.dropFirst().first ?? [])
            while fraction.last == 0x30 { fraction.removeLast() }
            digits = whole + fraction
            isNegative = !digits.isEmpty && unsigned.count < text.count
        }
    }
}
