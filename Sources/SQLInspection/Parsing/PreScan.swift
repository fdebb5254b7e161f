/// Caps on a text, checked in one linear pass before the grammar sees it (sql-hazards.md, "The parser itself").
///
/// libpg_query recurses on nesting and on chains of operators, and lexes unclosed comments in quadratic time. The pass
/// follows quotes and comments as PostgreSQL 15's scan.l does with `standard_conforming_strings` on; should it ever
/// disagree, the worker process behind it still bounds the damage.
package struct InspectionLimits: Sendable, Hashable {
    /// A statement; larger ones cost the parser about 60 times their size in memory.
    package var textBytes = 8 << 20
    /// Parentheses, brackets and CASE. PostgreSQL's own `max_stack_depth` allows a few thousand.
    package var nesting = 200
    /// Operators in a row with no comma, AND or OR between: each is a level of the tree.
    package var operatorChain = 1_000
    /// Set operations and joins in a row at one level of nesting.
    package var clauseChain = 1_000
    package var commentDepth = 32
    package var statements = 1_000

    package init() {}
}

package enum PreScan {
    /// Throws `.tooComplex` when a cap is exceeded, `.syntax` when the text is not UTF-8 without NUL.
    package static func check(
        _ text: UnsafeRawBufferPointer, limits: InspectionLimits = InspectionLimits()
    ) throws(InspectionFailure) {
        guard text.count <= limits.textBytes else {
            throw .tooComplex("text longer than \(limits.textBytes) bytes")
        }
        guard isUTF8WithoutNUL(text) else {
            throw .syntax(message: "invalid byte sequence for encoding \"UTF8\"", position: 0)
        }
        var scanner = PreScanner(text: text, limits: limits)
        try scanner.run()
    }

    package static func check(_ text: [UInt8], limits: InspectionLimits = InspectionLimits())
        throws(InspectionFailure)
    {
        let failure = text.withUnsafeBytes { buffer -> InspectionFailure? in
            do throws(InspectionFailure) {
                try check(buffer, limits: limits)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private static func isUTF8WithoutNUL(_ text: UnsafeRawBufferPointer) -> Bool {
        if text.contains(0) { return false }
        if !text.contains(where: { $0 >= 0x80 }) { return true }
        return String(validating: text, as: UTF8.self) != nil
    }
}

private struct PreScanner {
    let text: UnsafeRawBufferPointer
    let limits: InspectionLimits
    var position = 0
    var statements = 1
    /// Per open parenthesis, bracket or CASE: the chains of the level around it.
    var levels: [(operators: Int, clauses: Int)] = []
    var operators = 0
    var clauses = 0

    init(text: UnsafeRawBufferPointer, limits: InspectionLimits) {
        self.text = text
        self.limits = limits
    }

    private func byte(at index: Int) -> UInt8 { index < text.count ? text[index] : 0 }

    mutating func run() throws(InspectionFailure) {
        while position < text.count {
            let byte = text[position]
            switch byte {
            case UInt8(ascii: "'"): skipQuoted(UInt8(ascii: "'"), backslashes: false)
            case UInt8(ascii: "\""): skipQuoted(UInt8(ascii: "\""), backslashes: false)
            case UInt8(ascii: "$"): skipDollar()
            case UInt8(ascii: "-") where self.byte(at: position + 1) == byte: skipLineComment()
            case UInt8(ascii: "/") where self.byte(at: position + 1) == UInt8(ascii: "*"):
                try skipBlockComment()
            case UInt8(ascii: "("), UInt8(ascii: "["):
                try open()
                position += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"):
                close()
                position += 1
            case UInt8(ascii: ","):
                operators = 0
                position += 1
            case UInt8(ascii: ";"):
                statements += 1
                if statements > limits.statements {
                    throw .tooComplex("more than \(limits.statements) statements")
                }
                (operators, clauses) = (0, 0)
                levels.removeAll(keepingCapacity: true)
                position += 1
            default:
                if Self.isIdentifierStart(byte) {
                    try word()
                } else {
                    if Self.operatorBytes[Int(byte)] { try countOperator() }
                    position += 1
                }
            }
        }
    }

    private static let operatorBytes: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for byte in "+-*/<>=~!@#%^&|`?:.".utf8 { table[Int(byte)] = true }
        return table
    }()

    private enum Keyword { case opens, closes, resets, isOperator, isClause }

    /// By the first eight letters: an identifier that begins like `intersect` counts as one, which costs nothing.
    private static let keywords: [UInt64: Keyword] = {
        var table: [UInt64: Keyword] = [:]
        func add(_ words: String, _ keyword: Keyword) {
            for word in words.split(separator: " ") {
                table[word.utf8.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }] = keyword
            }
        }
        add("case", .opens)
        add("end", .closes)
        add("and or", .resets)
        add("not is isnull notnull collate at like ilike similar between in overlaps", .isOperator)
        add("union intersect except join", .isClause)
        return table
    }()

    private static func isIdentifierStart(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_")
            || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }

    private static func isIdentifierPart(_ byte: UInt8) -> Bool {
        isIdentifierStart(byte) || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            || byte == UInt8(ascii: "$")
    }

    private mutating func open() throws(InspectionFailure) {
        levels.append((operators, clauses))
        (operators, clauses) = (0, 0)
        if levels.count > limits.nesting { throw .tooComplex("nested deeper than \(limits.nesting)") }
    }

    private mutating func close() {
        if let outer = levels.popLast() { (operators, clauses) = outer }
    }

    private mutating func countOperator() throws(InspectionFailure) {
        operators += 1
        if operators > limits.operatorChain {
            throw .tooComplex("more than \(limits.operatorChain) operators in a row")
        }
    }

    private mutating func countClause() throws(InspectionFailure) {
        clauses += 1
        if clauses > limits.clauseChain {
            throw .tooComplex("more than \(limits.clauseChain) joins or set operations")
        }
    }

    private mutating func word() throws(InspectionFailure) {
        let start = position
        while position < text.count, Self.isIdentifierPart(text[position]) { position += 1 }
        let length = position - start
        if length == 1, byte(at: position) == UInt8(ascii: "'"), text[start] | 0x20 == UInt8(ascii: "e") {
            return skipQuoted(UInt8(ascii: "'"), backslashes: true)
        }
        guard length >= 2, length <= 9 else { return }
        var packed: UInt64 = 0
        for index in start..<min(position, start + 8) { packed = packed << 8 | UInt64(text[index] | 0x20) }
        switch Self.keywords[packed] {
        case .opens: try open()
        case .closes: close()
        case .resets: operators = 0
        case .isOperator: try countOperator()
        case .isClause: try countClause()
        case nil: break
        }
    }

    private mutating func skipQuoted(_ quote: UInt8, backslashes: Bool) {
        position += 1
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == quote { return }
            if backslashes, byte == UInt8(ascii: "\\") { position += 1 }
        }
    }

    private mutating func skipLineComment() {
        while position < text.count, text[position] != 10, text[position] != 13 { position += 1 }
    }

    private mutating func skipBlockComment() throws(InspectionFailure) {
        var depth = 1
        position += 2
        while position < text.count, depth > 0 {
            if text[position] == UInt8(ascii: "/"), byte(at: position + 1) == UInt8(ascii: "*") {
                depth += 1
                position += 2
                if depth > limits.commentDepth {
                    throw .tooComplex("comments nested deeper than \(limits.commentDepth)")
                }
            } else if text[position] == UInt8(ascii: "*"), byte(at: position + 1) == UInt8(ascii: "/") {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        }
    }

    /// `$tag$ … $tag$`, or a parameter or a lone dollar sign.
    private mutating func skipDollar() {
        let start = position
        var end = position + 1
        if end < text.count, Self.isIdentifierStart(text[end]) {
            while end < text.count, Self.isIdentifierPart(text[end]), text[end] != UInt8(ascii: "$") {
                end += 1
            }
        }
        guard byte(at: end) == UInt8(ascii: "$") else {
            position += 1
            return
        }
        let tag = text[start...end]
        position = end + 1
        while position + tag.count <= text.count {
            if text[position] == UInt8(ascii: "$"), text[position..<position + tag.count].elementsEqual(tag) {
                position += tag.count
                return
            }
            position += 1
        }
        position = text.count
    }
}
