extension Analyzer {
    /// Any statement that can stand where a query can: SELECT, VALUES, set operations, and DML with RETURNING in WITH.
    func query(_ node: Node, _ outer: Scope?) throws(InspectionFailure) -> Relational {
        try deeper { () throws(InspectionFailure) in
            switch node.kind {
            case .selectStmt: return try select(node, outer)
            case .insertStmt, .updateStmt, .deleteStmt, .mergeStmt: return try modification(node, outer)
            default:
                unknown("\(node.kind) is not understood as a query")
                return Relational(isComplete: false)
            }
        }
    }

    private func select(_ node: Node, _ outer: Scope?) throws(InspectionFailure) -> Relational {
        let withScope = try withClause(node.node(.withClause), outer)
        node.ignore(.limitOption, .groupDistinct, .all)
        var result: Relational
        let scope = Scope(parent: withScope)
        if node.enumeration(.op, as: SetOperation.self) != SetOperation.none, node.has(.larg) {
            result = try setOperation(node, withScope)
            scope.items = [
                FromItem(RangeEntry(name: "", columns: result.columns, isComplete: result.isComplete))
            ]
        } else if node.has(.valuesLists) {
            result = try values(node.list(.valuesLists), scope)
        } else {
            result = try simpleSelect(node, scope)
        }
        if let into = node.node(.intoClause) {
            let target = try createTarget(into, scope)
            if !isOnlyPlanned {
                keep(result)
                created(target, isTable: true)
            }
        }
        try using(.ordering) { () throws(InspectionFailure) in
            for item in node.list(.sortClause) { try outputKey(item, result, scope) }
        }
        _ = try expression(node.node(.limitOffset), scope)
        _ = try expression(node.node(.limitCount), scope)
        for lock in node.list(.lockingClause) { try locking(lock, scope) }
        return result
    }

    private func simpleSelect(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational {
        try from(node.list(.fromClause), scope)
        if let condition = node.node(.whereClause) {
            try using(.predicate) { () throws(InspectionFailure) in _ = try expression(condition, scope) }
        }
        for window in node.list(.windowClause) {
            let lineage = try windowDefinition(window, scope)
            if let name = window.text(.name) { scope.windows[name] = lineage }
        }
        let result = try targetList(node.list(.targetList), scope)
        try using(.grouping) { () throws(InspectionFailure) in
            for item in node.list(.groupClause) { try groupingItem(item, result, scope) }
            for item in node.list(.distinctClause) {
                if item.isNull {
                    // Plain DISTINCT compares all outputs.
                    for column in result.columns { touch(column.lineage) }
                } else {
                    try outputKey(item, result, scope)
                }
            }
        }
        if let having = node.node(.havingClause) {
            try using(.predicate) { () throws(InspectionFailure) in _ = try expression(having, scope) }
        }
        return result
    }

    private func groupingItem(_ node: Node, _ result: Relational, _ scope: Scope) throws(InspectionFailure) {
        if node.kind == .groupingSet {
            node.ignore(.kind)
            for item in node.list(.content) {
                try deeper { () throws(InspectionFailure) in try groupingItem(item, result, scope) }
            }
        } else if node.kind == .rowExpr || node.kind == .list {
            for item in node.list(node.kind == .list ? .items : .args) { try outputKey(item, result, scope) }
            node.ignore(.colnames)
        } else {
            try outputKey(node, result, scope)
        }
    }

    /// A sort or group key: an output column by position or name, or an expression.
    private func outputKey(_ node: Node, _ result: Relational, _ scope: Scope) throws(InspectionFailure) {
        let inner = node.kind == .sortBy ? node.node(.node) ?? node : node
        if inner.kind == .aConst, case .number(let position)? = try expression(inner, scope).constant {
            let index = Int(position) - 1
            if result.columns.indices.contains(index) { touch(result.columns[index].lineage) }
            if node.kind == .sortBy { _ = try sortKey(node, scope) }
            return
        }
        if inner.kind == .columnRef, inner.list(.fields).names.count == 1 {
            let name = inner.list(.fields).names[0]
            let named = result.columns.filter { $0.name == name }
            if !named.isEmpty {
                for column in named { touch(column.lineage) }
                node.ignore(.sortbyDir, .sortbyNulls)
                let operators = node.kind == .sortBy ? node.list(.useOp).names : []
                if !operators.isEmpty { _ = try applyOperator(operators, named[0].value, named[0].value) }
                return
            }
        }
        _ = try sortKey(node, scope)
    }

    private func setOperation(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational {
        guard let left = node.node(.larg), let right = node.node(.rarg) else {
            unknown("a set operation without its two sides")
            return Relational(isComplete: false)
        }
        var result = try query(left, scope)
        let other = try query(right, scope)
        let coercion = TypeCoercion(catalog: catalog)
        for index in result.columns.indices where index < other.columns.count {
            result.columns[index].merge(other.columns[index].value)
            result.columns[index].type = coercion.common([
                result.columns[index].type, other.columns[index].type,
            ])
            result.columns[index].fields = nil
        }
        // All but UNION ALL compare the rows, and how many are left tells of their values.
        if !node.flag(.all) || node.enumeration(.op, as: SetOperation.self) != .union {
            try using(.grouping) { () throws(InspectionFailure) in
                for column in result.columns { touch(column.lineage) }
            }
        }
        // SELECT … INTO stands in the first of the queries, and takes the rows of all.
        if left.has(.intoClause), !isOnlyPlanned { keep(other) }
        if !other.isComplete { result.isComplete = false }
        if !result.isComplete {
            for index in result.columns.indices { result.columns[index].lineage = .unknown }
        }
        return result
    }

    private func values(_ rows: NodeList, _ scope: Scope) throws(InspectionFailure) -> Relational {
        var columns: [ScopeColumn] = []
        for row in rows {
            for (index, item) in row.list(.items).enumerated() {
                if item.kind == .aConst, index < columns.count {
                    let type = item.constantType
                    columns[index].isWhole = false
                    if type == columns[index].type || type == TypeID.unknownLiteral { continue }
                    columns[index].type = TypeCoercion(catalog: catalog).common([columns[index].type, type])
                    continue
                }
                let value = try expression(item, scope)
                if index == columns.count {
                    columns.append(
                        ScopeColumn(
                            name: "column\(index + 1)", type: value.type, lineage: value.lineage,
                            isWhole: value.isWhole, fields: value.fields))
                } else {
                    columns[index].merge(value)
                    if columns[index].type != value.type {
                        columns[index].type = TypeCoercion(catalog: catalog).common([
                            columns[index].type, value.type,
                        ])
                        columns[index].fields = nil
                    }
                }
            }
        }
        return Relational(columns: columns)
    }

    /// A SELECT or RETURNING list: its columns, with the names that PostgreSQL gives them (FigureColname).
    func targetList(_ targets: NodeList, _ scope: Scope) throws(InspectionFailure) -> Relational {
        var result = Relational()
        for target in targets {
            guard target.kind == .resTarget, let node = target.node(.val) else {
                unknown("\(target.kind) is not understood as an output column")
                continue
            }
            target.ignore(.indirection, .name)
            if let star = try starTarget(node, scope) {
                result.columns += star.columns
                if !star.isComplete { result.isComplete = false }
                // MaxTupleAttributeNumber (htup_details.h): the server refuses more.
                if result.columns.count > 1_664 { throw .tooComplex("more than 1664 columns") }
                continue
            }
            let value = try expression(node, scope)
            let name = target.text(.name) ?? ColumnName.figure(node) ?? "?column?"
            result.columns.append(
                ScopeColumn(
                    name: name, type: value.type, lineage: value.lineage, isWhole: value.isWhole,
                    fields: value.fields))
        }
        return result
    }

    /// `*`, `name.*` and `(row).*` as an output column.
    private func starTarget(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational? {
        if node.kind == .columnRef {
            let names = node.list(.fields).names
            return names.last == "*" ? try starColumns(names.dropLast(), scope) : nil
        }
        if node.kind == .aIndirection, node.list(.indirection).last?.kind == .aStar {
            let value = try expression(node, scope)
            guard let fields = value.fields ?? rowFields(value) else { return Relational(isComplete: false) }
            return Relational(columns: fields)
        }
        return nil
    }

    /// The columns of a value of a named composite type.
    func rowFields(_ value: Value) -> [ScopeColumn]? {
        guard let type = catalog.type(catalog.baseType(value.type)),
            let relation = catalog.relation(type.relation)
        else {
            return nil
        }
        return catalog.columns(of: relation).map {
            ScopeColumn(name: $0.name, type: $0.type, lineage: value.lineage, isWhole: value.isWhole)
        }
    }

    /// FOR UPDATE and its like lock rows: a write to all tables of the level, or those listed.
    private func locking(_ node: Node, _ scope: Scope) throws(InspectionFailure) {
        node.ignore(.strength, .waitPolicy)
        for relation in node.list(.lockedRels) {
            relation.ignore(.relname, .schemaname, .catalogname, .inh, .relpersistence)
        }
        if !isOnlyPlanned { act(.write, because: "a locking clause locks rows") }
    }
}

/// The names that PostgreSQL gives to output columns (parse_target.c, FigureColnameInternal).
enum ColumnName {
    static func figure(_ node: Node) -> String? {
        switch node.kind {
        case .columnRef: return node.list(.fields).names.last { $0 != "*" }
        case .aIndirection:
            return node.list(.indirection).last { $0.kind == .string }?.stringValue
                ?? node.node(.arg).flatMap(figure)
        case .funcCall: return node.list(.funcname).names.last
        case .aExpr:
            return node.enumeration(.kind, as: ExpressionKind.self) == .nullif ? "nullif" : nil
        case .typeCast:
            return node.node(.arg).flatMap(figure) ?? node.node(.typeName)?.list(.names).names.last
        case .collateClause: return node.node(.arg).flatMap(figure)
        case .groupingFunc: return "grouping"
        case .subLink: return subLink(node)
        case .caseExpr: return node.node(.defresult).flatMap(figure) ?? "case"
        case .aArrayExpr: return "array"
        case .rowExpr: return "row"
        case .coalesceExpr: return "coalesce"
        case .minMaxExpr: return node.enumeration(.op, as: MinMaxOp.self) == .greatest ? "greatest" : "least"
        case .sqlValueFunction: return sqlValueFunction(node)
        case .xmlExpr: return xmlExpression(node)
        case .xmlSerialize: return "xmlserialize"
        default: return nil
        }
    }

    private static func subLink(_ node: Node) -> String? {
        switch node.enumeration(.subLinkType, as: SubLinkType.self) {
        case .existsSublink: return "exists"
        case .arraySublink: return "array"
        case .exprSublink:
            var select = node.node(.subselect)
            while let left = select?.node(.larg) { select = left }
            guard let first = select?.list(.targetList).first else {
                return select?.has(.valuesLists) == true ? "column1" : nil
            }
            return first.text(.name) ?? first.node(.val).flatMap(figure)
        default: return nil
        }
    }

    private static func sqlValueFunction(_ node: Node) -> String? {
        switch node.enumeration(.op, as: SQLValueFunctionOp.self) {
        case .currentDate: "current_date"
        case .currentTime, .currentTimeN: "current_time"
        case .currentTimestamp, .currentTimestampN: "current_timestamp"
        case .localtime, .localtimeN: "localtime"
        case .localtimestamp, .localtimestampN: "localtimestamp"
        case .currentRole: "current_role"
        case .currentUser: "current_user"
        case .user: "user"
        case .sessionUser: "session_user"
        case .currentCatalog: "current_catalog"
        case .currentSchema: "current_schema"
        case nil: nil
        }
    }

    private static func xmlExpression(_ node: Node) -> String? {
        switch node.enumeration(.op, as: XmlExprOp.self) {
        case .xmlconcat: "xmlconcat"
        case .xmlelement: "xmlelement"
        case .xmlforest: "xmlforest"
        case .xmlparse: "xmlparse"
        case .xmlpi: "xmlpi"
        case .xmlroot: "xmlroot"
        case .xmlserialize: "xmlserialize"
        case .document, nil: nil
        }
    }
}
