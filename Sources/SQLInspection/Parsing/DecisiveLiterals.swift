/// What an inspection owes to the values of the text's literals.
package struct DecisiveLiterals: Sendable {
    /// Those whose values a rule has read, as indices into `LiteralShape.literals`. Another text of the same shape with the
    /// same values in these places has the same inspection.
    package let indices: [Int]

    /// More than this is not worth remembering apart from the text itself.
    private static let maximumCount = 8

    /// - Returns: `nil` when the inspection holds for its own text only: PostgreSQL's parser does not see the literals that
    ///   `LiteralShape` sees, or too many of them mattered.
    init?(of tree: InspectedTree, in text: [UInt8]) {
        let found: [Int]? = text.withUnsafeBytes { bytes in
            // Where rows were taken out, nobody knows what was read in them.
            guard let shape = LiteralShape(bytes, foldingRows: true), shape.removed.isEmpty else {
                return nil
            }
            return Self.match(shape, tree, bytes)
        }
        guard let found, found.count <= Self.maximumCount else { return nil }
        indices = found
    }

    /// Each literal must be one constant of the tree, at its place and of its value; those that were read are given.
    private static func match(
        _ shape: LiteralShape, _ inspected: InspectedTree, _ text: UnsafeRawBufferPointer
    ) -> [Int]? {
        let tree = inspected.tree
        var constants: [Int: UInt32] = [:]
        for node in tree.nodes where node.kind == .aConst {
            let fields = tree.fields[Int(node.firstField)..<Int(node.firstField) + Int(node.fieldCount)]
            guard let value = fields.first(where: { $0.type == .node })?.value else { continue }
            let location = fields.first { $0.name == .location }?.value ?? 0
            guard constants.updateValue(UInt32(value), forKey: location) == nil else { return nil }
        }
        var read: [Int] = []
        for (index, literal) in shape.literals.enumerated() {
            let start = literal.range.lowerBound
            var isNegative = false
            var constant = constants.removeValue(forKey: start)
            if constant == nil, let sign = minus(before: start, text) {
                isNegative = true
                constant = constants.removeValue(forKey: sign)
            }
            guard let constant, isValue(tree, constant, of: literal, isNegative, text) else { return nil }
            guard inspected.wasRead(constant) else { continue }
            // The rows that it stands for have other values.
            if literal.standsForOthers { return nil }
            read.append(index)
        }
        return read
    }

    /// A minus that the parser made a part of the number.
    private static func minus(before start: Int, _ text: UnsafeRawBufferPointer) -> Int? {
        var position = start - 1
        while position >= 0, text[position] == UInt8(ascii: " ") { position -= 1 }
        return position >= 0 && text[position] == UInt8(ascii: "-") ? position : nil
    }

    private static func isValue(
        _ tree: ParseTree, _ index: UInt32, of literal: LiteralShape.Literal, _ isNegative: Bool,
        _ text: UnsafeRawBufferPointer
    ) -> Bool {
        let node = tree.nodes[Int(index)]
        let field = node.fieldCount == 0 ? nil : tree.fields[Int(node.firstField)]
        let written = text[literal.range]
        switch (literal.kind, node.kind) {
        case (.int4, .integer):
            let magnitude = written.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            // An int32 that is below zero comes as the varint of its 64 bits.
            return field?.value ?? 0 == (isNegative ? -magnitude : magnitude)
        case (.int8, .float), (.numeric, .float):
            guard let field, field.type == .text else { return false }
            let digits = tree.bytes[field.value..<field.value + Int(field.count)]
            return isNegative
                ? digits.first == UInt8(ascii: "-") && digits.dropFirst().elementsEqual(written)
                : digits.elementsEqual(written)
        case (.string, .string):
            if isNegative { return false }
            let value = field.map { tree.bytes[$0.value..<$0.value + Int($0.count)] } ?? []
            return value.elementsEqual(unquoted(written))
        default: return false
        }
    }

    /// What stands between the quotes, doubled ones as one.
    private static func unquoted(_ written: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        var result: [UInt8] = []
        var wasQuote = false
        for byte in written.dropFirst().dropLast() {
            wasQuote = byte == UInt8(ascii: "'") && !wasQuote
            if !wasQuote || byte != UInt8(ascii: "'") { result.append(byte) }
        }
        return result
    }
}
