/// Finds conditions that restrict no rows: a WHERE that every row passes, or that does not look at them, is as good as none.
///
/// Not a prover: literals, comparisons of literals, comparisons of a thing with itself, and AND, OR, NOT over them.
struct ConstantFolding {
    /// The level of the statement whose WHERE it is.
    let scope: Scope

    /// Rows cannot fail it, or it names no column, so that all rows pass or none does; the latter is not held against it
    /// where it is plain to see.
    func restrictsNothing(_ node: Node) -> Bool {
        switch truth(node, depth: 0) {
        case true?: true
        case false?: false
        case nil: !isNull(node, depth: 0) && looksAtNoRow(node)
        }
    }

    static let maximumDepth = 200

    private func looksAtNoRow(_ node: Node) -> Bool {
        var pending = [node]
        while let next = pending.popLast() {
            switch next.kind {
            case .columnRef, .currentOfExpr: return false
            case .rangeVar, .rangeFunction, .rangeSubselect: return false
            default: pending += next.unmarkedChildren
            }
        }
        return true
    }

    /// `nil`: cannot be told.
    func truth(_ node: Node, depth: Int) -> Bool? {
        guard depth < Self.maximumDepth else { return nil }
        switch node.kind {
        case .boolExpr: return combination(node, depth: depth)
        case .aExpr: return comparison(node, depth: depth)
        case .nullTest: return nullTest(node, depth: depth)
        case .booleanTest: return booleanTest(node, depth: depth)
        case .subLink: return subLink(node, depth: depth)
        case .caseExpr: return caseExpression(node, depth: depth)
        case .coalesceExpr:
            let first = node.list(.args).first { !isNull($0, depth: depth + 1) }
            return first.flatMap { truth($0, depth: depth + 1) }
        default:
            guard
                case .boolean(let truth)? = literal(node, depth: depth).flatMap({
                    Self.converted($0, to: "bool")
                })
            else { return nil }
            return truth
        }
    }

    private func booleanTest(_ node: Node, depth: Int) -> Bool? {
        guard let inner = node.node(.arg) else { return nil }
        let kind = node.number(.booltesttype)
        guard let value = truth(inner, depth: depth + 1) else {
            if isNull(inner, depth: depth + 1) {
                return [2, 4, 5].contains(kind)  // IS NOT TRUE, IS NOT FALSE, IS UNKNOWN
            }
            guard kind == 5 || kind == 6, isNeverNull(inner, depth: depth + 1) else { return nil }
            return kind == 6  // IS NOT UNKNOWN
        }
        switch kind {
        case 1, 4: return value  // IS TRUE, IS NOT FALSE
        case 2, 3: return !value  // IS NOT TRUE, IS FALSE
        case 6: return true  // IS NOT UNKNOWN
        default: return nil
        }
    }

    /// Every branch is looked at once: nested ones would cost twice as much with every level.
    private func caseExpression(_ node: Node, depth: Int) -> Bool? {
        guard !node.has(.arg) else { return nil }
        let branches = node.list(.args)
        let results = branches.map { $0.node(.result).flatMap { truth($0, depth: depth + 1) } }
        let otherwise = node.node(.defresult).flatMap { truth($0, depth: depth + 1) }
        if let first = otherwise, results.allSatisfy({ $0 == first }) { return first }
        guard let condition = branches.first?.node(.expr), truth(condition, depth: depth + 1) == true
        else {
            return nil
        }
        return results.first.flatMap { $0 }
    }

    private func combination(_ node: Node, depth: Int) -> Bool? {
        let arguments = node.list(.args)
        let values = arguments.map { truth($0, depth: depth + 1) }
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
    private func isExhaustive(_ arguments: [Node]) -> Bool {
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

    private func comparison(_ node: Node, depth: Int) -> Bool? {
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
        case .opAny, .opAll:
            guard right.kind == .aArrayExpr else { return nil }
            let values = right.list(.elements).map { compare(name, left, $0, depth: depth) }
            let isAny = node.enumeration(.kind, as: ExpressionKind.self) == .opAny
            if values.contains(isAny) { return isAny }
            return values.allSatisfy { $0 == !isAny } ? !isAny : nil
        case .nullif:
            return compare("=", left, right, depth: depth) == false ? truth(left, depth: depth + 1) : nil
        case .like, .ilike:
            guard case .text(let pattern)? = literal(right, depth: depth) else { return nil }
            if pattern.allSatisfy({ $0 == "%" }), !pattern.isEmpty { return name.hasPrefix("~~") }
            guard case .text(let text)? = literal(left, depth: depth) else { return nil }
            return Self.isLike(text, pattern, ignoringCase: name.hasSuffix("*")).map {
                $0 == name.hasPrefix("~~")
            }
        case .distinct: return isSame(left, right) ? false : nil
        case .notDistinct: return isSame(left, right) ? true : compare("=", left, right, depth: depth)
        case .op:
            if name == "~" || name == "~*", case .text(let pattern)? = literal(right, depth: depth) {
                return Self.patternsOfAnything.contains(pattern) ? true : nil
            }
            return compare(name, left, right, depth: depth)
        default: return nil
        }
    }

    private static let patternsOfAnything: Set<String> = ["", ".*", "^", "$", "^.*", ".*$", "^.*$", "(.*)"]

    private func nullTest(_ node: Node, depth: Int) -> Bool? {
        guard let inner = node.node(.arg) else { return nil }
        let asksForNull = node.number(.nulltesttype) == 1
        if isNull(inner, depth: depth + 1) { return asksForNull }
        return isNeverNull(inner, depth: depth + 1) ? !asksForNull : nil
    }

    /// NULL as it is written, or cast.
    private func isNull(_ node: Node, depth: Int) -> Bool {
        guard depth < Self.maximumDepth else { return false }
        switch node.kind {
        case .aConst: return node.has(.isnull)
        case .typeCast: return node.node(.arg).map { isNull($0, depth: depth + 1) } ?? false
        default: return false
        }
    }

    private func isNeverNull(_ node: Node, depth: Int) -> Bool {
        guard depth < Self.maximumDepth else { return false }
        func all(_ nodes: some Sequence<Node>) -> Bool {
            nodes.allSatisfy { isNeverNull($0, depth: depth + 1) }
        }
        switch node.kind {
        case .aConst: return !node.has(.isnull)
        case .sqlValueFunction, .nullTest, .booleanTest: return true
        case .typeCast: return all([node.node(.arg)].compactMap { $0 })
        case .boolExpr: return all(node.list(.args))
        case .coalesceExpr: return node.list(.args).contains { isNeverNull($0, depth: depth + 1) }
        case .aExpr:
            let comparisons: Set<String> = ["=", "<>", "<", "<=", ">", ">="]
            guard node.enumeration(.kind, as: ExpressionKind.self) == .op,
                let name = node.list(.name).names.last, comparisons.contains(name)
            else { return false }
            return all([node.node(.lexpr), node.node(.rexpr)].compactMap { $0 })
        case .columnRef:
            guard let name = node.list(.fields).names.last, scope.items.count == 1 else { return false }
            if Analyzer.systemColumns.contains(name) { return true }
            return scope.items[0].columns.first { $0.name == name }?.isNotNull ?? false
        default: return false
        }
    }

    private func subLink(_ node: Node, depth: Int) -> Bool? {
        guard let select = node.node(.subselect), select.kind == .selectStmt, !select.has(.valuesLists),
            !select.has(.larg), !select.has(.havingClause), !select.has(.limitCount),
            !select.has(.limitOffset), !select.has(.groupClause)
        else { return nil }
        let kind = node.enumeration(.subLinkType, as: SubLinkType.self)
        let condition = select.node(.whereClause).map { truth($0, depth: depth + 1) }
        // Without a row there is none that fits. An aggregate makes a row of none, and is a call.
        if condition == .some(false), !select.list(.targetList).contains(where: Self.mayAggregate) {
            if kind == .existsSublink || kind == .anySublink { return false }
            return kind == .allSublink ? true : nil
        }
        guard !select.has(.fromClause), condition == nil || condition == .some(true) else { return nil }
        switch kind {
        case .existsSublink: return true
        case .exprSublink:
            return select.list(.targetList).first?.node(.val).flatMap { truth($0, depth: depth + 1) }
        default: return nil
        }
    }

    private static func mayAggregate(_ node: Node) -> Bool {
        var pending = [node]
        while let next = pending.popLast() {
            if next.kind == .funcCall { return true }
            pending += next.unmarkedChildren
        }
        return false
    }
}
