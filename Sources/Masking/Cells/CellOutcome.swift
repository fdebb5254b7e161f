/// What became of one value.
enum CellOutcome: Equatable {
    /// The same bytes were appended.
    case same
    /// Other bytes were appended.
    case masked
    /// The value becomes NULL. What was appended meanwhile is for the caller to take back.
    case null
}

extension ColumnMask {
    /// Appends what stands for the value of `cell`, without any framing.
    func rewriteValue(_ cell: Span<UInt8>, into out: inout [UInt8]) -> CellOutcome {
        switch rule {
        case .pass:
            out.append(cell)
            return .same
        case .mask(let method):
            return ValueMask(method: method).append(kind, format, cell, into: &out) ? .masked : .null
        case .detect(let detectors, let method):
            return DetectingMask(detectors: detectors, method: method).append(kind, format, cell, into: &out)
        case .search(let forms):
            out.append(cell)
            let line = cell.lineRange
            let isFound = forms.contains {
                $0.matches(cell, format)
                    || line.count < cell.count && $0.matches(cell.extracting(line), format)
            }
            return isFound ? .masked : .same
        }
    }
}
