/// The values of expressions of literals, and whether two expressions are one.
extension ConstantFolding {
    /// A thing compared with itself counts as true: only a NULL makes it otherwise.
    func compare(_ name: String, _ left: Node, _ right: Node, depth: Int) -> Bool? {
        if isMadeOfLiterals(left, depth: depth), isMadeOfLiterals(right, depth: depth),
            let first = literal(left, depth: depth), let second = literal(right, depth: depth)
        {
            return Self.compare(name, first, second)
        }
        if name == "=", left.kind == .rowExpr, right.kind == .rowExpr,
            left.list(.args).count == right.list(.args).count
        {
            let fields = zip(left.list(.args), right.list(.args)).map {
                compare("=", $0, $1, depth: depth + 1)
            }
            if fields.contains(false) { return false }
            return fields.allSatisfy { $0 == true } ? true : nil
        }
        guard depth < Self.maximumDepth, isSame(left, right) else { return nil }
        switch name {
        case "=", "<=", ">=", "~~", "~~*", "@>", "<@": return true
        case "<>", "<", ">": return false
        default: return nil
        }
    }

    private static func compare(_ name: String, _ left: Constant, _ right: Constant) -> Bool? {
        func decide<Operand: Comparable>(_ first: Operand, _ second: Operand) -> Bool? {
            switch name {
            case "=": first == second
            case "<>": first != second
            case "<": first < second
            case "<=": first <= second
            case ">": first > second
            case ">=": first >= second
            default: nil
            }
        }
        switch (left, right) {
        case (.number(let first), .number(let second)): return decide(first, second)
        case (.text(let first), .text(let second)): return decide(first, second)
        case (.number(let first), .text(let text)): return Double(text).flatMap { decide(first, $0) }
        case (.text(let text), .number(let second)): return Double(text).flatMap { decide($0, second) }
        case (.boolean(let first), .boolean(let second)): return decide(first ? 1 : 0, second ? 1 : 0)
        default: return nil
        }
    }

    /// Whether `literal` is worth asking: it looks at values, which binds the inspection to them.
    func isMadeOfLiterals(_ node: Node, depth: Int) -> Bool {
        guard depth < Self.maximumDepth else { return false }
        switch node.kind {
        case .aConst: return true
        case .funcCall:
            return Self.foldedFunctions.contains(node.list(.funcname).names.last ?? "")
                && node.list(.args).allSatisfy { isMadeOfLiterals($0, depth: depth + 1) }
        case .typeCast: return node.node(.arg).map { isMadeOfLiterals($0, depth: depth + 1) } ?? false
        case .aExpr:
            return [node.node(.lexpr), node.node(.rexpr)].allSatisfy {
                $0.map { isMadeOfLiterals($0, depth: depth + 1) } ?? true
            }
        default: return false
        }
    }

    /// The value of an expression of literals.
    func literal(_ node: Node, depth: Int) -> Constant? {
        guard depth < Self.maximumDepth else { return nil }
        switch node.kind {
        case .aConst:
            return Constant(node)
        case .funcCall:
            guard node.list(.args).count == 1, let name = node.list(.funcname).names.last,
                let argument = node.list(.args).first.flatMap({ literal($0, depth: depth + 1) })
            else { return nil }
            return Self.folded(name, argument)
        case .typeCast:
            guard let inner = node.node(.arg).flatMap({ literal($0, depth: depth + 1) }),
                let type = node.node(.typeName)?.list(.names).names.last
            else { return nil }
            return Self.converted(inner, to: type)
        case .aExpr:
            guard node.enumeration(.kind, as: ExpressionKind.self) == .op, let right = node.node(.rexpr),
                case .number(let second)? = literal(right, depth: depth + 1),
                let name = node.list(.name).names.last
            else { return nil }
            guard let left = node.node(.lexpr) else { return name == "-" ? .number(-second) : nil }
            guard case .number(let first)? = literal(left, depth: depth + 1) else { return nil }
            switch name {
            case "+": return .number(first + second)
            case "-": return .number(first - second)
            case "*": return .number(first * second)
            default: return nil
            }
        default: return nil
        }
    }

    static func converted(_ constant: Constant, to type: String) -> Constant? {
        switch (constant, type) {
        case (.text(let text), "bool"):
            let word = text.trimming(" \t\n").lowercased()
            if ["t", "true", "y", "yes", "on", "1", "tr", "tru", "ye"].contains(word) {
                return .boolean(true)
            }
            if ["f", "false", "n", "no", "off", "of", "0", "fa", "fal", "fals"].contains(word) {
                return .boolean(false)
            }
            return nil
        case (.number(let number), "bool"): return .boolean(number != 0)
        case (.text(let text), "int4"), (.text(let text), "int8"), (.text(let text), "numeric"):
            return Double(text).map { .number($0) }
        case (.boolean(let value), "int4"): return .number(value ? 1 : 0)
        case (.boolean(let value), "text"), (.boolean(let value), "varchar"):
            return .text(value ? "true" : "false")
        case (.text, "text"), (.text, "varchar"), (.number, "int4"), (.number, "int8"), (.number, "numeric"),
            (.boolean, "bool"):
            return constant
        default: return nil
        }
    }

    /// The same text of the same tree; calls are not taken as equal to themselves (random() = random()).
    func isSame(_ left: Node, _ right: Node) -> Bool {
        guard left.kind == right.kind else { return false }
        switch left.kind {
        case .columnRef: return column(left.list(.fields).names) == column(right.list(.fields).names)
        case .sqlValueFunction: return left.number(.op) == right.number(.op)
        case .paramRef: return left.number(.number) == right.number(.number)
        case .aConst:
            guard let first = literal(left, depth: 0), let second = literal(right, depth: 0) else {
                return false
            }
            return first == second && first != .null
        case .typeCast, .collateClause:
            guard let first = left.node(.arg), let second = right.node(.arg) else { return false }
            return isSame(first, second)
        case .aExpr, .boolExpr, .nullTest, .rowExpr, .aArrayExpr:
            return left.tree === right.tree && sameChildren(left, right)
        default: return false
        }
    }

    private func sameChildren(_ left: Node, _ right: Node) -> Bool {
        let first = left.unmarkedChildren
        let second = right.unmarkedChildren
        guard first.count == second.count, left.list(.name).names == right.list(.name).names else {
            return false
        }
        return zip(first, second).allSatisfy { one, other in
            one.kind == .string ? one.stringValue == other.stringValue : isSame(one, other)
        }
    }

    /// What a column's name says, with the table that it is of where that is plain.
    private func column(_ names: [String]) -> [String] {
        guard names.count == 1 else { return Array(names.suffix(2)) }
        let owners = scope.items.flatMap(\.entries).filter { $0.columns.contains { $0.name == names[0] } }
        return owners.count == 1 ? [owners[0].name, names[0]] : names
    }

    private static let foldedFunctions: Set<String> = [
        "abs", "char_length", "character_length", "length", "lower", "upper",
    ]

    private static func folded(_ name: String, _ argument: Constant) -> Constant? {
        switch (name, argument) {
        case ("abs", .number(let number)): .number(number.magnitude)
        case ("char_length", .text(let text)), ("character_length", .text(let text)),
            ("length", .text(let text)):
            .number(Double(text.unicodeScalars.count))
        case ("lower", .text(let text)): .text(text.lowercased())
        case ("upper", .text(let text)): .text(text.uppercased())
        default: nil
        }
    }

    /// LIKE over literals; `nil` for patterns with a backslash, and for long ones.
    static func isLike(_ text: String, _ pattern: String, ignoringCase: Bool) -> Bool? {
        let text = Array((ignoringCase ? text.lowercased() : text).unicodeScalars.prefix(1_001))
        let pattern = Array((ignoringCase ? pattern.lowercased() : pattern).unicodeScalars.prefix(1_001))
        guard text.count <= 1_000, pattern.count <= 1_000, !pattern.contains("\\") else { return nil }
        var (position, place, star, resume) = (0, 0, -1, 0)
        while position < text.count {
            if place < pattern.count, pattern[place] == "%" {
                star = place
                place += 1
                resume = position
            } else if place < pattern.count, pattern[place] == "_" || pattern[place] == text[position] {
                position += 1
                place += 1
            } else if star >= 0 {
                place = star + 1
                resume += 1
                position = resume
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "%" }
    }
}
