extension Analyzer {
    /// WITH (manual, 7.8). Without RECURSIVE a query sees the ones before it; with it, all of them.
    ///
    /// Every query of the list is inspected, used or not: one that writes runs in any case.
    func withClause(_ node: Node?, _ outer: Scope?) throws(InspectionFailure) -> Scope {
        guard let node else { return Scope(parent: outer) }
        let isRecursive = node.flag(.recursive)
        var scope = Scope(parent: outer)
        var tables: [CommonTable] = []
        for definition in node.list(.ctes) {
            guard definition.kind == .commonTableExpr, let name = definition.text(.ctename) else {
                unknown("\(definition.kind) is not understood in WITH")
                continue
            }
            definition.ignore(.ctematerialized, .cterecursive, .cterefcount)
            let table = CommonTable(node: definition, scope: scope)
            tables.append(table)
            if isRecursive {
                scope.commonTables[name] = table
            } else {
                // Its own level, so that the query itself and its elder siblings do not see it.
                scope = Scope(parent: scope)
                scope.commonTables[name] = table
            }
        }
        for table in tables { _ = try commonTableColumns(table) }
        return scope
    }

    func commonTableColumns(_ table: CommonTable) throws(InspectionFailure) -> Relational {
        switch table.state {
        case .done: break
        case .active: table.wasReadWhileActive = true
        case .pending: try inspectCommonTable(table)
        }
        return Relational(columns: table.columns, isComplete: table.isComplete)
    }

    private func inspectCommonTable(_ table: CommonTable) throws(InspectionFailure) {
        let node = table.node
        let names = node.list(.aliascolnames).names
        guard let body = node.node(.ctequery) else { return unknown("a WITH query is missing") }
        let extra = try searchAndCycleNames(node)
        table.state = .active
        // What a recursive query reads of itself starts as its first part's columns and grows until it stays the same.
        let isSetOperation = body.kind == .selectStmt && body.has(.larg)
        context.bodies.recursionDepth += isSetOperation ? 1 : 0
        defer { context.bodies.recursionDepth -= isSetOperation ? 1 : 0 }
        if context.bodies.recursionDepth > Self.maximumRecursionDepth {
            // Rounds inside rounds multiply: beyond this columns are not told apart.
            table.isComplete = false
            let columns = renamed(try query(body, table.scope).columns, names)
            table.columns = columns.map { ScopeColumn(name: $0.name, lineage: .unknown) }
            table.state = .done
            return
        }
        if isSetOperation {
            table.isComplete = false
            table.columns = try probe(body, table.scope, names, extra)
            table.isComplete = true
        }
        for round in 0..<Self.maximumRounds {
            table.wasReadWhileActive = false
            let result = try query(body, table.scope)
            let columns = renamed(result.columns, names) + extraColumns(extra, result)
            let isStable =
                columns.map(\.lineage) == table.columns.map(\.lineage)
                && columns.map(\.isWhole) == table.columns.map(\.isWhole)
            table.columns = columns
            table.isComplete = result.isComplete
            if !table.wasReadWhileActive || isStable { break }
            if round == Self.maximumRounds - 1 {
                for index in table.columns.indices {
                    table.columns[index].lineage = .unknown
                    table.columns[index].isWhole = false
                }
            }
        }
        table.state = .done
    }

    private static let maximumRounds = 6
    private static let maximumRecursionDepth = 4

    /// The columns of a recursive query's first part. It is inspected again as a part of the whole.
    private func probe(
        _ body: Node, _ scope: Scope, _ names: [String], _ extra: [String]
    ) throws(InspectionFailure) -> [ScopeColumn] {
        var part = body
        var scope = scope
        while part.kind == .selectStmt, let left = part.node(.larg) {
            scope = try withClause(part.node(.withClause), scope)
            part = left
        }
        let result = try query(part, scope)
        return renamed(result.columns, names) + extraColumns(extra, result)
    }

    /// The columns that SEARCH and CYCLE add (manual, 7.8.2).
    private func searchAndCycleNames(_ node: Node) throws(InspectionFailure) -> [String] {
        var names: [String] = []
        if let search = node.node(.searchClause) {
            search.ignore(.searchColList, .searchBreadthFirst)
            for column in search.list(.searchColList) { column.ignore(.sval) }
            if let name = search.text(.searchSeqColumn) { names.append(name) }
        }
        if let cycle = node.node(.cycleClause) {
            cycle.ignore(.cycleMarkType, .cycleMarkTypmod, .cycleMarkCollation, .cycleMarkNeop)
            for column in cycle.list(.cycleColList) { column.ignore(.sval) }
            for value in [cycle.node(.cycleMarkValue), cycle.node(.cycleMarkDefault)] {
                _ = try expression(value, Scope(parent: nil))
            }
            for name in [cycle.text(.cycleMarkColumn), cycle.text(.cyclePathColumn)] {
                if let name { names.append(name) }
            }
        }
        return names
    }

    private func extraColumns(_ names: [String], _ result: Relational) -> [ScopeColumn] {
        var lineage = Lineage.none
        for column in result.columns { lineage.formUnion(column.lineage) }
        return names.map { ScopeColumn(name: $0, lineage: lineage) }
    }
}
