/// A text with its plain literals taken out: what statements that differ in literals only have in common.
///
/// Plain literals are `'…'` and unsigned decimal numbers, each replaced by a mark of its class: two literals of one class are
/// one kind of token to PostgreSQL's lexer, and constants of one type to its parser. So two texts of one shape have the same
/// syntax tree, up to the values of those constants. Everything that a reader of this kind could misjudge (`E''`, `U&''`,
/// dollar quotes, numbers that touch letters) has no shape, or stays in it as it is written.
///
///     UPDATE t SET a = a + -5 WHERE id = 'x'   →   UPDATE t SET a = a + -⟨int4⟩ WHERE id = ⟨string⟩
package struct LiteralShape {
    package enum Kind: UInt8 {
        case string = 1
        /// At most 2,147,483,647.
        case int4
        /// More than 2,147,483,648, which a minus in front makes an int4, and below 10¹⁸.
        case int8
        /// With digits on both sides of a point.
        case numeric
    }

    package struct Literal {
        package var kind: Kind
        /// In the text, quotes included.
        package var range: Range<Int>
        /// It is in a row of VALUES that stands for others of the same shape.
        package var standsForOthers = false
    }

    /// The text with each literal as a NUL byte, which no text holds, and its kind.
    package internal(set) var bytes: [UInt8] = []
    package internal(set) var literals: [Literal] = []
    /// Rows of VALUES that were taken out, in the text: literals in them are not among `literals`.
    package internal(set) var removed: [Range<Int>] = []
    private var reader = RowReader()
    var rows: [RowReader.Row] { reader.rows }

    private let text: UnsafeRawBufferPointer
    private var position = 0
    /// Up to where the text has been copied.
    private var copied = 0

    /// `nil` when the text holds something that this reader leaves to PostgreSQL's own, or no literal.
    ///
    /// - Parameter foldingRows: rows of VALUES that differ from others in literals only are taken out.
    package init?(_ text: UnsafeRawBufferPointer, foldingRows: Bool) {
        self.text = text
        bytes.reserveCapacity(text.count)
        literals.reserveCapacity(8)
        while position < text.count {
            if !readToken() { return nil }
        }
        if literals.isEmpty { return nil }
        copy(upTo: text.count)
        if foldingRows { foldRows() }
    }

    private func byte(_ index: Int) -> UInt8 { index < text.count ? text[index] : 0 }

    /// False when the text has no shape.
    private mutating func readToken() -> Bool {
        let byte = text[position]
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","):
            readSeparator(byte)
            return true
        case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            position += 1
            return true
        case UInt8(ascii: "-") where self.byte(position + 1) == byte:
            skipLineComment()
            return true
        case UInt8(ascii: "/") where self.byte(position + 1) == UInt8(ascii: "*"):
            return skipBlockComment()
        case _ where Self.isNameStart(byte):
            return readName()
        default:
            reader.readOther()
            return readOther(byte)
        }
    }

    private mutating func readSeparator(_ byte: UInt8) {
        if reader.isNear { copy(upTo: byte == UInt8(ascii: ")") ? position + 1 : position) }
        position += 1
        switch byte {
        case UInt8(ascii: "("): reader.readOpening()
        case UInt8(ascii: ")"): reader.readClosing(before: place(position))
        default: reader.readComma(at: place(position - 1))
        }
    }

    private func place(_ position: Int) -> RowReader.Place {
        RowReader.Place(text: position, bytes: bytes.count, literals: literals.count)
    }

    private mutating func copy(upTo end: Int) {
        bytes.append(contentsOf: text[copied..<end])
        copied = end
    }

    /// A name or a key word.
    private mutating func readName() -> Bool {
        let start = position
        while position < text.count, Self.isNamePart(text[position]) { position += 1 }
        reader.readName(isValues: isWord("values", start..<position))
        let next = self.byte(position)
        // E'', B'', X'', N'', U&'', U&"".
        return next != UInt8(ascii: "'") && next != UInt8(ascii: "&")
    }

    /// - Parameter word: in lower case.
    private func isWord(_ word: StaticString, _ range: Range<Int>) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        return range.indices.allSatisfy { text[$0] | 0x20 == word.utf8Start[$0 - range.lowerBound] }
    }

    private mutating func readOther(_ byte: UInt8) -> Bool {
        switch byte {
        case 0: return false
        case UInt8(ascii: "'"): return readString()
        case UInt8(ascii: "\""): return skipQuotedName()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): readNumber()
        case UInt8(ascii: "$"):
            // A parameter. Anything else may open a dollar quote.
            guard Self.isDigit(self.byte(position + 1)) else { return false }
            position += 2
            while Self.isDigit(self.byte(position)) { position += 1 }
        default: position += 1
        }
        return true
    }

    private mutating func take(_ kind: Kind, from start: Int) {
        copy(upTo: start)
        bytes.append(0)
        bytes.append(kind.rawValue)
        literals.append(Literal(kind: kind, range: start..<position))
        copied = position
    }

    private mutating func readString() -> Bool {
        let start = position
        guard skipQuoted(UInt8(ascii: "'")) else { return false }
        take(.string, from: start)
        return true
    }

    private mutating func skipQuotedName() -> Bool { skipQuoted(UInt8(ascii: "\"")) }

    /// To the end of what the quote opens; the quote twice is a character. `standard_conforming_strings` is on: a backslash
    /// is one, too. False when there is no end.
    private mutating func skipQuoted(_ quote: UInt8) -> Bool {
        position += 1
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == 0 { return false }
            if byte != quote { continue }
            if self.byte(position) != quote { return true }
            position += 1
        }
        return false
    }

    private mutating func readNumber() {
        let start = position
        while Self.isDigit(byte(position)) { position += 1 }
        let digits = position - start
        var kind = integerKind(start, digits)
        if byte(position) == UInt8(ascii: "."), Self.isDigit(byte(position + 1)) {
            position += 1
            while Self.isDigit(byte(position)) { position += 1 }
            kind = .numeric
        }
        // `1e5`, `0x1`, `1.2.3`, `.5`: left as they are.
        let before = start > 0 ? text[start - 1] : 0
        let next = byte(position)
        let point = UInt8(ascii: ".")
        guard let kind, before != point, next != point, !Self.isNamePart(next) else { return }
        take(kind, from: start)
    }

    /// `nil` for what is left as it is: leading zeros in long numbers, the edge of int4, and what may not fit int8.
    private func integerKind(_ start: Int, _ count: Int) -> Kind? {
        if count <= 9 { return .int4 }
        guard count <= 18, text[start] != UInt8(ascii: "0") else { return nil }
        if count > 10 { return .int8 }
        let value = text[start..<start + count].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        if value == 1 << 31 { return nil }
        return value < 1 << 31 ? .int4 : .int8
    }

    private mutating func skipLineComment() {
        while position < text.count, text[position] != 10, text[position] != 13 { position += 1 }
    }

    private mutating func skipBlockComment() -> Bool {
        var depth = 0
        repeat {
            let (byte, next) = (self.byte(position), self.byte(position + 1))
            if position >= text.count || byte == 0 { return false }
            if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
                depth += 1
                position += 2
            } else if byte == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        } while depth > 0
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_")
            || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        isNameStart(byte) || isDigit(byte) || byte == UInt8(ascii: "$")
    }
}
