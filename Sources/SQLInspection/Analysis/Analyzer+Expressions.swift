extension Analyzer {
    func expression(_ node: Node?, _ scope: Scope) throws(InspectionFailure) -> Value {
        guard let node else { return Value() }
        let value = try deeper { () throws(InspectionFailure) in try expressionRule(node, scope) }
        try runTypeFunctions(of: value.type)
        return value
    }

    /// Inspects each and gives the union of their lineages.
    @discardableResult
    func expressions(_ nodes: NodeList, _ scope: Scope) throws(InspectionFailure) -> Lineage {
        var lineage = Lineage.none
        for node in nodes { lineage.formUnion(try expression(node, scope).lineage) }
        return lineage
    }

    private func expressionRule(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        switch node.kind {
        case .columnRef: return try columnReference(node, scope)
        case .aConst: return constant(node)
        case .paramRef: return parameter(node)
        case .aExpr: return try operatorExpression(node, scope)
        case .boolExpr:
            node.ignore(.boolop)
            return Value(type: TypeID.boolean, lineage: try expressions(node.list(.args), scope))
        case .funcCall: return try functionCall(node, scope)
        case .typeCast: return try typeCast(node, scope)
        case .aIndirection: return try indirection(node, scope)
        case .subLink: return try subLink(node, scope)
        case .caseExpr: return try caseExpression(node, scope)
        case .coalesceExpr: return either(try values(of: node.list(.args), scope))
        case .minMaxExpr:
            node.ignore(.op)
            return either(try values(of: node.list(.args), scope))
        case .aArrayExpr:
            var result = either(try values(of: node.list(.elements), scope))
            let isNested = node.list(.elements).contains { $0.kind == .aArrayExpr }
            if !isNested { result.type = catalog.type(result.type)?.array ?? 0 }
            return result
        case .rowExpr, .list: return try row(node, scope)
        case .nullTest:
            node.ignore(.nulltesttype, .argisrow)
            return Value(type: TypeID.boolean, lineage: try expression(node.node(.arg), scope).lineage)
        case .booleanTest:
            node.ignore(.booltesttype)
            return Value(type: TypeID.boolean, lineage: try expression(node.node(.arg), scope).lineage)
        case .collateClause:
            node.ignore(.collname)
            return try expression(node.node(.arg), scope)
        case .sqlValueFunction: return sqlValueFunction(node)
        case .xmlExpr, .xmlSerialize: return try xmlExpression(node, scope)
        case .groupingFunc:
            let lineage = try expressions(node.list(.args), scope)
            return Value(type: TypeID.int4, lineage: lineage)
        case .namedArgExpr:
            node.ignore(.name, .argnumber)
            return try expression(node.node(.arg), scope)
        case .setToDefault: return Value()
        case .multiAssignRef:
            node.ignore(.colno, .ncolumns)
            return Value(lineage: try expression(node.node(.source), scope).lineage)
        case .currentOfExpr:
            node.ignore(.cvarno, .cursorName, .cursorParam)
            return Value.boolean
        case .aStar, .null: return Value(lineage: .unknown)
        default:
            unknown("\(node.kind) is not understood as an expression")
            return Value(lineage: .unknown)
        }
    }

    private func constant(_ node: Node) -> Value {
        Value(type: node.constantType, unreadConstant: .literal(node))
    }

    private func parameter(_ node: Node) -> Value {
        let number = node.number(.number)
        if !parameterValues.isEmpty {
            return number >= 1 && number <= parameterValues.count
                ? parameterValues[number - 1] : Value(lineage: .unknown)
        }
        let type = number >= 1 && number <= parameterTypes.count ? parameterTypes[number - 1] : 0
        return Value(type: type == 0 || type == TypeID.unknownLiteral ? TypeID.unknownLiteral : type)
    }

    private func caseExpression(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        let argument = node.node(.arg)
        var lineage = Lineage.none
        var tested: Value?
        if let argument {
            tested = try using(.predicate) { () throws(InspectionFailure) in try expression(argument, scope) }
            lineage.formUnion(tested?.lineage ?? .none)
        }
        var values: [Value] = []
        for branch in node.list(.args) {
            let condition = try using(.predicate) { () throws(InspectionFailure) in
                try expression(branch.node(.expr), scope)
            }
            if let tested { lineage.formUnion(try applyOperator(["="], tested, condition).lineage) }
            lineage.formUnion(condition.lineage)
            values.append(try expression(branch.node(.result), scope))
        }
        if let otherwise = node.node(.defresult) { values.append(try expression(otherwise, scope)) }
        var result = either(values)
        result.lineage.formUnion(lineage)
        return result
    }

    private func values(of nodes: NodeList, _ scope: Scope) throws(InspectionFailure) -> [Value] {
        var values: [Value] = []
        for node in nodes { values.append(try expression(node, scope)) }
        return values
    }

    /// What may be any of several values.
    private func either(_ values: [Value]) -> Value {
        var result = Value(
            type: TypeCoercion(catalog: catalog).common(values.map(\.type)), isWhole: !values.isEmpty)
        for value in values { result.merge(value) }
        return result
    }

    private func row(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        var fields: [ScopeColumn] = []
        var lineage = Lineage.none
        node.ignore(.colnames)
        for element in node.list(node.kind == .list ? .items : .args) {
            let value = try expression(element, scope)
            lineage.formUnion(value.lineage)
            fields.append(
                ScopeColumn(
                    name: "f\(fields.count + 1)", type: value.type, lineage: value.lineage,
                    isWhole: value.isWhole, fields: value.fields))
        }
        return Value(type: TypeID.record, lineage: lineage, isWhole: fields.areWhole, fields: fields)
    }

    private func sqlValueFunction(_ node: Node) -> Value {
        node.ignore(.typmod)
        switch node.enumeration(.op, as: SQLValueFunctionOp.self) {
        case .currentDate: return Value(type: TypeID.date)
        case .currentTime, .currentTimeN: return Value(type: TypeID.timeWithTimeZone)
        case .currentTimestamp, .currentTimestampN: return Value(type: TypeID.timestampWithTimeZone)
        case .localtime, .localtimeN: return Value(type: TypeID.time)
        case .localtimestamp, .localtimestampN: return Value(type: TypeID.timestamp)
        case .currentRole, .currentUser, .user, .sessionUser, .currentCatalog, .currentSchema:
            return Value(type: TypeID.name)
        case nil:
            unknown("a SQL value function is not understood")
            return Value(lineage: .unknown)
        }
    }

    private func xmlExpression(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        var lineage = Lineage.none
        if node.kind == .xmlSerialize {
            node.ignore(.xmloption)
            lineage = try expression(node.node(.expr), scope).lineage
            let type = node.node(.typeName).map { resolveType($0) } ?? 0
            return Value(type: type, lineage: lineage)
        }
        node.ignore(.op, .name, .argNames, .xmloption)
        for argument in Array(node.list(.namedArgs)) + Array(node.list(.args)) {
            if argument.kind == .resTarget {
                argument.ignore(.name)
                lineage.formUnion(try expression(argument.node(.val), scope).lineage)
            } else {
                lineage.formUnion(try expression(argument, scope).lineage)
            }
        }
        return Value(type: TypeID.xml, lineage: lineage)
    }

    private func subLink(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        let test = try node.node(.testexpr).map { argument throws(InspectionFailure) in
            try expression(argument, scope)
        }
        let operatorName = node.list(.operName).names
        guard let select = node.node(.subselect) else {
            unknown("a sub-select is missing")
            return Value(lineage: .unknown)
        }
        let result = try query(select, scope)
        var lineage = result.isComplete ? Lineage.none : .unknown
        for column in result.columns { lineage.formUnion(column.lineage) }
        let first = result.columns.first
        switch node.enumeration(.subLinkType, as: SubLinkType.self) {
        case .exprSublink:
            return Value(
                type: first?.type ?? 0, lineage: lineage, isWhole: first?.isWhole ?? false,
                fields: first?.fields)
        case .arraySublink:
            return Value(
                type: catalog.type(first?.type ?? 0)?.array ?? 0, lineage: lineage,
                isWhole: first?.isWhole ?? false)
        case .existsSublink: return Value.boolean
        case .anySublink, .allSublink, .rowcompareSublink:
            if let test {
                let name = operatorName.isEmpty ? ["="] : operatorName
                if let fields = test.fields, result.columns.count > 1 {
                    for (left, right) in zip(fields, result.columns) {
                        _ = try applyOperator(name, left.value, right.value)
                    }
                } else {
                    _ = try applyOperator(name, test, first?.value ?? Value(lineage: .unknown))
                }
                lineage.formUnion(test.lineage)
            }
            try noteProbe(of: [Value(lineage: lineage)], result: TypeID.boolean)
            return Value(type: TypeID.boolean, lineage: lineage)
        case .multiexprSublink, .cteSublink, nil:
            unknown("a sub-select of this kind is not understood")
            return Value(lineage: .unknown)
        }
    }

    /// `(expression).field`, `expression[subscript]` and chains of them.
    private func indirection(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        var value = try expression(node.node(.arg), scope)
        for step in node.list(.indirection) {
            switch step.kind {
            case .string: value = try field(step.stringValue ?? "", of: value)
            case .aStar: value.type = TypeID.undetermined
            case .aIndices:
                step.ignore(.isSlice)
                value.lineage.formUnion(try expression(step.node(.lidx), scope).lineage)
                value.lineage.formUnion(try expression(step.node(.uidx), scope).lineage)
                if !step.flag(.isSlice) {
                    let base = catalog.baseType(value.type)
                    value.type =
                        base == TypeID.jsonb
                        ? base : TypeCoercion(catalog: catalog).element(ofArray: base) ?? 0
                }
                value.fields = nil
            default: unknown("\(step.kind) is not understood as an indirection")
            }
            value.unreadConstant = nil
        }
        return value
    }

    /// A field of a row value; or, as PostgreSQL has it, the function of that name on it.
    func field(_ name: String, of value: Value) throws(InspectionFailure) -> Value {
        if let found = value.fields?.filter({ $0.name == name }), !found.isEmpty {
            var result = found[0].value
            for other in found.dropFirst() { result.merge(other.value) }
            touch(result.lineage)
            return result
        }
        if value.fields == nil {
            let base = catalog.baseType(value.type)
            if let relation = catalog.type(base).flatMap({ catalog.relation($0.relation) }),
                let column = catalog.columns(of: relation).first(where: { $0.name == name })
            {
                return Value(type: column.type, lineage: value.lineage, isWhole: value.isWhole)
            }
        }
        if Self.systemColumns.contains(name) { return Value(type: TypeID.oid) }
        let candidates = routineCandidates([name], argumentCount: 1)
        let isRow = value.type == TypeID.undetermined || value.type == TypeID.record || value.fields != nil
        if candidates.isEmpty, typeNamed([name]) == nil, isRow, value.type == 0 || value.type == TypeID.record
        {
            return Value(lineage: value.lineage == .none ? .unknown : value.lineage)
        }
        return try attributing(to: "(row).\(name) is not a column: it calls the function \(name)") {
            () throws(InspectionFailure) in try call([name], arguments: [value])
        }
    }

    static let systemColumns: Set<String> = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]
}
