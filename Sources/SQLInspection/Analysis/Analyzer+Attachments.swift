extension Analyzer {
    /// What runs by itself whenever rows change: where it would put their values.
    func noteAttachments(of node: Node) throws(InspectionFailure) {
        if node.kind == .createTrigStmt || node.kind == .ruleStmt, isTemporary(node.node(.relation)) {
            // Nothing shows what it does later.
            return findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
        }
        switch node.kind {
        case .createTrigStmt:
            guard let relation = definedRelation(named: node.node(.relation)) else { return }
            let arguments = node.list(.args).names
            let function = node.list(.funcname).names
            guard
                let routine = routineCandidates(function, argumentCount: 0).first(where: {
                    $0.result == TypeID.trigger
                })
            else {
                findings.missing(function.joined(separator: "."))
                return findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
            }
            try note(flowsOf: routine, arguments, on: relation)
        case .ruleStmt:
            guard let relation = definedRelation(named: node.node(.relation)) else { return }
            let inner = Analyzer(context: context, tree: tree, isBehind: isBehind)
            try inner.runActions(of: node, on: relation, callPath: routinePath)
            noteDefinition(inner.findings)
            // What a view shows may have been changed by the open transaction.
            for table in inner.findings.tables where catalog.relation(table.oid)?.kind == .view {
                findings.missing(table.qualifiedName)
            }
        case .alterTableStmt:
            for command in node.list(.cmds)
            where command.enumeration(.subtype, as: AlterTableType.self) == .attachpartition {
                guard let parent = definedRelation(named: node.node(.relation)),
                    let child = definedRelation(named: command.node(.def)?.node(.name))
                else { continue }
                // Triggers may have been made by the open transaction.
                findings.missing(parent.name)
                try noteAttachment(of: child, to: parent)
            }
        default: break
        }
    }

    /// A partition gets the triggers of the table, and is looked at by its partition key.
    private func noteAttachment(of child: CatalogRelation, to parent: CatalogRelation)
        throws(InspectionFailure)
    {
        var pending = [parent.oid]
        var seen: Set<UInt32> = []
        while let oid = pending.popLast() {
            guard seen.insert(oid).inserted else { continue }
            pending += catalog.contents.parents[oid] ?? []
            for trigger in catalog.contents.triggers[oid] ?? [] {
                guard let routine = catalog.routine(trigger.function) else { continue }
                for oid in [child.oid] + catalog.descendants(of: child.oid) {
                    guard let relation = catalog.relation(oid) else { continue }
                    try note(flowsOf: routine, trigger.arguments, on: relation)
                }
            }
            for text in catalog.contents.indexExpressions[oid] ?? [] {
                var found = Findings()
                try absorbExpression(text, on: child, into: &found, keepsTransfers: true)
                noteDefinition(found)
            }
        }
    }

    /// What a trigger function does with the rows of a relation.
    func note(
        flowsOf routine: CatalogRoutine, _ arguments: [String], on relation: CatalogRelation
    ) throws(InspectionFailure) {
        if routine.schema == CatalogSnapshot.pgCatalog {
            guard routine.name.hasPrefix("tsvector_update_trigger"), let target = arguments.first else {
                return
            }
            let columns = try columnsBehind(relation)
            let sources = columns.filter { arguments.dropFirst().contains($0.name) }.map(\.lineage)
            return findings.add(
                Transfer(
                    target: catalog.column(named: target, of: relation),
                    lineage: sources.reduce(.none) { $0.union($1) }, means: .definition))
        }
        guard routine.language == "plpgsql", let source = routine.source else {
            return noteDefinition(try routineSummary(routine).findings)
        }
        guard context.bodies.triggerDepth < Self.maximumTriggerDepth else {
            return findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
        }
        context.bodies.triggerDepth += 1
        defer { context.bodies.triggerDepth -= 1 }
        let path = routine.searchPath ?? routinePath
        let body = try plpgsqlBody(
            source, routine, context.behind(path: path), relation: relation, row: try columnsBehind(relation))
        noteDefinition(body.findings)
    }

    private static let maximumTriggerDepth = 2

    /// Transfers of what will run later are the definition's. What cannot be told is refused with them.
    func noteDefinition(_ body: Findings) {
        for transfer in body.transfers {
            var transfer = transfer
            if transfer.means == .copy { transfer.means = .definition }
            findings.add(transfer)
        }
        if !body.actions.isDisjoint(with: [.admin, .unknown]) {
            findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
        }
        for name in body.unresolved { findings.missing(name) }
    }

    /// The condition and the actions of a rule (manual, chapter 41).
    func runActions(
        of rule: Node, on relation: CatalogRelation, callPath: [String]
    ) throws(InspectionFailure) {
        self.callPath = callPath
        let columns = try columnsBehind(relation)
        let scope = Scope(parent: nil)
        scope.items = ["new", "old"].map { FromItem(entry(relation, columns, name: $0)) }
        _ = try expression(rule.node(.whereClause), scope)
        for action in rule.list(.actions) {
            let rows = try statement(action, scope)
            if !rows.isComplete { findings.shownByRules = .unknown }
            if action.kind == .selectStmt {
                for row in rows.columns { findings.shownByRules.formUnion(row.lineage) }
                keep(rows)
                continue
            }
            // RETURNING gives what is asked of the relation's own columns.
            for (column, shown) in zip(columns, rows.columns) where !column.lineage.covers(shown.lineage) {
                findings.shownByRules.formUnion(shown.lineage)
                findings.add(
                    Transfer(
                        target: catalog.column(named: column.name, of: relation), lineage: shown.lineage))
            }
            if !rows.isComplete { findings.add(Transfer(target: nil, lineage: .unknown)) }
        }
    }
}

extension Lineage {
    /// Whatever the other one may be of, this may be of, too.
    func covers(_ other: Lineage) -> Bool { union(other) == self }
}
