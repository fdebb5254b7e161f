extension Analyzer {
    /// A FROM list: each item is added to the scope's level in order, so that LATERAL items see those before.
    func from(_ items: NodeList, _ scope: Scope) throws(InspectionFailure) {
        for node in items {
            let item = try fromItem(node, scope)
            scope.items.append(item)
        }
    }

    func fromItem(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> FromItem {
        try deeper { () throws(InspectionFailure) in
            switch node.kind {
            case .rangeVar: return FromItem(try tableEntry(node, scope))
            case .rangeSubselect: return FromItem(try subselectEntry(node, scope))
            case .rangeFunction: return FromItem(try functionEntry(node, scope))
            case .rangeTableFunc: return FromItem(try tableFunctionEntry(node, scope))
            case .joinExpr: return try join(node, scope)
            case .rangeTableSample:
                for name in node.list(.method) { name.ignore(.sval) }
                let method = node.list(.method).names.last ?? ""
                if method != "system" && method != "bernoulli" { unknown("sampling method \(method)") }
                try expressions(node.list(.args), scope)
                _ = try expression(node.node(.repeatable), scope)
                guard let relation = node.node(.relation) else { break }
                return try fromItem(relation, scope)
            default: break
            }
            unknown("\(node.kind) is not understood in FROM")
            return FromItem(RangeEntry(name: "", columns: [], isComplete: false))
        }
    }

    /// The alias of a FROM item and the names it gives to columns.
    func alias(_ node: Node?) -> (name: String?, columns: [String]) {
        guard let node else { return (nil, []) }
        return (node.text(.aliasname), node.list(.colnames).names)
    }

    func renamed(_ columns: [ScopeColumn], _ names: [String]) -> [ScopeColumn] {
        var result = columns
        for (index, name) in names.enumerated() where index < result.count { result[index].name = name }
        return result
    }

    private func tableEntry(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> RangeEntry {
        node.ignore(.inh, .relpersistence)
        let alias = alias(node.node(.alias))
        let schema = node.text(.schemaname)
        let name = node.text(.relname) ?? ""
        if schema == nil, node.text(.catalogname) == nil, let table = scope.commonTable(name) {
            let result = try commonTableColumns(table)
            return RangeEntry(
                name: alias.name ?? name, columns: renamed(result.columns, alias.columns),
                isComplete: result.isComplete)
        }
        var entry = try relationEntry(node, access: .read)
        entry.columns = renamed(entry.columns, alias.columns)
        if let name = alias.name {
            entry.name = name
            entry.schema = nil
        }
        return entry
    }

    private func subselectEntry(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> RangeEntry {
        let alias = alias(node.node(.alias))
        // Without LATERAL the sub-select sees no other item of this FROM list.
        let visible = node.flag(.lateral) ? scope : scope.parent
        guard let select = node.node(.subquery) else {
            unknown("a sub-select is missing")
            return RangeEntry(name: "", columns: [], isComplete: false)
        }
        let result = try query(select, visible)
        return RangeEntry(
            name: alias.name ?? "", columns: renamed(result.columns, alias.columns),
            isComplete: result.isComplete)
    }

    private func functionEntry(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> RangeEntry {
        node.ignore(.lateral, .isRowsfrom)
        let alias = alias(node.node(.alias))
        var columns: [ScopeColumn] = []
        var isComplete = true
        var rowType: UInt32 = 0
        let functions = node.list(.functions)
        var definitions: [[Node]] = functions.map { Array($0.list(.items).dropFirst()) }
        let columnList = Array(node.list(.coldeflist))
        if functions.count == 1 {
            definitions[0] += columnList
        } else {
            _ = try columnDefinitions(columnList, .none)
        }
        for (function, definition) in zip(functions, definitions) {
            guard let call = function.list(.items).first else { continue }
            let values = try callsInFrom(call, scope)
            for value in values {
                let defined = try columnDefinitions(definition, value.lineage)
                if !defined.isEmpty {
                    columns += defined
                } else if let fields = value.fields, value.type != 0 {
                    columns += fields
                    rowType = value.type
                } else {
                    if value.type == TypeID.record || value.type == 0 {
                        isComplete = isComplete && value.type == 0 && !value.lineage.isUnknown
                    }
                    let isAlone = functions.count == 1 && values.count == 1
                    columns.append(scalarColumn(call, value, alias.name, alone: isAlone))
                }
            }
        }
        if node.flag(.ordinality) { columns.append(ScopeColumn(name: "ordinality", type: TypeID.int8)) }
        return RangeEntry(
            name: alias.name ?? columns.first?.name ?? "", columns: renamed(columns, alias.columns),
            isComplete: isComplete, rowType: functions.count == 1 ? rowType : 0)
    }

    /// `unnest(a, b)` stands for one call each, side by side; in FROM only (manual, 9.19).
    private func callsInFrom(_ call: Node, _ scope: Scope) throws(InspectionFailure) -> [Value] {
        let names = call.kind == .funcCall ? call.list(.funcname).names : []
        guard names.last == "unnest", call.list(.args).count > 1 else { return [try expression(call, scope)] }
        call.ignore(.funcVariadic)
        var values: [Value] = []
        for argument in call.list(.args) {
            values.append(try self.call(names, arguments: [try expression(argument, scope)]))
        }
        return values
    }

    private func scalarColumn(_ call: Node, _ value: Value, _ alias: String?, alone: Bool) -> ScopeColumn {
        let name = value.outputName ?? (alone ? alias : nil) ?? ColumnName.figure(call)
        return ScopeColumn(
            name: name ?? "?column?", type: value.type, lineage: value.lineage, isWhole: value.isWhole)
    }

    /// `AS t(a int, b text)`: types named here are cast to.
    private func columnDefinitions(_ nodes: [Node], _ lineage: Lineage) throws(InspectionFailure)
        -> [ScopeColumn]
    {
        var columns: [ScopeColumn] = []
        for list in nodes {
            for node in list.kind == .list ? Array(list.list(.items)) : [list] where node.kind == .columnDef {
                node.ignore(.isLocal, .collClause)
                if let collation = node.node(.collClause) { collation.markAll() }
                let type = node.node(.typeName).map { resolveType($0) } ?? 0
                try runDomains(of: type)
                columns.append(ScopeColumn(name: node.text(.colname) ?? "", type: type, lineage: lineage))
            }
        }
        return columns
    }

    /// XMLTABLE (manual, 9.15.3).
    private func tableFunctionEntry(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> RangeEntry {
        node.ignore(.lateral)
        var lineage = try expression(node.node(.docexpr), scope).lineage
        lineage.formUnion(try expression(node.node(.rowexpr), scope).lineage)
        for namespace in node.list(.namespaces) {
            namespace.ignore(.name)
            lineage.formUnion(try expression(namespace.node(.val), scope).lineage)
        }
        var columns: [ScopeColumn] = []
        for column in node.list(.columns) {
            column.ignore(.forOrdinality, .isNotNull)
            let type = column.node(.typeName).map { resolveType($0) } ?? TypeID.int4
            try runDomains(of: type)
            lineage.formUnion(try expression(column.node(.colexpr), scope).lineage)
            lineage.formUnion(try expression(column.node(.coldefexpr), scope).lineage)
            columns.append(ScopeColumn(name: column.text(.colname) ?? "", type: type))
        }
        for index in columns.indices { columns[index].lineage = lineage }
        let alias = alias(node.node(.alias))
        return RangeEntry(name: alias.name ?? "xmltable", columns: renamed(columns, alias.columns))
    }

    private func join(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> FromItem {
        node.ignore(.jointype, .rtindex)
        guard let leftNode = node.node(.larg), let rightNode = node.node(.rarg) else {
            unknown("a join without its two sides")
            return FromItem(RangeEntry(name: "", columns: [], isComplete: false))
        }
        let left = try fromItem(leftNode, scope)
        // The right side may be LATERAL and see the left.
        scope.items.append(left)
        let right = try fromItem(rightNode, scope)
        scope.items.removeLast()
        var shared = node.list(.usingClause).names
        if node.flag(.isNatural) {
            let names = Set(right.columns.map(\.name))
            shared = left.columns.map(\.name).filter { names.contains($0) }
            if !left.isComplete || !right.isComplete {
                unknown("a natural join over columns that are not known")
            }
        }
        var item = FromItem(
            entries: left.entries + right.entries, columns: [],
            isComplete: left.isComplete && right.isComplete)
        try context.bodies.spend((left.columns.count + right.columns.count) / 8)
        for name in shared {
            guard let first = left.columns.first(where: { $0.name == name }),
                let second = right.columns.first(where: { $0.name == name })
            else { continue }
            try using(.predicate) { () throws(InspectionFailure) in
                touch(first.lineage)
                touch(second.lineage)
                _ = try applyOperator(["="], first.value, second.value)
            }
            let type = TypeCoercion(catalog: catalog).common([first.type, second.type])
            item.columns.append(
                ScopeColumn(
                    name: name, type: type, lineage: first.lineage.union(second.lineage),
                    isWhole: first.isWhole && second.isWhole))
        }
        item.columns += left.columns.filter { !shared.contains($0.name) }
        item.columns += right.columns.filter { !shared.contains($0.name) }
        if let usingAlias = node.node(.joinUsingAlias) {
            let columns = Array(item.columns.prefix(shared.count))
            item.entries.append(RangeEntry(name: alias(usingAlias).name ?? "", columns: columns))
        }
        if let condition = node.node(.quals) {
            let inner = Scope(parent: scope.parent)
            inner.items = scope.items + [item]
            try using(.predicate) { () throws(InspectionFailure) in _ = try expression(condition, inner) }
        }
        if let aliasNode = node.node(.alias) {
            let alias = alias(aliasNode)
            item.columns = renamed(item.columns, alias.columns)
            item.entries = [
                RangeEntry(name: alias.name ?? "", columns: item.columns, isComplete: item.isComplete)
            ]
        }
        return item
    }
}

extension Lineage {
    var isUnknown: Bool { self == .unknown }
}
