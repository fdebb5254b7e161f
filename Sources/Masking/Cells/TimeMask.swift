/// A time of day without a date, in microseconds since midnight: `time`, and `timetz` with its offset, which stays. Binary is
/// a word of eight bytes, and for `timetz` the seconds west of Greenwich in four (`time_send`, `timetz_send`).
extension ValueMask {
    func appendTime(
        _ hasZone: Bool, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]
    ) -> Bool {
        let length = format == .binary ? 8 : Self.lengthOfTime(cell)
        guard cell.count >= length, Self.isZone(hasZone, format, cell.extracting(length..<cell.count)),
            let time = Self.time(format, cell.extracting(0..<length)), let masked = masked(time: time)
        else { return false }
        switch format {
        case .text: masked.appendTime(into: &out)
        case .binary: out.appendBigEndian(masked.microseconds)
        }
        out.append(cell.extracting(length..<cell.count))
        return true
    }

    /// Whether what stands behind a time is its offset, or nothing where it has none.
    private static func isZone(_ hasZone: Bool, _ format: CellFormat, _ rest: Span<UInt8>) -> Bool {
        guard hasZone else { return rest.count == 0 }
        return format == .text ? zoneOffset(rest) != nil : rest.count == 4
    }

    /// Up to the sign of an offset.
    private static func lengthOfTime(_ cell: Span<UInt8>) -> Int {
        for index in cell.indices where cell[index] == UInt8(ascii: "+") || cell[index] == UInt8(ascii: "-") {
            return index
        }
        return cell.count
    }

    /// On the first day of the binary formats; nil for 24:00:00, which no other time can be told from.
    private static func time(_ format: CellFormat, _ cell: Span<UInt8>) -> DateTime? {
        switch format {
        case .text:
            var text = Array("2000-01-01 ".utf8)
            text.append(cell)
            var rest = 0
            let time = DateTime(text.span, hasTime: true, rest: &rest)
            return rest == text.count ? time : nil
        case .binary:
            guard cell.count == 8 else { return nil }
            let microseconds = Int64(bitPattern: cell.bigEndianUInt64(at: 0))
            guard (0..<DateTime.microsecondsPerDay).contains(microseconds) else { return nil }
            return DateTime(microseconds: microseconds)
        }
    }

    /// `partial` counts the digits of hours, minutes and seconds; a field of which one is hidden becomes 0.
    private func masked(time value: DateTime) -> DateTime? {
        switch method {
        case .null: return nil
        case .redact(let text): return Self.time(.text, text.span)
        case .partial(let first, let last):
            let hidesAll = first + last >= 6
            func keeps(_ from: Int) -> Bool { !hidesAll && (from + 2 <= first || from >= 6 - last) }
            var result = value
            if !keeps(0) { result.hour = 0 }
            if !keeps(2) { result.minute = 0 }
            if !keeps(4) { result.second = 0 }
            result.microsecond = 0
            return result
        case .hash(let key):
            var text: [UInt8] = []
            value.appendTime(into: &text)
            return DateTime(microseconds: Int64(hashNumber(key, text.span) % 86_400) * 1_000_000)
        case .tokenize(let tokenizer): return tokenizer.timeOfDay(value)
        }
    }
}
