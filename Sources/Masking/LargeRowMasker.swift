/// Masks one row that is too large to be held: the bytes of a DataRow body in as they come, those of another body out.
///
/// A row's length goes before it, so nothing can leave before it is known how long all of it will be: that is `bodyLength`,
/// known as soon as no masked cell is still to come. Until then what comes out is for the caller to keep.
package struct LargeRowMasker: Sendable {
    private enum Position {
        case count
        case length
        case passed(Int)
        case held(Int)
        case dropped(Int)
    }

    /// A cell that is looked at is held up to here. Beyond it a fixed text takes its place where that is the mask, else NULL.
    package static let maximumCell = 8 << 20

    private let columns: [ColumnMask]
    private let lastMasked: Int
    /// Bytes of the body that are still to come, and bytes of the other one so far.
    private var missing: Int
    private var written = 0
    private var position = Position.count
    private var column = 0
    /// A count or a length that is not all there, or the cell at hand.
    private var held: [UInt8] = []
    private(set) var maskedCells: [UInt64]

    init(columns: [ColumnMask], bodyLength: Int) {
        self.columns = columns
        lastMasked = columns.lastIndex(where: \.isMasked) ?? -1
        missing = bodyLength
        maskedCells = Array(repeating: 0, count: columns.count)
    }

    /// The length of the whole body that comes out.
    package var bodyLength: Int? { isPassing ? written + missing : nil }

    /// Nothing changes any more: what is still to come goes out as it is.
    private var isPassing: Bool {
        if case .count = position { return false }
        return column > lastMasked
    }

    /// Appends what stands for the next bytes of the body. On failure the row cannot go on.
    package mutating func rewrite(_ data: Span<UInt8>, into out: inout [UInt8]) throws(MaskingFailure) {
        guard data.count <= missing else { throw .malformedRow }
        missing -= data.count
        let start = out.count
        var index = 0
        while index < data.count {
            switch position {
            case .count:
                guard take(2, data, &index) else { break }
                try count(into: &out)
            case .length:
                guard column < columns.count else { throw .malformedRow }
                guard take(4, data, &index) else { break }
                try length(missing: data.count - index + missing, into: &out)
            case .passed(let left):
                let taken = min(left, data.count - index)
                out.append(data.extracting(index..<(index + taken)))
                index += taken
                if taken == left { endCell() } else { position = .passed(left - taken) }
            case .dropped(let left):
                let taken = min(left, data.count - index)
                index += taken
                if taken == left { endCell() } else { position = .dropped(left - taken) }
            case .held(let length):
                guard take(length, data, &index) else { break }
                mask(into: &out)
            }
        }
        written += out.count - start
    }

    /// Throws unless the cells ended where the body did.
    package func finish() throws(MaskingFailure) {
        guard missing == 0, column == columns.count, case .length = position else { throw .malformedRow }
    }

    /// Completes `held` to `length` bytes; false when the data ends before.
    private mutating func take(_ length: Int, _ data: Span<UInt8>, _ index: inout Int) -> Bool {
        let taken = min(length - held.count, data.count - index)
        held.append(data.extracting(index..<(index + taken)))
        index += taken
        return held.count == length
    }

    private mutating func count(into out: inout [UInt8]) throws(MaskingFailure) {
        let count = Int(held.span.bigEndianUInt16(at: 0))
        guard count == columns.count else {
            throw .columnCountMismatch(expected: columns.count, found: count)
        }
        release(into: &out)
        position = .length
    }

    private mutating func length(missing: Int, into out: inout [UInt8]) throws(MaskingFailure) {
        let length = Int(Int32(bitPattern: held.span.bigEndianUInt32(at: 0)))
        guard length >= -1, length <= missing else { throw .malformedRow }
        if length <= 0 || !columns[column].isMasked {
            if length == 0, columns[column].isMasked {
                held.removeAll(keepingCapacity: true)
                return mask(into: &out)
            }
            release(into: &out)
            if length <= 0 { endCell() } else { position = .passed(length) }
        } else if length > Self.maximumCell {
            held.removeAll(keepingCapacity: true)
            columns[column].appendReplacement(into: &out)
            maskedCells[column] &+= 1
            position = .dropped(length)
        } else {
            held.removeAll(keepingCapacity: true)
            position = .held(length)
        }
    }

    private mutating func mask(into out: inout [UInt8]) {
        if columns[column].rewriteCell(held.span, into: &out) { maskedCells[column] &+= 1 }
        held.removeAll(keepingCapacity: true)
        endCell()
    }

    private mutating func endCell() {
        column += 1
        position = .length
    }

    private mutating func release(into out: inout [UInt8]) {
        out.append(contentsOf: held)
        held.removeAll(keepingCapacity: true)
    }
}

extension ColumnMask {
    /// Appends the length word and bytes that stand for a cell that was not looked at.
    func appendReplacement(into out: inout [UInt8]) {
        if case .mask(.redact(let text)) = rule, kind == .text {
            out.appendBigEndian(UInt32(truncatingIfNeeded: text.count))
            out.append(contentsOf: text)
        } else {
            out.appendBigEndian(UInt32.max)
        }
    }
}
