/// A duration: months, days and microseconds, which PostgreSQL keeps apart. Binary has them the other way round, in 8, 4 and 4
/// bytes (`interval_send`). The text is that of IntervalStyle `postgres`, the default, and no other one is read:
/// `1 year 2 mons -3 days +04:05:06.7`.
struct IntervalValue: Equatable {
    var months: Int32 = 0
    var days: Int32 = 0
    var microseconds: Int64 = 0

    init(months: Int32, days: Int32, microseconds: Int64) {
        self.months = months
        self.days = days
        self.microseconds = microseconds
    }

    init?(_ format: CellFormat, _ cell: Span<UInt8>) {
        switch format {
        case .text: self.init(text: cell)
        case .binary:
            guard cell.count == 16 else { return nil }
            self.init(
                months: Int32(bitPattern: cell.bigEndianUInt32(at: 12)),
                days: Int32(bitPattern: cell.bigEndianUInt32(at: 8)),
                microseconds: Int64(bitPattern: cell.bigEndianUInt64(at: 0)))
        }
    }

    private init?(text: Span<UInt8>) {
        var copy: [UInt8] = []
        copy.append(text)
        let words = copy.split(separator: 0x20, omittingEmptySubsequences: false)
        var index = 0
        while index < words.count {
            if words[index].contains(UInt8(ascii: ":")) {
                guard index == words.count - 1, let time = Self.time(words[index]) else { return nil }
                microseconds = time
                return
            }
            guard index + 1 < words.count, let number = Self.number(words[index]) else { return nil }
            let unit = String(decoding: words[index + 1], as: UTF8.self)
            switch unit {
            case "year", "years":
                let (product, overflows) = number.multipliedReportingOverflow(by: 12)
                guard !overflows, months == 0 else { return nil }
                months = product
            case "mon", "mons":
                let (sum, overflows) = months.addingReportingOverflow(number)
                guard !overflows else { return nil }
                months = sum
            case "day", "days": days = number
            default: return nil
            }
            index += 2
        }
        if words.isEmpty { return nil }
    }

    private static func number(_ word: ArraySlice<UInt8>) -> Int32? {
        let unsigned = word.first == UInt8(ascii: "+") ? word.dropFirst() : word
        guard word.count <= 12, let value = IntegerCodec.parse(Array(unsigned).span) else { return nil }
        return Int32(exactly: value)
    }

    /// `[-]H…H:MM:SS[.ffffff]` in microseconds.
    private static func time(_ word: ArraySlice<UInt8>) -> Int64? {
        let isNegative = word.first == UInt8(ascii: "-")
        let unsigned = isNegative || word.first == UInt8(ascii: "+") ? word.dropFirst() : word
        let parts = unsigned.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, (1...10).contains(parts[0].count), parts[1].count == 2 else { return nil }
        let seconds = parts[2].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard seconds.count <= 2, seconds[0].count == 2 else { return nil }
        let fraction = seconds.count == 2 ? Array(seconds[1]) : [0x30]
        guard (1...6).contains(fraction.count) else { return nil }
        let padded = fraction + Array(repeating: 0x30, count: 6 - fraction.count)
        var values: [Int64] = []
        for digits in [Array(parts[0]), Array(parts[1]), Array(seconds[0]), padded] {
            guard digits.allSatisfy(\.isDigit), let value = IntegerCodec.parse(digits.span) else {
                return nil
            }
            values.append(value)
        }
        guard values[1] < 60, values[2] < 60 else { return nil }
        let whole = (values[0] * 60 + values[1]) * 60 + values[2]
        let (product, overflows) = whole.multipliedReportingOverflow(by: 1_000_000)
        let (sum, carries) = product.addingReportingOverflow(values[3])
        if overflows || carries { return nil }
        return isNegative ? -sum : sum
    }

    func append(_ format: CellFormat, into out: inout [UInt8]) {
        switch format {
        case .text: out.append(contentsOf: text.utf8)
        case .binary:
            out.appendBigEndian(microseconds)
            out.appendBigEndian(days)
            out.appendBigEndian(months)
        }
    }

    /// A positive field behind a negative one has its sign (`EncodeInterval`, datetime.c).
    private var text: String {
        var words: [String] = []
        var isBehindNegative = false
        func add(_ number: Int32, _ unit: String) {
            guard number != 0 else { return }
            words.append(
                "\(isBehindNegative && number > 0 ? "+" : "")\(number) \(unit)\(number == 1 ? "" : "s")")
            isBehindNegative = number < 0
        }
        add(months / 12, "year")
        add(months % 12, "mon")
        add(days, "day")
        guard microseconds != 0 || words.isEmpty else { return words.joined(separator: " ") }
        let magnitude = microseconds.magnitude
        let sign = microseconds < 0 ? "-" : isBehindNegative ? "+" : ""
        func padded(_ number: UInt64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var time = [magnitude / 3_600_000_000, magnitude / 60_000_000 % 60, magnitude / 1_000_000 % 60]
            .map { padded($0, 2) }.joined(separator: ":")
        if magnitude % 1_000_000 != 0 {
            time += "." + padded(magnitude % 1_000_000, 6)
            while time.hasSuffix("0") { time.removeLast() }
        }
        words.append(sign + time)
        return words.joined(separator: " ")
    }
}

extension ValueMask {
    /// A hash is of less than ten years of days.
    private static var hashedDays: UInt64 { 3_650 }

    func appendInterval(_ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        guard let value = IntervalValue(format, cell), let masked = masked(interval: value) else {
            return false
        }
        masked.append(format, into: &out)
        return true
    }

    private func masked(interval value: IntervalValue) -> IntervalValue? {
        switch method {
        case .null, .partial: return nil
        case .redact(let text): return IntervalValue(.text, text.span)
        case .hash(let key):
            var written: [UInt8] = []
            value.append(.binary, into: &written)
            let hash = hashNumber(key, written.span)
            return IntervalValue(
                months: 0, days: Int32(truncatingIfNeeded: 1 + (hash >> 32) % Self.hashedDays),
                microseconds: Int64(hash % 86_400) * 1_000_000)
        case .tokenize(let tokenizer): return tokenizer.interval(value)
        }
    }
}
