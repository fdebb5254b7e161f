/// Finds the rows of VALUES while a `LiteralShape` is read: the second of each list and those behind it.
struct RowReader {
    /// Where the reading stands.
    struct Place {
        var text: Int
        /// In the bytes of the shape.
        var bytes: Int
        /// In its literals.
        var literals: Int
    }

    /// From the comma in front of a row to the parenthesis that ends it.
    struct Row {
        let start: Place
        let end: Place
        /// Which VALUES it belongs to.
        let list: Int
    }

    private enum State {
        case outside
        /// Behind VALUES, or behind the comma at a place.
        case beforeRow(comma: Place?)
        case inRow(comma: Place?, depth: Int)
        case behindRow
    }

    private(set) var rows: [Row] = []
    private var state = State.outside
    private var list = 0

    /// Whether the bytes of the shape have to be whole up to here, for a row may begin or end.
    var isNear: Bool { if case .outside = state { false } else { true } }

    mutating func readName(isValues: Bool) {
        if case .inRow = state { return }
        state = isValues ? .beforeRow(comma: nil) : .outside
        if isValues { list += 1 }
    }

    /// Anything but names, commas, parentheses, white space and comments.
    mutating func readOther() {
        if case .inRow = state { return }
        state = .outside
    }

    /// - Parameter place: the comma's own.
    mutating func readComma(at place: Place) {
        switch state {
        case .inRow: break
        case .behindRow: state = .beforeRow(comma: place)
        case .outside, .beforeRow: state = .outside
        }
    }

    mutating func readOpening() {
        switch state {
        case .inRow(let comma, let depth): state = .inRow(comma: comma, depth: depth + 1)
        case .beforeRow(let comma): state = .inRow(comma: comma, depth: 1)
        case .outside, .behindRow: state = .outside
        }
    }

    /// - Parameter place: behind the parenthesis.
    mutating func readClosing(before place: Place) {
        guard case .inRow(let comma, let depth) = state else {
            state = .outside
            return
        }
        if depth > 1 {
            state = .inRow(comma: comma, depth: depth - 1)
            return
        }
        state = .behindRow
        if let comma { rows.append(Row(start: comma, end: place, list: list)) }
    }
}

extension LiteralShape {
    /// Rows of different shapes kept in one list; those behind are all kept, and this costs nothing more.
    private static let maximumRowShapes = 16

    /// Takes out the rows of VALUES whose shape another row in front of them has, the first row of a list left aside.
    ///
    /// PostgreSQL's grammar takes any number of rows once it has taken two (`values_clause: values_clause ',' '(' expr_list
    /// ')'`, gram.y), and a row of the same tokens adds to an inspection what the one in front has added, as long as no rule
    /// looks at the values in it (docs/decisions/0009-repeated-rows.md).
    mutating func foldRows() {
        guard !rows.isEmpty else { return }
        var folded: [UInt8] = []
        var foldedLiterals: [Literal] = []
        var shapes: [Range<Int>] = []
        var list = 0
        var bytesEnd = 0
        var literalsEnd = 0
        for row in rows {
            let shape = row.start.bytes..<row.end.bytes
            if row.list != list {
                list = row.list
                shapes = []
            }
            let isRepeated = shapes.contains { bytes[$0].elementsEqual(bytes[shape]) }
            if !isRepeated, shapes.count < Self.maximumRowShapes { shapes.append(shape) }
            let kept = isRepeated ? row.start : row.end
            folded += bytes[bytesEnd..<kept.bytes]
            foldedLiterals += literals[literalsEnd..<row.start.literals]
            if !isRepeated {
                foldedLiterals += literals[row.start.literals..<row.end.literals].map { literal in
                    var literal = literal
                    literal.standsForOthers = true
                    return literal
                }
            } else {
                removed.append(row.start.text..<row.end.text)
            }
            bytesEnd = row.end.bytes
            literalsEnd = row.end.literals
        }
        bytes = folded + bytes[bytesEnd...]
        literals = foldedLiterals + literals[literalsEnd...]
    }

    /// The text without the rows that were taken out.
    package func reduced(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var end = 0
        for range in removed {
            result += text[end..<range.lowerBound]
            end = range.upperBound
        }
        return result + text[end...]
    }
}
