extension Analyzer {
    /// Any statement, at the top of the text or in a body; the columns are those of its result.
    func statement(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational {
        switch node.kind {
        case .selectStmt:
            // In a body it reads by what it reads from only.
            if !isBehind { findings.actions.insert(.read) }
            return try query(node, scope)
        case .insertStmt, .updateStmt, .deleteStmt, .mergeStmt: return try query(node, scope)
        case .explainStmt: return try explain(node, scope)
        case .prepareStmt: return try prepare(node, scope)
        case .executeStmt: return try execute(node, scope)
        case .declareCursorStmt: return try declareCursor(node, scope)
        case .fetchStmt: return fetch(node)
        case .copyStmt: return try copy(node, scope)
        case .createTableAsStmt: return try createTableAs(node, scope)
        case .callStmt: return try callProcedure(node, scope)
        case .variableShowStmt: return show(node)
        case .transactionStmt: transaction(node)
        case .variableSetStmt: set(node)
        case .deallocateStmt:
            findings.actions.insert(.read)
            let name = node.text(.name)
            effects.append(.deallocate(name: name))
            if let name { context.batch.prepared[name] = nil } else { context.batch.prepared = [:] }
        case .closePortalStmt:
            findings.actions.insert(.read)
            effects.append(.closeCursor(name: node.text(.portalname)))
        case .constraintsSetStmt:
            findings.actions.insert(.read)
            node.ignore(.constraints, .deferred)
            for constraint in node.list(.constraints) { constraint.markAll() }
        case .listenStmt:
            // Payloads of other sessions arrive outside of any result.
            act(.write, because: "LISTEN receives what other sessions send")
            effects.append(.listen(channel: node.text(.conditionname) ?? ""))
        case .unlistenStmt:
            findings.actions.insert(.read)
            effects.append(.unlisten(channel: node.text(.conditionname)))
        case .notifyStmt:
            act(.admin, because: "NOTIFY sends to other sessions")
            node.ignore(.payload)
            effects.append(.notify(channel: node.text(.conditionname) ?? ""))
        case .discardStmt:
            act(.admin, because: "DISCARD resets the session")
            if node.enumeration(.target, as: DiscardMode.self) == .all { effects.append(.discardAll) }
        case .doStmt:
            act(.admin, because: "DO runs a block that is not inspected")
            findings.reachesAnything = true
            node.markAll()
        default: try definition(node, scope)
        }
        return Relational()
    }

    /// EXPLAIN plans what it explains, which may run functions; with ANALYZE it runs it.
    private func explain(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational {
        var isAnalyze = false
        for option in node.list(.options) {
            let value = option.optionIsOn
            if option.text(.defname) == "analyze" { isAnalyze = value }
        }
        findings.actions.insert(.read)
        guard let inner = node.node(.query) else { return Relational(isComplete: false) }
        let outer = isOnlyPlanned
        isOnlyPlanned = outer || !isAnalyze
        let effectsBefore = effects
        _ = try statement(inner, scope)
        isOnlyPlanned = outer
        if !isAnalyze { effects = effectsBefore }
        // Bodies of views and results of functions show up as literals in the plan.
        let showsHidden =
            !findings.reached.isEmpty || !findings.actions.isSubset(of: .read) || findings.reachesAnything
        findings.showsHidden = findings.showsHidden || showsHidden
        return Relational(columns: [
            ScopeColumn(name: "QUERY PLAN", type: TypeID.text, lineage: showsHidden ? .unknown : .none)
        ])
    }

    private func prepare(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational {
        let name = node.text(.name) ?? ""
        let types = node.list(.argtypes).map { resolveType($0) }
        guard let query = node.node(.query) else { return Relational(isComplete: false) }
        let inner = Analyzer(context: context, tree: tree, isBehind: isBehind, parameterTypes: types)
        inner.isOnlyPlanned = isOnlyPlanned
        let inspection = try inner.inspectStatement(query)
        take(inner)
        context.batch.prepared[name] = inspection
        effects.append(.prepare(name: name, inner: inspection))
        return Relational()
    }

    /// Takes the findings of an analyzer that went over a part of this statement.
    private func take(_ inner: Analyzer) {
        findings.merge(inner.findings)
        if inner.whereClause != .notApplicable { whereClause = inner.whereClause }
    }

    private func execute(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational {
        let name = node.text(.name) ?? ""
        let parameters = node.list(.params)
        // What it does with them is another statement's.
        findings.add(Transfer(target: nil, lineage: try expressions(parameters, scope)))
        effects.append(.execute(name: name, argumentCount: parameters.count))
        guard let prepared = context.batch.prepared[name] else {
            executesUnseen = true
            findings.explain("what was prepared as \(name) is known to the session only")
            return Relational(isComplete: false)
        }
        return repeated(prepared)
    }

    /// The result of a statement of this text that was inspected before.
    private func repeated(_ inspection: StatementInspection) -> Relational {
        act(inspection.actions, because: "as prepared")
        if inspection.whereClause != .notApplicable { whereClause = inspection.whereClause }
        for table in inspection.tables { findings.add(table, behind: isBehind) }
        for table in inspection.reached { findings.add(table, behind: true) }
        for table in inspection.cascaded { findings.add(cascaded: table) }
        for routine in inspection.routines { findings.add(routine) }
        findings.add(touchedBy: inspection)
        return Relational(
            columns: inspection.outputs.map(ScopeColumn.init),
            isComplete: inspection.outputsAreComplete)
    }

    private func declareCursor(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational {
        let name = node.text(.portalname) ?? ""
        let isHoldable = node.number(.options) & 0x20 != 0  // CURSOR_OPT_HOLD, parsenodes.h
        guard let query = node.node(.query) else { return Relational(isComplete: false) }
        let inner = Analyzer(context: context, tree: tree, isBehind: isBehind, parameterTypes: parameterTypes)
        inner.isOnlyPlanned = isOnlyPlanned
        let inspection = try inner.inspectStatement(query)
        take(inner)
        context.batch.cursors[name] = inspection
        effects.append(.declareCursor(name: name, holdable: isHoldable, inner: inspection))
        return Relational()
    }

    private func fetch(_ node: Node) -> Relational {
        node.ignore(.direction, .howMany)
        findings.actions.insert(.read)
        let name = node.text(.portalname) ?? ""
        effects.append(.fetch(name: name))
        if node.flag(.ismove) { return Relational() }
        guard let cursor = context.batch.cursors[name] else { return Relational(isComplete: false) }
        return Relational(
            columns: cursor.outputs.map(ScopeColumn.init),
            isComplete: cursor.outputsAreComplete)
    }

    private func callProcedure(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational {
        node.ignore(.funcexpr, .outargs)
        act(.write, because: "CALL runs a procedure")
        let value = try expression(node.node(.funccall), scope)
        return Relational(columns: value.fields ?? [], isComplete: value.fields != nil)
    }

    /// COPY (manual, COPY): files and programs are the server's.
    private func copy(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational {
        let layout = CopyLayout(node.list(.options))
        let isFrom = node.flag(.isFrom)
        let isProgram = node.flag(.isProgram)
        if node.has(.filename) || isProgram {
            act(.admin, because: "COPY reads or writes a file or program of the server")
        } else if !isFrom {
            copyOut = layout
        }
        if let query = node.node(.query) {
            findings.actions.insert(.read)
            return try self.query(query, scope)
        }
        guard let table = node.node(.relation) else { return Relational(isComplete: false) }
        let entry = try relationEntry(table, access: isFrom ? .written : .read)
        let named = node.list(.attlist).names
        let relation = catalog.relation(entry.relation)
        var columns = entry.columns
        if named.isEmpty {
            let generated = Set(
                relation.map { catalog.columns(of: $0).filter(\.isGenerated).map(\.name) } ?? [])
            columns = columns.filter { !generated.contains($0.name) }
        } else {
            columns = named.map { name in
                columns.first { $0.name == name } ?? ScopeColumn(name: name, lineage: .unknown)
            }
        }
        guard isFrom else {
            for column in columns { touch(column.lineage) }
            return Relational(columns: columns, isComplete: entry.isComplete)
        }
        act(.write, because: "COPY FROM writes \(entry.name)")
        if !node.has(.filename), !isProgram {
            copyIn = CopySource(layout: layout, columns: columns.map(\.lineage))
        }
        if let relation { try write(relation, .insert) }
        let inner = Scope(parent: scope)
        inner.items = [FromItem(entry)]
        try using(.assignment) { () throws(InspectionFailure) in
            for column in columns { touch(column.lineage) }
        }
        if let condition = node.node(.whereClause) {
            try using(.predicate) { () throws(InspectionFailure) in _ = try expression(condition, inner) }
        }
        return Relational()
    }

    private func show(_ node: Node) -> Relational {
        findings.actions.insert(.read)
        let name = (node.text(.name) ?? "").lowercased()
        findings.showsHidden = true
        if name == "all" {
            return Relational(
                columns: ["name", "setting", "description"].map { ScopeColumn(name: $0, lineage: .unknown) })
        }
        let lineage = SettingReview.holdsFreeText(name) ? Lineage.unknown : .none
        return Relational(columns: [ScopeColumn(name: name, lineage: lineage)])
    }
}
