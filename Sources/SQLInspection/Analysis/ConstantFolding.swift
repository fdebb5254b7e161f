/// Finds conditions that no row can fail: a WHERE that does not restrict is as good as none.
///
/// Not a prover: literals, comparisons of literals, comparisons of a thing with itself, and AND, OR, NOT over them.
enum ConstantFolding {
    static func isAlwaysTrue(_ node: Node, catalog: CatalogSnapshot, scope: Scope) -> Bool {
        truth(node, depth: 0, scope) == true
    }

    private static let maximumDepth = 200

    /// `nil`: cannot be told.
    private static func truth(_ node: Node, depth: Int, _ scope: Scope) -> Bool? {
        guard depth < maximumDepth else { return nil }
        switch node.kind {
        case .boolExpr: return combination(node, depth: depth, scope)
        case .aExpr: return comparison(node, depth: depth, scope)
        case .nullTest: return nullTest(node, scope)
        case .booleanTest:
            guard let inner = node.node(.arg), let value = truth(inner, depth: depth + 1, scope) else {
                return nil
            }
            switch node.number(.booltesttype) {
            case 1, 4: return value  // IS TRUE, IS NOT FALSE
            case 2, 3: return !value  // IS NOT TRUE, IS FALSE
            case 6: return true  // IS NOT UNKNOWN
            default: return nil
            }
        case .subLink: return subLink(node, depth: depth, scope)
        case .caseExpr: return caseExpression(node, depth: depth, scope)
        case .coalesceExpr:
            return node.list(.args).first.flatMap { truth($0, depth: depth + 1, scope) }
        default:
            guard let value = literal(node, depth: depth),
                case .boolean(let truth)? = converted(value, to: "bool")
            else {
                return nil
            }
            return truth
        }
    }

    /// Every branch is looked at once: nested ones would cost twice as much with every level.
    private static func caseExpression(_ node: Node, depth: Int, _ scope: Scope) -> Bool? {
        guard !node.has(.arg) else { return nil }
        let branches = node.list(.args)
        let results = branches.map { $0.node(.result).flatMap { truth($0, depth: depth + 1, scope) } }
        if let otherwise = node.node(.defresult), results.allSatisfy({ $0 == true }) {
            return truth(otherwise, depth: depth + 1, scope)
        }
        guard let condition = branches.first?.node(.expr), truth(condition, depth: depth + 1, scope) == true
        else {
            return nil
        }
        return results.first.flatMap { $0 }
    }

    private static func combination(_ node: Node, depth: Int, _ scope: Scope) -> Bool? {
        let arguments = node.list(.args)
        let values = arguments.map { truth($0, depth: depth + 1, scope) }
        switch node.enumeration(.boolop, as: BoolExprType.self) {
        case .andExpr:
            if values.contains(false) { return false }
            return values.allSatisfy { $0 == true } ? true : nil
        case .orExpr:
            if values.contains(true) { return true }
            if isExhaustive(Array(arguments)) { return true }
            return values.allSatisfy { $0 == false } ? false : nil
        case .notExpr: return values.first.flatMap { $0 }.map { !$0 }
        case nil: return nil
        }
    }

    /// `p OR NOT p`, `x IS NULL OR x IS NOT NULL`, `x > 1 OR x <= 1`.
    private static func isExhaustive(_ arguments: [Node]) -> Bool {
        guard arguments.count <= 16 else { return false }
        let opposites = ["=": "<>", "<": ">=", ">": "<=", "<>": "=", ">=": "<", "<=": ">"]
        for (index, first) in arguments.enumerated() {
            for second in arguments.dropFirst(index + 1) {
                for (left, right) in [(first, second), (second, first)] {
                    if right.kind == .boolExpr, right.enumeration(.boolop, as: BoolExprType.self) == .notExpr,
                        let inner = right.list(.args).first, isSame(left, inner)
                    {
                        return true
                    }
                }
                if first.kind == .nullTest, second.kind == .nullTest,
                    first.number(.nulltesttype) != second.number(.nulltesttype),
                    let left = first.node(.arg), let right = second.node(.arg), isSame(left, right)
                {
                    return true
                }
                if first.kind == .aExpr, second.kind == .aExpr, let name = first.list(.name).names.last,
                    opposites[name] == second.list(.name).names.last,
                    let leftFirst = first.node(.lexpr), let leftSecond = second.node(.lexpr),
                    isSame(leftFirst, leftSecond),
                    let rightFirst = first.node(.rexpr), let rightSecond = second.node(.rexpr),
                    isSame(rightFirst, rightSecond)
                {
                    return true
                }
            }
        }
        return false
    }

    private static func comparison(_ node: Node, depth: Int, _ scope: Scope) -> Bool? {
        guard let left = node.node(.lexpr), let right = node.node(.rexpr),
            let name = node.list(.name).names.last
        else {
            return nil
        }
        switch node.enumeration(.kind, as: ExpressionKind.self) {
        case .in:
            guard right.kind == .list else { return nil }
            let values = right.list(.items).map { compare("=", left, $0, depth: depth) }
            if name == "<>" { return values.allSatisfy { $0 == false } ? true : nil }
            return values.contains(true) ? true : nil
        case .between:
            let bounds = right.list(.items)
            guard bounds.count == 2 else { return nil }
            return compare(">=", left, bounds[0], depth: depth) == true
                && compare("<=", left, bounds[1], depth: depth) == true
                ? true : nil
        case .like, .ilike:
            if case .text(let pattern)? = literal(right, depth: depth), name.hasPrefix("~~"),
                !pattern.isEmpty,
                pattern.allSatisfy({ $0 == "%" })
            {
                return true
            }
            return nil
        case .distinct: return isSame(left, right) ? false : nil
        case .notDistinct: return isSame(left, right) ? true : compare("=", left, right, depth: depth)
        case .op: return compare(name, left, right, depth: depth)
        default: return nil
        }
    }

    /// A thing compared with itself counts as true: only a NULL makes it otherwise.
    private static func compare(_ name: String, _ left: Node, _ right: Node, depth: Int) -> Bool? {
        if isMadeOfLiterals(left, depth: depth), isMadeOfLiterals(right, depth: depth),
            let first = literal(left, depth: depth), let second = literal(right, depth: depth)
        {
            return compare(name, first, second)
        }
        guard isSame(left, right) else { return nil }
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

    private static func nullTest(_ node: Node, _ scope: Scope) -> Bool? {
        guard let inner = node.node(.arg) else { return nil }
        let isNull = node.number(.nulltesttype) == 1
        if inner.kind == .aConst { return inner.has(.isnull) == isNull }
        guard inner.kind == .columnRef, let name = inner.list(.fields).names.last,
            scope.items.count == 1, let column = scope.items[0].columns.first(where: { $0.name == name }),
            column.isNotNull
        else { return nil }
        return !isNull
    }

    private static func subLink(_ node: Node, depth: Int, _ scope: Scope) -> Bool? {
        guard let select = node.node(.subselect), select.kind == .selectStmt, !select.has(.fromClause),
            !select.has(.valuesLists), !select.has(.larg)
        else { return nil }
        if let condition = select.node(.whereClause), truth(condition, depth: depth + 1, scope) != true {
            return nil
        }
        if select.has(.havingClause) || select.has(.limitCount) || select.has(.limitOffset) { return nil }
        switch node.enumeration(.subLinkType, as: SubLinkType.self) {
        case .existsSublink: return true
        case .exprSublink:
            return select.list(.targetList).first?.node(.val).flatMap { truth($0, depth: depth + 1, scope) }
        default: return nil
        }
    }

    /// Whether `literal` is worth asking: it looks at values, which binds the inspection to them.
    private static func isMadeOfLiterals(_ node: Node, depth: Int) -> Bool {
        guard depth < maximumDepth else { return false }
        switch node.kind {
        case .aConst: return true
        case .typeCast: return node.node(.arg).map { isMadeOfLiterals($0, depth: depth + 1) } ?? false
        case .aExpr:
            return [node.node(.lexpr), node.node(.rexpr)].allSatisfy {
                $0.map { isMadeOfLiterals($0, depth: depth + 1) } ?? true
            }
        default: return false
        }
    }

    /// The value of an expression of literals.
    private static func literal(_ node: Node, depth: Int) -> Constant? {
        guard depth < maximumDepth else { return nil }
        switch node.kind {
        case .aConst:
            return Constant(node)
        case .typeCast:
            guard let inner = node.node(.arg).flatMap({ literal($0, depth: depth + 1) }),
                let type = node.node(.typeName)?.list(.names).names.last
            else { return nil }
            return converted(inner, to: type)
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

    private static func converted(_ constant: Constant, to type: String) -> Constant? {
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
        case (.text, "text"), (.text, "varchar"), (.number, "int4"), (.number, "int8"), (.number, "numeric"),
            (.boolean, "bool"):
            return constant
        default: return nil
        }
    }

    /// The same text of the same tree; calls are not taken as equal to themselves (random() = random()).
    private static func isSame(_ left: Node, _ right: Node) -> Bool {
        guard left.kind == right.kind else { return false }
        switch left.kind {
        case .columnRef: return left.list(.fields).names == right.list(.fields).names
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
        case .aExpr, .boolExpr, .nullTest:
            return left.tree === right.tree && sameChildren(left, right)
        default: return false
        }
    }

    private static func sameChildren(_ left: Node, _ right: Node) -> Bool {
        let first = left.unmarkedChildren
        let second = right.unmarkedChildren
        guard first.count == second.count, left.list(.name).names == right.list(.name).names else {
            return false
        }
        return zip(first, second).allSatisfy { one, other in
            one.kind == .string ? one.stringValue == other.stringValue : isSame(one, other)
        }
    }
}
