/// Masks the rows of one result: DataRow bodies in, DataRow messages out. One pass; cells that are not masked are copied
/// in runs.
package struct RowMasker: Sendable {
    /// What the pass does with a column's cells; the rest is looked up only for those that need it.
    private enum Step {
        case pass
        /// The length word and the bytes that stand for any cell but NULL.
        case fixed([UInt8])
        case look
    }

    private let columns: [ColumnMask]
    private let steps: [Step]
    /// How many cells of each column were masked so far.
    package private(set) var maskedCells: [UInt64]

    package init(columns: [ColumnMask]) {
        self.columns = columns
        steps = columns.map { column in
            if !column.isMasked { return .pass }
            return column.fixedCell.map(Step.fixed) ?? .look
        }
        maskedCells = Array(repeating: 0, count: columns.count)
    }

    /// Whether any column is masked: without one, rows need not come here.
    package var isNeeded: Bool { columns.contains(where: \.isMasked) }

    /// For one row that is not held: its body comes in parts.
    package func largeRow(bodyLength: Int) -> LargeRowMasker {
        LargeRowMasker(columns: columns, bodyLength: bodyLength)
    }

    /// The row has ended: what was masked in it counts.
    package mutating func add(_ row: LargeRowMasker) {
        for (index, count) in row.maskedCells.enumerated() { maskedCells[index] &+= count }
    }

    /// Appends the whole DataRow message, type byte and length included, that stands for the row of `body`. On failure
    /// nothing is appended.
    package mutating func rewrite(_ body: Span<UInt8>, into out: inout [UInt8]) throws(MaskingFailure) {
        let start = out.count
        do throws(MaskingFailure) {
            out.append(UInt8(ascii: "D"))
            out.appendBigEndian(UInt32(0))
            try rewriteCells(body, into: &out)
            out.setBigEndian(UInt32(truncatingIfNeeded: out.count - start - 1), at: start + 1)
        } catch {
            out.removeSubrange(start...)
            throw error
        }
    }

    private mutating func rewriteCells(_ body: Span<UInt8>, into out: inout [UInt8]) throws(MaskingFailure) {
        guard body.count >= 2 else { throw .malformedRow }
        let count = Int(body.bigEndianUInt16(at: 0))
        guard count == columns.count else {
            throw .columnCountMismatch(expected: columns.count, found: count)
        }
        var offset = 2
        var copied = 0
        for index in 0..<count {
            guard body.count - offset >= 4 else { throw .malformedRow }
            let word = Int32(bitPattern: body.bigEndianUInt32(at: offset))
            guard word >= -1, word == -1 || Int(word) <= body.count - offset - 4 else { throw .malformedRow }
            let end = offset + 4 + max(0, Int(word))
            if word >= 0 {
                switch steps[index] {
                case .pass: break
                case .fixed(let cell):
                    out.append(body.extracting(copied..<offset))
                    out.append(contentsOf: cell)
                    maskedCells[index] &+= 1
                    copied = end
                case .look:
                    out.append(body.extracting(copied..<offset))
                    if columns[index].rewriteCell(body.extracting((offset + 4)..<end), into: &out) {
                        maskedCells[index] &+= 1
                    }
                    copied = end
                }
            }
            offset = end
        }
        guard offset == body.count else { throw .malformedRow }
        out.append(body.extracting(copied..<offset))
    }
}

extension ColumnMask {
    /// The length word and the bytes that stand for every cell but NULL, when they are always the same.
    fileprivate var fixedCell: [UInt8]? {
        guard case .mask(let method) = rule else { return nil }
        switch (method, kind) {
        case (.null, _): return [0xff, 0xff, 0xff, 0xff]
        case (.redact(let text), .text):
            var cell: [UInt8] = []
            cell.appendBigEndian(UInt32(truncatingIfNeeded: text.count))
            return cell + text
        default: return nil
        }
    }

    /// Appends the length word and the bytes that stand for `cell`; says whether they are others than the cell's.
    func rewriteCell(_ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        let start = out.count
        out.appendBigEndian(UInt32(0))
        let outcome = rewriteValue(cell, into: &out)
        guard outcome != .null else {
            out.removeSubrange((start + 4)...)
            out.setBigEndian(UInt32.max, at: start)
            return true
        }
        out.setBigEndian(UInt32(truncatingIfNeeded: out.count - start - 4), at: start)
        return outcome == .masked
    }
}
