/// Walks the elements of an array and puts others in their place. NULL elements, dimensions and bounds stay; an element
/// for which `transform` answers `null` becomes NULL. What is no array becomes NULL as a whole.
struct ArrayRewriter {
    /// `MAXDIM` of src/include/utils/array.h.
    private static let maximumDimensions = 6

    let element: ValueKind
    let elementType: UInt32
    let format: CellFormat

    typealias Transform = (Span<UInt8>, inout [UInt8]) -> CellOutcome

    func rewrite(_ cell: Span<UInt8>, into out: inout [UInt8], _ transform: Transform) -> CellOutcome {
        let start = out.count
        let outcome =
            switch format {
            case .text: rewriteText(cell, into: &out, transform)
            case .binary: rewriteBinary(cell, into: &out, transform)
            }
        if outcome == .same {
            // Elements may be quoted in more than one way: the array as it came.
            out.removeSubrange(start...)
            out.append(cell)
        }
        return outcome
    }

    /// `{a,"b c",NULL}`, nested for more dimensions, perhaps with bounds in front: `[2:3]={a,b}` (manual, 8.15.6).
    private func rewriteText(_ cell: Span<UInt8>, into out: inout [UInt8], _ transform: Transform)
        -> CellOutcome
    {
        var index = 0
        if cell.count > 0, cell[0] == UInt8(ascii: "[") {
            while index < cell.count, cell[index] != UInt8(ascii: "=") {
                guard cell[index].isDigit || Self.isBoundsPunctuation(cell[index]) else { return .null }
                index += 1
            }
            guard index < cell.count, cell[index - 1] == UInt8(ascii: "]") else { return .null }
            index += 1
            out.append(cell.extracting(0..<index))
        }
        var depth = 0
        var expects = Expectation.first
        var outcome = CellOutcome.same
        var value: [UInt8] = []
        while index < cell.count {
            switch cell[index] {
            case UInt8(ascii: "{"):
                depth += 1
                guard depth <= Self.maximumDimensions, expects != .separator else { return .null }
                expects = .first
                out.append(cell[index])
                index += 1
            case UInt8(ascii: "}"):
                depth -= 1
                guard depth >= 0, expects != .next else { return .null }
                expects = .separator
                out.append(cell[index])
                index += 1
                if depth == 0 { return index == cell.count ? outcome : .null }
            case UInt8(ascii: ","):
                guard depth > 0, expects == .separator else { return .null }
                expects = .next
                out.append(cell[index])
                index += 1
            default:
                guard depth > 0, expects != .separator else { return .null }
                expects = .separator
                value.removeAll(keepingCapacity: true)
                guard let isQuoted = Self.readElement(cell, &index, into: &value) else { return .null }
                if !isQuoted, Self.isNull(value) {
                    out.append(contentsOf: value)
                    continue
                }
                if append(textElement: value, into: &out, transform) { outcome = .masked }
            }
        }
        return .null
    }

    /// What may come next in the text of an array.
    private enum Expectation {
        /// Behind an opening brace: a value, or the closing one.
        case first
        /// Behind a comma: a value.
        case next
        /// Behind a value: a comma, or a closing brace.
        case separator
    }

    private static func isBoundsPunctuation(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }

    private static func isNull(_ value: [UInt8]) -> Bool {
        value.count == 4 && zip(value, "null".utf8).allSatisfy { $0 | 0x20 == $1 }
    }

    /// Reads one element, decoded; tells whether it was quoted, nil when it is malformed.
    private static func readElement(_ cell: Span<UInt8>, _ index: inout Int, into value: inout [UInt8])
        -> Bool?
    {
        let isQuoted = cell[index] == UInt8(ascii: "\"")
        if isQuoted { index += 1 }
        while index < cell.count {
            let byte = cell[index]
            if byte == UInt8(ascii: "\\") {
                guard index + 1 < cell.count else { return nil }
                value.append(cell[index + 1])
                index += 2
                continue
            }
            if isQuoted, byte == UInt8(ascii: "\"") {
                index += 1
                return true
            }
            if !isQuoted {
                if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") {
                    return value.isEmpty ? nil : false
                }
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "\"") { return nil }
            }
            value.append(byte)
            index += 1
        }
        return nil
    }

    private func append(textElement value: [UInt8], into out: inout [UInt8], _ transform: Transform) -> Bool {
        var masked: [UInt8] = []
        let outcome = transform(value.span, &masked)
        if outcome == .null {
            out.append(contentsOf: "NULL".utf8)
            return true
        }
        if Self.needsQuotes(masked) {
            out.append(UInt8(ascii: "\""))
            for byte in masked {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { out.append(UInt8(ascii: "\\")) }
                out.append(byte)
            }
            out.append(UInt8(ascii: "\""))
        } else {
            out.append(contentsOf: masked)
        }
        return outcome == .masked
    }

    private static func needsQuotes(_ value: [UInt8]) -> Bool {
        value.isEmpty || isNull(value)
            || value.contains { byte in
                byte <= 0x20 || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
                    || byte == UInt8(ascii: ",")
                    || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            }
    }

    /// `array_send`: dimensions, a flag for NULLs, element type, then size and lower bound of each dimension, then the
    /// elements, each with its length.
    private func rewriteBinary(_ cell: Span<UInt8>, into out: inout [UInt8], _ transform: Transform)
        -> CellOutcome
    {
        guard cell.count >= 12 else { return .null }
        let dimensions = Int(cell.bigEndianUInt32(at: 0))
        guard dimensions <= Self.maximumDimensions, cell.bigEndianUInt32(at: 4) <= 1,
            cell.bigEndianUInt32(at: 8) == elementType, cell.count >= 12 + 8 * dimensions
        else { return .null }
        var count = dimensions == 0 ? 0 : 1
        for dimension in 0..<dimensions {
            let size = Int(cell.bigEndianUInt32(at: 12 + 8 * dimension))
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            guard !overflows, product <= cell.count / 4 else { return .null }
            count = product
        }
        let start = out.count
        var offset = 12 + 8 * dimensions
        out.append(cell.extracting(0..<offset))
        var outcome = CellOutcome.same
        for _ in 0..<count {
            switch out.appendLengthPrefixed(of: cell, at: &offset, transform) {
            case .same: break
            case .masked: outcome = .masked
            case .null:
                outcome = .masked
                out.setBigEndian(1, at: start + 4)
            case nil: return .null
            }
        }
        return offset == cell.count ? outcome : .null
    }
}
