/// Walks the fields of a composite value and puts others in their place. NULL fields stay; a field for which `transform`
/// answers `null` becomes NULL. What is no composite of these fields becomes NULL as a whole.
struct CompositeRewriter {
    /// The kinds of the fields; nil for a record of no declared type.
    let fields: [ValueKind]?
    let format: CellFormat

    typealias Transform = (ValueKind, Span<UInt8>, inout [UInt8]) -> CellOutcome

    func rewrite(_ cell: Span<UInt8>, into out: inout [UInt8], _ transform: Transform) -> CellOutcome {
        let start = out.count
        let outcome =
            switch format {
            case .text: rewriteText(cell, into: &out, transform)
            case .binary: rewriteBinary(cell, into: &out, transform)
            }
        if outcome == .same {
            // Fields may be quoted in more than one way: the value as it came.
            out.removeSubrange(start...)
            out.append(cell)
        }
        return outcome
    }

    /// `(a,"b c",)`: an unquoted empty field is NULL (manual, 8.16.6). A record's own text does not tell its types: its
    /// fields are masked as texts.
    private func rewriteText(_ cell: Span<UInt8>, into out: inout [UInt8], _ transform: Transform)
        -> CellOutcome
    {
        guard cell.count >= 2, cell[0] == UInt8(ascii: "("), cell[cell.count - 1] == UInt8(ascii: ")") else {
            return .null
        }
        if let fields, fields.isEmpty { return cell.count == 2 ? .same : .null }
        var outcome = CellOutcome.same
        var index = 1
        var number = 0
        var value: [UInt8] = []
        out.append(UInt8(ascii: "("))
        while true {
            value.removeAll(keepingCapacity: true)
            guard let isQuoted = Self.readField(cell, &index, into: &value) else { return .null }
            guard let kind = fields.map({ number < $0.count ? $0[number] : nil }) ?? .text else {
                return .null
            }
            if isQuoted || !value.isEmpty, append(kind, textField: value, into: &out, transform) {
                outcome = .masked
            }
            number += 1
            out.append(cell[index])
            index += 1
            if index == cell.count { break }
        }
        if let fields, number != fields.count { return .null }
        return outcome
    }

    /// Reads one field up to the comma or parenthesis behind it; whether any of it was quoted, nil when it is malformed.
    private static func readField(_ cell: Span<UInt8>, _ index: inout Int, into value: inout [UInt8]) -> Bool?
    {
        let (comma, close) = (UInt8(ascii: ","), UInt8(ascii: ")"))
        guard
            let isQuoted = QuotedField.read(
                cell, &index, into: &value, until: { $0 == comma || $0 == close }),
            (cell[index] == close) == (index + 1 == cell.count)
        else { return nil }
        return isQuoted
    }

    private func append(
        _ kind: ValueKind, textField value: [UInt8], into out: inout [UInt8], _ transform: Transform
    ) -> Bool {
        var masked: [UInt8] = []
        let outcome = transform(kind, value.span, &masked)
        if outcome == .null { return true }
        guard Self.needsQuotes(masked) else {
            out.append(contentsOf: masked)
            return outcome == .masked
        }
        out.append(UInt8(ascii: "\""))
        for byte in masked {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { out.append(byte) }
            out.append(byte)
        }
        out.append(UInt8(ascii: "\""))
        return outcome == .masked
    }

    private static func needsQuotes(_ value: [UInt8]) -> Bool {
        value.isEmpty
            || value.contains { byte in
                byte <= 0x20 || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")")
                    || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            }
    }

    /// `record_send`: the number of fields, then for each its type, its length (-1 for NULL) and its bytes.
    private func rewriteBinary(_ cell: Span<UInt8>, into out: inout [UInt8], _ transform: Transform)
        -> CellOutcome
    {
        guard cell.count >= 4 else { return .null }
        let count = Int(cell.bigEndianUInt32(at: 0))
        guard count <= (cell.count - 4) / 8, fields == nil || fields?.count == count else { return .null }
        var outcome = CellOutcome.same
        var offset = 4
        out.append(cell.extracting(0..<4))
        for number in 0..<count {
            guard cell.count - offset >= 8 else { return .null }
            let kind = fields?[number] ?? ValueKind(type: cell.bigEndianUInt32(at: offset))
            out.append(cell.extracting(offset..<(offset + 4)))
            offset += 4
            switch out.appendLengthPrefixed(of: cell, at: &offset, { transform(kind, $0, &$1) }) {
            case .same: break
            case .masked, .null: outcome = .masked
            case nil: return .null
            }
        }
        return offset == cell.count ? outcome : .null
    }
}
