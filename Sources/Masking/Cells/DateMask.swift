extension ValueMask {
    /// Day numbers between which a hashed date falls: 1900-01-01, and so many days of two centuries.
    private static var hashedFrom: Int64 { -36_524 }
    private static var hashedDays: UInt64 { 73_049 }

    func appendDate(_ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        guard let date = Self.date(format, cell), let masked = masked(date, digits: 8) else { return false }
        switch format {
        case .text: masked.appendDate(into: &out)
        case .binary: out.appendBigEndian(Int32(truncatingIfNeeded: masked.days))
        }
        return true
    }

    static func date(_ format: CellFormat, _ cell: Span<UInt8>) -> DateTime? {
        switch format {
        case .text:
            var rest = 0
            let date = DateTime(cell, hasTime: false, rest: &rest)
            return rest == cell.count ? date : nil
        case .binary:
            guard cell.count == 4 else { return nil }
            return DateTime(days: Int(Int32(bitPattern: cell.bigEndianUInt32(at: 0))))
        }
    }

    /// A timestamp with a zone is masked as the instant it is, and written in UTC.
    func appendTimestamp(
        _ hasZone: Bool, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]
    ) -> Bool {
        guard let time = Self.timestamp(hasZone, format, cell), let masked = masked(time, digits: 20) else {
            return false
        }
        switch format {
        case .text:
            masked.appendDateTime(into: &out)
            if hasZone { out.append(contentsOf: "+00".utf8) }
        case .binary: out.appendBigEndian(masked.microseconds)
        }
        return true
    }

    static func timestamp(_ hasZone: Bool, _ format: CellFormat, _ cell: Span<UInt8>) -> DateTime? {
        switch format {
        case .text:
            var rest = 0
            guard let local = DateTime(cell, hasTime: true, rest: &rest) else { return nil }
            guard hasZone else { return rest == cell.count ? local : nil }
            guard let offset = zoneOffset(cell.extracting(rest..<cell.count)) else { return nil }
            return DateTime(microseconds: local.microseconds - offset * 1_000_000)
        case .binary:
            guard cell.count == 8 else { return nil }
            return DateTime(microseconds: Int64(bitPattern: cell.bigEndianUInt64(at: 0)))
        }
    }

    /// `+HH`, `+HH:MM` or `+HH:MM:SS`, east positive, in seconds.
    static func zoneOffset(_ text: Span<UInt8>) -> Int64? {
        guard text.count == 3 || text.count == 6 || text.count == 9 else { return nil }
        guard text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-") else { return nil }
        var seconds: Int64 = 0
        var unit: Int64 = 3_600
        for start in stride(from: 1, to: text.count, by: 3) {
            guard start == 1 || text[start - 1] == UInt8(ascii: ":") else { return nil }
            guard text[start].isDigit, text[start + 1].isDigit else { return nil }
            seconds += unit * Int64((text[start] - 0x30) * 10 + text[start + 1] - 0x30)
            unit /= 60
        }
        return text[0] == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// - Parameter digits: digits of the value as written, year first: what `partial` counts in. A field of which not every
    ///   digit is kept takes its lowest value; a hidden year is 2000, which has every day that another year can have.
    private func masked(_ value: DateTime, digits: Int) -> DateTime? {
        switch method {
        case .null: return nil
        case .redact(let text):
            var rest = 0
            let hasTime = text.count > 10
            let fixed = DateTime(text.span, hasTime: hasTime, rest: &rest)
            return rest == text.count ? fixed : nil
        case .partial(let first, let last):
            guard first + last < digits else {
                return partial(value, digits: digits, keepFirst: 0, keepLast: 0)
            }
            return partial(value, digits: digits, keepFirst: first, keepLast: last)
        case .hash(let key):
            var text: [UInt8] = []
            value.appendDateTime(into: &text)
            let hash = hashNumber(key, text.span)
            let days = Self.hashedFrom + Int64(hash % Self.hashedDays)
            guard digits > 8 else { return DateTime(days: Int(days)) }
            let seconds = Int64((hash >> 32) % 86_400)
            return DateTime(microseconds: days * DateTime.microsecondsPerDay + seconds * 1_000_000)
        case .tokenize(let tokenizer): return tokenizer.dateTime(value)
        }
    }

    private func partial(_ value: DateTime, digits: Int, keepFirst: Int, keepLast: Int) -> DateTime {
        func keeps(_ from: Int, _ count: Int) -> Bool {
            from + count <= keepFirst || from >= digits - keepLast
        }
        var result = value
        if !keeps(0, 4) { result.year = 2000 }
        if !keeps(4, 2) { result.month = 1 }
        if !keeps(6, 2) { result.day = 1 }
        if !keeps(8, 2) { result.hour = 0 }
        if !keeps(10, 2) { result.minute = 0 }
        if !keeps(12, 2) { result.second = 0 }
        if !keeps(14, 6) { result.microsecond = 0 }
        return result
    }
}
