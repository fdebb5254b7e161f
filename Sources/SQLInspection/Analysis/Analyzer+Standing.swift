extension Analyzer {
    private static let redefining: Set<NodeKind> = [
        .createFunctionStmt, .viewStmt, .createStmt, .createTableAsStmt, .createSeqStmt, .renameStmt,
        .alterObjectSchemaStmt, .dropStmt, .createCastStmt, .defineStmt, .createRangeStmt,
        .alterFunctionStmt,
    ]

    /// A definition may change what others do that stand already: triggers, rules, defaults, checks, stored views. What they would
    /// do with values then, and not now, is its doing.
    func noteStanding(changedBy node: Node) throws(InspectionFailure) {
        guard Self.redefining.contains(node.kind) else { return }
        if context.isCompared {
            return findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
        }
        switch node.kind {
        case .createFunctionStmt: try noteFunction(node)
        case .alterFunctionStmt: try noteSettings(of: node)
        case .viewStmt: try noteView(node)
        case .createStmt, .createTableAsStmt, .createSeqStmt:
            let target = node.node(.relation) ?? node.node(.into)?.node(.rel) ?? node.node(.sequence)
            if let target { noteRelationName(creationTarget(target)) }
        case .renameStmt, .alterObjectSchemaStmt: try noteMove(node)
        case .dropStmt: try noteRemoval(node)
        case .createCastStmt:
            if let function = node.node(.func) { try noteImplicit(function.list(.objname).names) }
        case .defineStmt, .createRangeStmt:
            for option in Array(node.list(.definition)) + Array(node.list(.params)) {
                guard let name = option.node(.arg), name.kind == .typeName else { continue }
                try noteImplicit(name.list(.names).names)
            }
        default: break
        }
    }

    /// What all that may come to one of these names does with values once the catalog has changed, and does not do now.
    func compare(
        _ names: Set<String>, knowing summaries: [RoutineMemo.Subject: RoutineMemo.Summary] = [:],
        after change: (inout CatalogSnapshot.Contents) -> Void
    ) throws(InspectionFailure) {
        let uses = names.isEmpty ? [] : catalog.standingUses(of: names)
        if uses.isEmpty { return }
        // The open transaction may have changed what these do.
        for name in names { findings.missing(name) }
        var contents = catalog.contents
        change(&contents)
        let now = standing(in: catalog)
        let then = standing(in: CatalogSnapshot(contents: contents, summaries: summaries))
        do throws(InspectionFailure) {
            for use in uses { try compare(use, now, then) }
        } catch {
            if case .unavailable = error { throw error }
            findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
        }
    }

    /// With bounds of its own: it is no part of the statement.
    private func standing(in catalog: CatalogSnapshot) -> Analyzer {
        let context = AnalysisContext(
            catalog: catalog, settings: context.settings, path: context.pathNames, parser: context.parser,
            bodies: .init(maximumSteps: AnalysisContext.Bodies.fewSteps), isCompared: true)
        return Analyzer(context: context, tree: tree, isBehind: true)
    }

    private func compare(_ use: StandingUse, _ now: Analyzer, _ then: Analyzer) throws(InspectionFailure) {
        now.findings = Findings()
        then.findings = Findings()
        try now.follow(use)
        try then.follow(use)
        let known = Set(now.findings.transfers)
        for transfer in then.findings.transfers where !known.contains(transfer) { findings.add(transfer) }
        try noteStored(use, now, then)
    }

    /// What it does with values, as transfers.
    private func follow(_ use: StandingUse) throws(InspectionFailure) {
        switch use {
        case .trigger(let trigger, let oid):
            guard let relation = catalog.relation(oid) else { return }
            guard let routine = catalog.routine(trigger.function) else { return }
            try note(flowsOf: routine, trigger.arguments, on: relation)
            if trigger.definition != nil {
                let inner = Analyzer(context: context, tree: tree, isBehind: true)
                try inner.runCondition(of: trigger, on: relation)
                noteDefinition(inner.findings)
            }
        case .rule(let rule, let oid):
            guard let relation = catalog.relation(oid) else { return }
            let inner = Analyzer(context: context, tree: tree, isBehind: true)
            try inner.run(rule, on: relation, keepsTransfers: true)
            noteDefinition(inner.findings)
        case .column(let id, let text):
            guard let relation = catalog.relation(id.table) else { return }
            let value = try follow(text, on: relation)
            findings.add(Transfer(target: id, lineage: value, means: .definition))
        case .expression(let text, let oid):
            guard let relation = catalog.relation(oid) else { return }
            _ = try follow(text, on: relation)
        case .domainDefault(let text):
            let body = try inspectBody(
                "SELECT \(text)", context: context.behind(path: ["pg_catalog"]), scope: Scope(parent: nil),
                calls: routinePath)
            noteDefinition(body.findings)
            for column in body.columns {
                findings.add(Transfer(target: nil, lineage: column.lineage, means: .definition))
            }
        case .domainCheck(let oid):
            let body = try domainSummary(oid).findings
            if !body.actions.isSubset(of: .read) {
                findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
            }
        case .eventTrigger(let oid):
            if let routine = catalog.routine(oid) { noteDefinition(try routineSummary(routine).findings) }
        case .materializedView: break
        }
    }

    private func follow(_ text: String, on relation: CatalogRelation) throws(InspectionFailure) -> Lineage {
        let scope = Scope(parent: nil)
        scope.items = [FromItem(entry(relation, try columnsBehind(relation)))]
        let body = try inspectBody(
            "SELECT \(text)", context: context.behind(path: ["pg_catalog"]), scope: scope, calls: routinePath)
        noteDefinition(body.findings)
        return body.columns.reduce(body.isComplete ? .none : .unknown) { $0.union($1.lineage) }
    }

    /// What was stored is masked by what its definition reads: it stays, when that is something else.
    private func noteStored(_ use: StandingUse, _ now: Analyzer, _ then: Analyzer) throws(InspectionFailure) {
        let table: UInt32
        switch use {
        case .materializedView(let oid): table = oid
        case .column(let id, _) where catalog.column(id)?.isGenerated == true: table = id.table
        default: return
        }
        guard let relation = catalog.relation(table) else { return }
        let after = try then.columnsBehind(relation)
        for (before, after) in zip(try now.columnsBehind(relation), after)
        where !after.lineage.covers(before.lineage) {
            let target = catalog.column(named: before.name, of: relation)
            let isKnown = before.lineage != .unknown
            findings.add(
                Transfer(
                    target: target, lineage: before.lineage, means: isKnown ? .definition : .unproven))
        }
    }
}
