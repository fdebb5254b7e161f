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
    private var isHeader: Bool
    private(set) var maskedCells: [UInt64]

    private var column = 0
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
        isHeader = hasHeader
        maskedCells = Array(repeating: 0, count: columns.count)
    }

    var isComplete: Bool { !isInRow }

    mutating func rewrite(_ data: Span<UInt8>, into out: inout [UInt8]) throws(MaskingFailure) {
        var copied = 0
        for index in 0..<data.count {
            let byte = data[index]
            let isMasked = !isHeader && column < columns.count && !columns[column].isPassed
            isInRow = true
            if try step(byte, isMasked: isMasked) { continue }
            // The field ends at this delimiter or newline.
            if isMasked {
                appendField(into: &out)
                copied = index
            }
            try endField(isLast: byte == 0x0a)
            let nextIsMasked = !isHeader && column < columns.count && !columns[column].isPassed
            if nextIsMasked {
                out.append(data.extracting(copied..<(index + 1)))
                copied = index + 1
            }
        }
        let isMasked = !isHeader && column < columns.count && !columns[column].isPassed
        if !isMasked { out.append(data.extracting(copied..<data.count)) }
    }

    /// Takes one byte of a field; false when it is the delimiter or newline behind it.
    private mutating func step(_ byte: UInt8, isMasked: Bool) throws(MaskingFailure) -> Bool {
        switch position {
        case .fieldStart where byte == quote:
            wasQuoted = true
            position = .quoted
        case .fieldStart, .unquoted:
            if byte == delimiter || byte == 0x0a { return false }
            // The server quotes every field that holds a quote.
            guard byte != quote else { throw .malformedCopy }
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
            guard byte == quote, escape == quote else { throw .malformedCopy }
            if isMasked { hold(byte) }
            position = .quoted
        }
        return true
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
            guard column < columns.count else {
                throw .columnCountMismatch(expected: columns.count, found: column + 1)
            }
            return
        }
        guard column == max(columns.count - 1, 0) else {
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
