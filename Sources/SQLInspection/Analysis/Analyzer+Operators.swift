extension Analyzer {
    func operatorExpression(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        let names = node.list(.name).names
        guard let kind = node.enumeration(.kind, as: ExpressionKind.self) else {
            unknown("an operator expression is not understood")
            return Value(lineage: .unknown)
        }
        let left = try node.node(.lexpr).map { operand throws(InspectionFailure) in
            try expression(operand, scope)
        }
        guard let rightNode = node.node(.rexpr) else {
            unknown("an operator without an operand")
            return Value(lineage: .unknown)
        }
        switch kind {
        case .in, .betweenSym, .between, .notBetween, .notBetweenSym:
            guard rightNode.kind == .list else { break }
            return try membership(
                kind, names, left ?? Value(lineage: .unknown), rightNode.list(.items), scope)
        default: break
        }
        let right = try expression(rightNode, scope)
        var result = try operation(kind, names, left, right)
        if let name = names.last, Self.parts.contains(name), let left, left.isWhole, right.lineage == .none {
            result.isWhole = true
        }
        try noteProbe(
            of: [left, right].compactMap { $0 }, result: kind == .nullif ? TypeID.boolean : result.type)
        return result
    }

    /// Take a value out of a JSON document, as it is.
    private static let parts: Set<String> = ["->", "->>", "#>", "#>>"]

    private func operation(
        _ kind: ExpressionKind, _ names: [String], _ left: Value?, _ right: Value
    ) throws(InspectionFailure) -> Value {
        switch kind {
        case .opAny, .opAll:
            let element = TypeCoercion(catalog: catalog).element(ofArray: catalog.baseType(right.type)) ?? 0
            var result = try applyOperator(names, left, Value(type: element, lineage: right.lineage))
            result.type = TypeID.boolean
            return result
        case .nullif:
            var result = try applyOperator(["="], left, right)
            result.type = left?.type ?? 0
            return result
        default: return try rowwise(names, left, right)
        }
    }

    private func membership(
        _ kind: ExpressionKind, _ names: [String], _ left: Value, _ items: NodeList, _ scope: Scope
    ) throws(InspectionFailure) -> Value {
        var lineage = left.lineage
        let operators: [[String]] = kind == .in ? [names] : [[">="], ["<="], ["<"], [">"]]
        var inspected: Set<UInt32> = []
        for item in items {
            let value = try expression(item, scope)
            lineage.formUnion(value.lineage)
            if left.fields != nil {
                for name in operators { _ = try rowwise(name, left, value) }
            } else if inspected.insert(value.type).inserted {
                for name in operators { _ = try applyOperator(name, left, value) }
            }
        }
        try noteProbe(of: [Value(type: left.type, lineage: lineage)], result: TypeID.boolean)
        return Value(type: TypeID.boolean, lineage: lineage)
    }

    /// `(a, b) < (c, d)` compares field by field with the operator of each pair.
    private func rowwise(_ names: [String], _ left: Value?, _ right: Value) throws(InspectionFailure) -> Value
    {
        if let left, left.type == TypeID.record, right.type == TypeID.record, let lefts = left.fields,
            let rights = right.fields, lefts.count == rights.count
        {
            for (first, second) in zip(lefts, rights) { _ = try rowwise(names, first.value, second.value) }
            return Value(type: TypeID.boolean, lineage: left.lineage.union(right.lineage))
        }
        return try applyOperator(names, left, right)
    }

    /// Finds the operators that a name can mean here and runs what is behind them.
    func applyOperator(_ names: [String], _ left: Value?, _ right: Value) throws(InspectionFailure) -> Value {
        var result = Value(lineage: (left?.lineage ?? .none).union(right.lineage))
        guard let name = names.last else { return result }
        if name == "||", let head = left?.unreadConstant, let tail = right.unreadConstant {
            result.unreadConstant = .joined(head, tail)
        }
        let all = operatorCandidates(names, isPrefix: left == nil)
        if all.isEmpty {
            if names.count > 1, names[0] == "pg_catalog" || Self.implied.contains(name) {
                result.type = TypeID.boolean
                return result
            }
            unresolved(name, "operator")
            return result
        }
        let isBuiltIn = all.allSatisfy { $0.schema == CatalogSnapshot.pgCatalog }
        if isBuiltIn, let type = all.first?.result, all.allSatisfy({ $0.result == type }),
            catalog.contents.userCasts.isEmpty
        {
            result.type = type
            return result
        }
        let chosen = selectOperators(all, left?.type, right.type)
        let types = Set(chosen.map { resultType($0, left?.type, right.type) })
        result.type = types.count == 1 ? types.first ?? 0 : TypeID.undetermined
        for candidate in chosen where candidate.schema != CatalogSnapshot.pgCatalog {
            try attributing(to: "operator \(catalog.schemaName(candidate.schema)).\(name) calls it") {
                () throws(InspectionFailure) in try runRoutine(candidate.function)
            }
        }
        try implicitCasts(from: [left?.type ?? right.type, right.type])
        return result
    }

    /// Spellings of the grammar for which there is no operator of that name in some schemas' view.
    private static let implied: Set<String> = [
        "BETWEEN", "NOT BETWEEN", "BETWEEN SYMMETRIC", "NOT BETWEEN SYMMETRIC",
    ]

    private func operatorCandidates(_ names: [String], isPrefix: Bool) -> [CatalogOperator] {
        let all = (catalog.contents.operators[names[names.count - 1]] ?? []).filter {
            ($0.left == 0) == isPrefix
        }
        if names.count > 1 {
            let schema = catalog.contents.schemaOIDs[ExactName(names[names.count - 2])]
            return all.filter { $0.schema == schema }
        }
        if all.allSatisfy({ $0.schema == CatalogSnapshot.pgCatalog }) { return all }
        var result: [CatalogOperator] = []
        for schema in context.path {
            for candidate in all where candidate.schema == schema {
                // The same operands in an earlier schema hide later ones.
                if !result.contains(where: { $0.left == candidate.left && $0.right == candidate.right }) {
                    result.append(candidate)
                }
            }
        }
        return result
    }

    private func selectOperators(_ all: [CatalogOperator], _ left: UInt32?, _ right: UInt32)
        -> [CatalogOperator]
    {
        let resolution = OverloadResolution(catalog: catalog)
        let indices: [Int]
        if let left {
            var types = [left, right]
            // An untyped literal is first taken as the other side's type (manual, 10.2, step 2.a).
            if left == TypeID.unknownLiteral, right != TypeID.undetermined { types[0] = right }
            if right == TypeID.unknownLiteral, left != TypeID.undetermined { types[1] = left }
            if let exact = all.firstIndex(where: { $0.left == types[0] && $0.right == types[1] }) {
                return [all[exact]]
            }
            let bases = types.map(catalog.baseType)
            if let exact = all.firstIndex(where: { $0.left == bases[0] && $0.right == bases[1] }),
                left == TypeID.unknownLiteral || right == TypeID.unknownLiteral
            {
                return [all[exact]]
            }
            indices = resolution.select(all.map { [$0.left, $0.right] }, arguments: [left, right])
        } else {
            indices = resolution.select(all.map { [$0.right] }, arguments: [right])
        }
        return indices.isEmpty ? all : indices.map { all[$0] }
    }

    private func resultType(_ candidate: CatalogOperator, _ left: UInt32?, _ right: UInt32) -> UInt32 {
        let parameters = left == nil ? [candidate.right] : [candidate.left, candidate.right]
        return TypeCoercion(catalog: catalog).result(
            candidate.result, parameters: parameters, arguments: left.map { [$0, right] } ?? [right])
    }
}
