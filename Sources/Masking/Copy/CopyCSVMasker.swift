/// COPY's csv format: fields that may stand in quotes as a whole, and then hold delimiters and newlines; NULL is an
/// unquoted null string (manual, COPY, "CSV Format").
struct CopyCSVMasker: CopyFormatMasker {
    private enum Position {
        case fieldStart
        case unquoted
        case quoted
        /// Behind a byte in quotes that ends them, or stands before a literal quote.
        case behindQuote
        /// Behind an escape character other than the quote.
        case behindEscape
    }

    private let columns: [ColumnMask]
    private let delimiter: UInt8
    private let null: [UInt8]
    private let quote: UInt8
    private let escape: UInt8
    /// The bytes that can mean something: delimiter, newline, quote, escape.
    private let special: [Bool]
    private var isHeader: Bool
    private(set) var maskedCells: [UInt64]

    private var column = 0
    /// As in the text format.
    private var hasEnded = false
    private var position = Position.fieldStart
    private var isInRow = false
    private var wasQuoted = false
    /// The masked field at hand, decoded.
    private var field: [UInt8] = []
    private var isTooLong = false

    init(columns: [ColumnMask], delimiter: UInt8, null: [UInt8], hasHeader: Bool, quote: UInt8, escape: UInt8)
    {
        self.columns = columns
        self.delimiter = delimiter
        self.null = null
        self.quote = quote
        self.escape = escape
        special = (UInt8.min...UInt8.max).map { $0 == delimiter || $0 == 0x0a || $0 == quote || $0 == escape }
        isHeader = hasHeader
        maskedCells = Array(repeating: 0, count: columns.count)
    }

    var isComplete: Bool { hasEnded || !isInRow }

    private var isMasked: Bool { !isHeader && column < columns.count && !columns[column].isPassed }

    mutating func rewrite(_ data: Span<UInt8>, into out: inout [UInt8]) throws(MaskingFailure) {
        var index = 0
        var copied = 0
        if hasEnded { return out.append(data) }
        while index < data.count {
            let isMasked = isMasked
            let plain = skipPlain(from: index, data)
            if isMasked { hold(data.extracting(index..<plain)) }
            index = plain
            guard index < data.count else {
                isInRow = true
                break
            }
            let byte = data[index]
            index += 1
            if step(byte, isMasked: isMasked) {
                isInRow = true
                continue
            }
            // The field ends at this delimiter or newline, which goes with what follows.
            if isMasked {
                hasEnded = column == 0 && byte == 0x0a && !wasQuoted && CopyMasker.isEndOfData(field)
                appendField(into: &out)
                copied = index - 1
                if hasEnded { return out.append(data.extracting(copied..<data.count)) }
            }
            try endField(isLast: byte == 0x0a)
            if self.isMasked {
                out.append(data.extracting(copied..<index))
                copied = index
            }
        }
        if !isMasked { out.append(data.extracting(copied..<data.count)) }
    }

    /// Steps over bytes that change nothing, inside a field that has begun.
    private mutating func skipPlain(from start: Int, _ data: Span<UInt8>) -> Int {
        switch position {
        case .fieldStart, .behindQuote, .behindEscape: start
        case .unquoted, .quoted: data.firstIndex(from: start, in: special.span)
        }
    }

    /// Takes one byte of a field; false when it is the delimiter or newline behind it.
    private mutating func step(_ byte: UInt8, isMasked: Bool) -> Bool {
        switch position {
        case .fieldStart where byte == quote, .unquoted where byte == quote:
            // The server quotes whole fields; what clients write may be quoted in part.
            wasQuoted = true
            position = .quoted
        case .fieldStart, .unquoted:
            if byte == delimiter || byte == 0x0a { return false }
            position = .unquoted
            if isMasked { hold(byte) }
        case .quoted:
            if byte == escape, escape != quote {
                position = .behindEscape
            } else if byte == quote {
                position = .behindQuote
            } else if isMasked {
                hold(byte)
            }
        case .behindEscape:
            // An escape stands for itself unless a quote or an escape follows.
            if isMasked {
                if byte != quote && byte != escape { hold(escape) }
                hold(byte)
            }
            position = .quoted
        case .behindQuote:
            if byte == delimiter || byte == 0x0a { return false }
            if isMasked, byte != quote || escape == quote { hold(byte) }
            position = byte == quote ? .quoted : .unquoted
        }
        return true
    }

    private mutating func hold(_ bytes: Span<UInt8>) {
        isTooLong = isTooLong || bytes.count > CopyMasker.maximumField - field.count
        if !isTooLong { field.append(bytes) }
    }

    private mutating func hold(_ byte: UInt8) {
        if field.count < CopyMasker.maximumField { field.append(byte) } else { isTooLong = true }
    }

    private mutating func endField(isLast: Bool) throws(MaskingFailure) {
        position = .fieldStart
        wasQuoted = false
        field.removeAll(keepingCapacity: true)
        isTooLong = false
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
        if !isTooLong, !wasQuoted, field == null {
            out.append(contentsOf: null)
            return
        }
        var masked: [UInt8] = []
        let outcome = isTooLong ? .null : columns[column].rewriteValue(field.span, into: &masked)
        if outcome == .null {
            out.append(contentsOf: null)
        } else {
            appendQuoted(masked, into: &out)
        }
        if outcome != .same { maskedCells[column] &+= 1 }
    }

    private func appendQuoted(_ value: [UInt8], into out: inout [UInt8]) {
        let needsQuotes =
            wasQuoted || value == null || (columns.count == 1 && value == Array(#"\."#.utf8))
            || value.contains { $0 == delimiter || $0 == quote || $0 == 0x0a || $0 == 0x0d }
        guard needsQuotes else {
            out.append(contentsOf: value)
            return
        }
        out.append(quote)
        for byte in value {
            if byte == quote || byte == escape { out.append(escape) }
            out.append(byte)
        }
        out.append(quote)
    }
}
