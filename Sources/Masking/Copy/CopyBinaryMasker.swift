/// COPY's binary format (manual, COPY, "Binary Format"):
///
///     "PGCOPY\n" ff 0d 0a 00   flags (4)   length of the extension (4)   extension
///     then for each row: number of fields (2), and for each field its length (4, -1 for NULL) and its bytes
///     then ff ff
struct CopyBinaryMasker: CopyFormatMasker {
    private enum Position {
        case header
        case extensionBytes(Int)
        case fieldCount
        case fieldLength
        case passedField(Int)
        case maskedField(Int)
        case droppedField(Int)
        case trailer
    }

    private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0]

    private let columns: [ColumnMask]
    private(set) var maskedCells: [UInt64]
    private var position = Position.header
    private var column = 0
    /// A length or count that is not all there, or the masked field at hand.
    private var held: [UInt8] = []

    init(columns: [ColumnMask]) {
        self.columns = columns
        maskedCells = Array(repeating: 0, count: columns.count)
    }

    var isComplete: Bool {
        switch position {
        case .trailer: true
        case .header, .extensionBytes, .fieldCount, .fieldLength, .passedField, .maskedField, .droppedField:
            false
        }
    }

    mutating func rewrite(_ data: Span<UInt8>, into out: inout [UInt8]) throws(MaskingFailure) {
        var index = 0
        while index < data.count {
            switch position {
            case .header:
                guard take(19, data, &index) else { return }
                try header(into: &out)
            case .fieldCount:
                guard take(2, data, &index) else { return }
                try fieldCount(into: &out)
            case .fieldLength:
                guard take(4, data, &index) else { return }
                try fieldLength(into: &out)
            case .extensionBytes(let missing):
                let taken = min(missing, data.count - index)
                out.append(data.extracting(index..<(index + taken)))
                index += taken
                position = taken == missing ? .fieldCount : .extensionBytes(missing - taken)
            case .passedField(let missing):
                let taken = min(missing, data.count - index)
                out.append(data.extracting(index..<(index + taken)))
                index += taken
                if taken == missing { endField() } else { position = .passedField(missing - taken) }
            case .droppedField(let missing):
                let taken = min(missing, data.count - index)
                index += taken
                if taken == missing { endField() } else { position = .droppedField(missing - taken) }
            case .maskedField(let length):
                guard take(length, data, &index) else { return }
                appendField(into: &out)
            case .trailer:
                throw .malformedCopy
            }
        }
    }

    /// Completes `held` to `length` bytes; false when the data ends before.
    private mutating func take(_ length: Int, _ data: Span<UInt8>, _ index: inout Int) -> Bool {
        let taken = min(length - held.count, data.count - index)
        held.append(data.extracting(index..<(index + taken)))
        index += taken
        return held.count == length
    }

    private mutating func header(into out: inout [UInt8]) throws(MaskingFailure) {
        guard held.starts(with: Self.signature) else { throw .malformedCopy }
        // No flag is ours to judge: bit 16 says that rows carry OIDs, the others of the upper half are critical.
        guard held.span.bigEndianUInt32(at: 11) == 0 else { throw .unsupportedCopy }
        let length = Int(held.span.bigEndianUInt32(at: 15))
        guard length <= 1 << 20 else { throw .malformedCopy }
        release(into: &out)
        position = length == 0 ? .fieldCount : .extensionBytes(length)
    }

    private mutating func fieldCount(into out: inout [UInt8]) throws(MaskingFailure) {
        let count = Int16(bitPattern: held.span.bigEndianUInt16(at: 0))
        release(into: &out)
        if count == -1 {
            position = .trailer
            return
        }
        guard Int(count) == columns.count else {
            throw .columnCountMismatch(expected: columns.count, found: Int(count))
        }
        column = 0
        position = columns.isEmpty ? .fieldCount : .fieldLength
    }

    private mutating func fieldLength(into out: inout [UInt8]) throws(MaskingFailure) {
        let length = Int(Int32(bitPattern: held.span.bigEndianUInt32(at: 0)))
        guard length >= -1 else { throw .malformedCopy }
        if length == -1 {
            release(into: &out)
            endField()
        } else if columns[column].isPassed {
            release(into: &out)
            if length == 0 { endField() } else { position = .passedField(length) }
        } else if length > CopyMasker.maximumField {
            held.removeAll(keepingCapacity: true)
            out.appendBigEndian(UInt32.max)
            maskedCells[column] &+= 1
            position = .droppedField(length)
        } else {
            held.removeAll(keepingCapacity: true)
            if length == 0 { appendField(into: &out) } else { position = .maskedField(length) }
        }
    }

    private mutating func appendField(into out: inout [UInt8]) {
        if columns[column].rewriteCell(held.span, into: &out) { maskedCells[column] &+= 1 }
        held.removeAll(keepingCapacity: true)
        endField()
    }

    private mutating func endField() {
        column += 1
        position = column == columns.count ? .fieldCount : .fieldLength
    }

    private mutating func release(into out: inout [UInt8]) {
        out.append(contentsOf: held)
        held.removeAll(keepingCapacity: true)
    }
}
