/// COPY's text format: a line per row, a delimiter between fields, backslash escapes inside them, so that a delimiter or
/// newline that stands bare is one (manual, COPY, "Text Format").
struct CopyTextMasker: CopyFormatMasker {
    private let columns: [ColumnMask]
    private let delimiter: UInt8
    private let null: [UInt8]
    /// The bytes that mean something: delimiter, newline, backslash.
    private let special: [Bool]
    private var isHeader: Bool
    private(set) var maskedCells: [UInt64]

    private var column = 0
    /// `\.` has come: what follows is read by nobody. Noticed where the first column is looked at.
    private var hasEnded = false
    /// Whether the row has begun: a row may have one field, and that may be empty.
    private var isInRow = false
    private var isEscaped = false
    /// The masked field at hand, as it came.
    private var field: [UInt8] = []
    private var isTooLong = false

    init(columns: [ColumnMask], delimiter: UInt8, null: [UInt8], hasHeader: Bool) {
        self.columns = columns
        self.delimiter = delimiter
        self.null = null
        special = (UInt8.min...UInt8.max).map { $0 == delimiter || $0 == 0x0a || $0 == UInt8(ascii: "\\") }
        isHeader = hasHeader
        maskedCells = Array(repeating: 0, count: columns.count)
    }

    var isComplete: Bool { hasEnded || !isInRow && !isEscaped }

    mutating func rewrite(_ data: Span<UInt8>, into out: inout [UInt8]) throws(MaskingFailure) {
        var index = 0
        var copied = 0
        if hasEnded { return out.append(data) }
        while index < data.count {
            let isMasked = !isHeader && column < columns.count && !columns[column].isPassed
            let start = index
            index = endOfField(from: index, data)
            if isMasked {
                out.append(data.extracting(copied..<start))
                copied = index
                hold(data.extracting(start..<index))
            }
            guard index < data.count else {
                isInRow = true
                break
            }
            let isLast = data[index] == 0x0a
            hasEnded = isMasked && column == 0 && isLast && CopyMasker.isEndOfData(field)
            if isMasked { appendField(into: &out) }
            if hasEnded { return out.append(data.extracting(copied..<data.count)) }
            try endField(isLast: isLast)
            index += 1
        }
        out.append(data.extracting(copied..<index))
    }

    /// The delimiter or newline that ends the field, or the end of the data.
    private mutating func endOfField(from start: Int, _ data: Span<UInt8>) -> Int {
        var index = start
        if isEscaped {
            isEscaped = false
            index += 1
        }
        while true {
            index = data.firstIndex(from: index, in: special.span)
            guard index < data.count, data[index] == UInt8(ascii: "\\") else { return index }
            guard index + 1 < data.count else {
                isEscaped = true
                return data.count
            }
            index += 2
        }
    }

    private mutating func hold(_ bytes: Span<UInt8>) {
        isTooLong = isTooLong || bytes.count > CopyMasker.maximumField - field.count
        if !isTooLong { field.append(bytes) }
    }

    private mutating func endField(isLast: Bool) throws(MaskingFailure) {
        guard isLast else {
            column += 1
            isInRow = true
            guard isHeader || column < columns.count else {
                throw .columnCountMismatch(expected: columns.count, found: column + 1)
            }
            return
        }
        guard isHeader || column == max(columns.count - 1, 0) else {
            throw .columnCountMismatch(expected: columns.count, found: column + 1)
        }
        column = 0
        isInRow = false
        isHeader = false
    }

    private mutating func appendField(into out: inout [UInt8]) {
        defer {
            field.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        if !isTooLong, field == null {
            out.append(contentsOf: field)
            return
        }
        var masked: [UInt8] = []
        let outcome =
            isTooLong ? .null : columns[column].rewriteValue(Self.decoded(field).span, into: &masked)
        switch outcome {
        case .same:
            out.append(contentsOf: field)
            return
        case .masked: appendEscaped(masked, into: &out)
        case .null: out.append(contentsOf: null)
        }
        maskedCells[column] &+= 1
    }

    /// Undoes `\b \f \n \r \t \v`, `\digits` (octal), `\xdigits` and `\` before anything else.
    static func decoded(_ field: [UInt8]) -> [UInt8] {
        guard field.contains(UInt8(ascii: "\\")) else { return field }
        var out: [UInt8] = []
        out.reserveCapacity(field.count)
        var index = 0
        while index < field.count {
            let byte = field[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < field.count else {
                out.append(byte)
                continue
            }
            let escaped = field[index]
            index += 1
            switch escaped {
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0c)
            case UInt8(ascii: "n"): out.append(0x0a)
            case UInt8(ascii: "r"): out.append(0x0d)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "v"): out.append(0x0b)
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                var value = UInt32(escaped - 0x30)
                for _ in 0..<2 where index < field.count && (0x30...0x37).contains(field[index]) {
                    value = value << 3 | UInt32(field[index] - 0x30)
                    index += 1
                }
                out.append(UInt8(truncatingIfNeeded: value))
            case UInt8(ascii: "x"):
                guard index < field.count, let first = field[index].hexadecimalValue else {
                    out.append(escaped)
                    continue
                }
                index += 1
                guard index < field.count, let second = field[index].hexadecimalValue else {
                    out.append(first)
                    continue
                }
                index += 1
                out.append(first << 4 | second)
            default: out.append(escaped)
            }
        }
        return out
    }

    /// As `CopyAttributeOutText` does it.
    private func appendEscaped(_ value: [UInt8], into out: inout [UInt8]) {
        for byte in value {
            switch byte {
            case 0x08: out.append(contentsOf: #"\b"#.utf8)
            case 0x0c: out.append(contentsOf: #"\f"#.utf8)
            case 0x0a: out.append(contentsOf: #"\n"#.utf8)
            case 0x0d: out.append(contentsOf: #"\r"#.utf8)
            case 0x09: out.append(contentsOf: #"\t"#.utf8)
            case 0x0b: out.append(contentsOf: #"\v"#.utf8)
            case UInt8(ascii: "\\"), delimiter:
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            default: out.append(byte)
            }
        }
    }
}
