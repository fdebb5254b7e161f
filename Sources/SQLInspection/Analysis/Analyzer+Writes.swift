extension Analyzer {
    /// Everything that runs when a relation is written: defaults, checks, triggers, rules; behind a view, the tables there.
    func write(_ relation: CatalogRelation, _ events: TriggerEvents) throws(InspectionFailure) {
        if relation.schema == CatalogSnapshot.pgCatalog {
            act(.admin, because: "\(relation.name) is a system catalog")
        }
        let events = isOnlyPlanned ? [] : events
        let path = routinePath
        let summary = try summary(.writing(relation.oid, events: events.rawValue), path: path) {
            () throws(InspectionFailure) in
            var result = RoutineMemo.Summary()
            let analyzer = analyzerBehind()
            try analyzer.runRelation(relation, events)
            if relation.kind == .view { try analyzer.writeThrough(relation, events) }
            if relation.kind == .partitionedTable || !events.isDisjoint(with: [.update, .delete]) {
                for child in catalog.descendants(of: relation.oid) {
                    guard let child = catalog.relation(child) else { continue }
                    try analyzer.runRelation(child, events)
                    if relation.kind == .partitionedTable {
                        analyzer.findings.add(reference(to: child, .written), behind: true)
                    }
                }
            }
            result.findings = analyzer.findings
            return result
        }
        findings.absorb(summary.findings, columns: false)
    }

    /// For what happens behind the statement, with findings of its own.
    private func analyzerBehind() -> Analyzer {
        let analyzer = Analyzer(context: context, tree: tree, isBehind: true)
        analyzer.callPath = callPath
        return analyzer
    }

    /// One relation's own expressions, triggers, policies and rules.
    private func runRelation(_ relation: CatalogRelation, _ events: TriggerEvents) throws(InspectionFailure) {
        for column in catalog.columns(of: relation) {
            let id = ColumnID(table: relation.oid, attribute: column.number)
            if let text = catalog.contents.expressions[id] {
                try absorbExpression(text, on: relation, into: &findings)
            }
            if column.type >= 16_384, events.contains(.insert) { try runDomains(of: column.type) }
        }
        for text in catalog.contents.checks[relation.oid] ?? [] {
            try absorbExpression(text, on: relation, into: &findings)
        }
        for text in catalog.contents.indexExpressions[relation.oid] ?? [] {
            try absorbExpression(text, on: relation, into: &findings)
        }
        try runTypeFunctions(ofColumnsOf: relation)
        if relation.hasRowSecurity { findings.absorb(try policySummary(relation).findings, columns: false) }
        for trigger in catalog.contents.triggers[relation.oid] ?? []
        where trigger.isEnabled && !TriggerEvents(rawValue: trigger.events).isDisjoint(with: events) {
            try runTrigger(trigger, on: relation)
        }
        for rule in catalog.contents.rules[relation.oid] ?? [] where events.ruleEvents.contains(rule.event) {
            try runRule(rule, on: relation)
        }
        for cascade in catalog.contents.cascades[relation.oid] ?? [] {
            try follow(cascade, of: relation, events)
        }
    }

    /// TRUNCATE … CASCADE empties all tables that refer to one that it empties (manual, TRUNCATE).
    func truncateReferring(to relation: CatalogRelation) throws(InspectionFailure) {
        var pending = [relation.oid]
        var seen: Set = [relation.oid]
        while let parent = pending.popLast() {
            for child in catalog.contents.cascades[parent] ?? [] where seen.insert(child.child).inserted {
                guard let child = catalog.relation(child.child) else { continue }
                try writeBehind(child, .truncate, because: "TRUNCATE CASCADE empties \(child.name)")
                pending.append(child.oid)
            }
        }
    }

    /// Rows that refer to changed ones change, too (manual, 5.4.5).
    private func follow(
        _ cascade: CatalogCascade, of relation: CatalogRelation, _ events: TriggerEvents
    ) throws(InspectionFailure) {
        var childEvents: TriggerEvents = []
        if events.contains(.delete) {
            if cascade.onDelete == "c" { childEvents.insert(.delete) }
            if "nd".contains(cascade.onDelete) { childEvents.insert(.update) }
        }
        if events.contains(.update), "cnd".contains(cascade.onUpdate) { childEvents.insert(.update) }
        guard !childEvents.isEmpty, let child = catalog.relation(cascade.child) else { return }
        try writeBehind(
            child, childEvents,
            because: "a foreign key of \(child.name) changes the rows that refer to \(relation.name)")
    }

    private func writeBehind(
        _ relation: CatalogRelation, _ events: TriggerEvents, because reason: String
    ) throws(InspectionFailure) {
        let analyzer = analyzerBehind()
        analyzer.findings.add(reference(to: relation, .written), behind: true)
        analyzer.findings.explain(reason)
        try analyzer.write(relation, events)
        findings.absorb(cascade: analyzer.findings)
    }

    private func runTrigger(_ trigger: CatalogTrigger, on relation: CatalogRelation) throws(InspectionFailure)
    {
        guard let routine = catalog.routine(trigger.function) else {
            return unresolved("\(trigger.function)", "trigger function")
        }
        let name = "\(catalog.schemaName(routine.schema)).\(routine.name)"
        findings.add(
            RoutineReference(schema: catalog.schemaName(routine.schema), name: routine.name, oid: routine.oid)
        )
        if routine.schema == CatalogSnapshot.pgCatalog {
            if RoutineReview.builtIn(routine.name) != .harmless {
                act(.write, because: "trigger \(routine.name)")
            }
        } else if routine.language == "plpgsql", let source = routine.source {
            let path = routine.searchPath ?? routinePath
            let summary = try summary(.trigger(routine.oid, relation: relation.oid), path: path) {
                () throws(InspectionFailure) in
                var result = try plpgsqlBody(source, routine, context.behind(path: path), relation: relation)
                if !result.findings.actions.isSubset(of: .read) {
                    result.findings.explain("trigger function \(name) does it")
                }
                return result
            }
            findings.absorb(summary.findings)
        } else {
            findings.absorb(try routineSummary(routine).findings)
        }
        let inner = Analyzer(context: context, tree: tree, isBehind: true)
        inner.callPath = callPath
        try inner.runCondition(of: trigger, on: relation)
        findings.absorb(inner.findings, columns: false)
    }

    func runCondition(of trigger: CatalogTrigger, on relation: CatalogRelation) throws(InspectionFailure) {
        guard let definition = trigger.definition else { return }
        // The WHEN condition is only to be had with the whole CREATE TRIGGER around it.
        let tree: ParseTree
        do {
            tree = try ParseTree(decoding: try context.parser.parse(Array(definition.utf8), as: .sql))
        } catch {
            if case .unavailable = error { throw error }
            return unknown("a trigger of \(relation.name) cannot be parsed")
        }
        let inner = Analyzer(
            context: context.behind(path: ["pg_catalog"]), tree: InspectedTree(tree), isBehind: true)
        inner.callPath = routinePath
        let condition = inner.tree.root.list(.stmts).first?.node(.stmt)?.node(.whenClause)
        _ = try inner.expression(condition, newAndOld(relation))
        findings.merge(inner.findings)
    }

    private func newAndOld(_ relation: CatalogRelation) throws(InspectionFailure) -> Scope {
        let scope = Scope(parent: nil)
        let columns = catalog.columns(of: relation).map {
            RoutineMemo.Column(
                name: $0.name, type: $0.type,
                lineage: .columns([ColumnID(table: relation.oid, attribute: $0.number)]))
        }
        scope.items = ["new", "old"].map { FromItem(entry(relation, columns, name: $0)) }
        return scope
    }

    /// A rewrite rule (manual, chapter 41): its actions run in place of or beside the statement.
    private func runRule(_ rule: CatalogRule, on relation: CatalogRelation) throws(InspectionFailure) {
        try run(rule, on: relation, keepsTransfers: false)
        findings.explain("a rule of \(catalog.schemaName(relation.schema)).\(relation.name) runs")
    }

    func run(
        _ rule: CatalogRule, on relation: CatalogRelation, keepsTransfers: Bool
    ) throws(InspectionFailure) {
        let tree: ParseTree
        do {
            tree = try ParseTree(decoding: try context.parser.parse(Array(rule.definition.utf8), as: .sql))
        } catch {
            if case .unavailable = error { throw error }
            return unknown("a rule of \(relation.name) cannot be parsed")
        }
        let inner = Analyzer(
            context: context.behind(path: ["pg_catalog"]), tree: InspectedTree(tree), isBehind: true)
        guard let statement = inner.tree.root.list(.stmts).first?.node(.stmt), statement.kind == .ruleStmt
        else {
            return unknown("a rule of \(relation.name) cannot be read")
        }
        try inner.runActions(of: statement, on: relation, callPath: routinePath)
        findings.absorb(inner.findings)
        guard keepsTransfers else { return }
        for transfer in inner.findings.transfers { findings.add(transfer) }
    }

    /// A view that PostgreSQL updates by itself writes the table behind it (manual, CREATE VIEW, "Updatable Views").
    private func writeThrough(_ view: CatalogRelation, _ events: TriggerEvents) throws(InspectionFailure) {
        let isReplaced = (catalog.contents.triggers[view.oid] ?? []).contains {
            let trigger = TriggerEvents(rawValue: $0.events)
            return trigger.contains(.insteadOf) && !trigger.isDisjoint(with: events)
        }
        let hasRule = (catalog.contents.rules[view.oid] ?? []).contains {
            events.ruleEvents.contains($0.event)
        }
        if isReplaced || hasRule { return }
        findings.absorb(try viewFindings(view))
        for table in try viewFindings(view).reached {
            guard let relation = catalog.relation(table.oid), relation.oid != view.oid else { continue }
            findings.add(reference(to: relation, .written), behind: true)
            try write(relation, events)
        }
    }

    private func viewFindings(_ view: CatalogRelation) throws(InspectionFailure) -> Findings {
        let probe = analyzerBehind()
        _ = try probe.read(view)
        return probe.findings
    }
}
