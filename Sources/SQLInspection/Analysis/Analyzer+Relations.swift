extension Analyzer {
    /// The relation that a name means: `pg_temp` first, then the search path (manual, 5.9.3).
    func findRelation(_ names: [String]) -> CatalogRelation? {
        guard let name = names.last else { return nil }
        if names.count > 1 {
            if names.count > 2, names[names.count - 3] != catalog.database { return nil }
            return catalog.contents.schemaOIDs[ExactName(names[names.count - 2])].flatMap {
                catalog.relation(schema: $0, name: name)
            }
        }
        for schema in context.path {
            if let relation = catalog.relation(schema: schema, name: name) { return relation }
        }
        return nil
    }

    func reference(to relation: CatalogRelation, _ access: TableReference.Access) -> TableReference {
        TableReference(
            schema: catalog.schemaName(relation.schema), name: relation.name, oid: relation.oid,
            access: access)
    }

    /// The parts of a `RangeVar`'s name.
    func names(of node: Node) -> [String] {
        node.ignore(.inh, .relpersistence)
        return [node.text(.catalogname), node.text(.schemaname), node.text(.relname)].compactMap { $0 }
    }

    /// Looks up a relation that the statement reads or writes, records it, and describes its columns.
    ///
    /// - Parameter insertsOnly: rows are put into it and none are looked for: the body of a view does not run.
    func relationEntry(
        _ node: Node, access: TableReference.Access, insertsOnly: Bool = false
    ) throws(InspectionFailure) -> RangeEntry {
        let names = names(of: node)
        let name = names.last ?? ""
        let isQualified = names.count > 1
        let schema = isQualified ? names[names.count - 2] : nil
        if schema == "pg_temp"
            || (!isQualified && !isBehind && context.settings.temporaryRelations[name] != nil)
        {
            return temporaryEntry(name, access)
        }
        if let created = batchCreated(names) {
            findings.add(
                TableReference(schema: created.schema, name: created.name, oid: 0, access: access),
                behind: isBehind)
            act(created.isTable ? .read : [.read, .unknown], because: "\(name) is made by this very text")
            return RangeEntry(name: name, schema: created.schema, columns: [], isComplete: false)
        }
        guard let relation = findRelation(names) else {
            unresolved(names.joined(separator: "."), "relation")
            findings.add(
                TableReference(schema: schema ?? "", name: name, oid: 0, access: access), behind: isBehind)
            return RangeEntry(name: name, schema: schema, columns: [], isComplete: false)
        }
        findings.add(reference(to: relation, access), behind: isBehind)
        let summary = try read(relation, access, insertsOnly: insertsOnly)
        return RangeEntry(
            name: relation.name, schema: catalog.schemaName(relation.schema),
            columns: summary.columns.map {
                ScopeColumn(
                    name: $0.name, type: $0.type, lineage: $0.lineage, isWhole: $0.isWhole,
                    isNotNull: $0.isNotNull)
            },
            isComplete: summary.isComplete, rowType: relation.rowType, relation: relation.oid)
    }

    /// A relation of the session's own, which no snapshot of another connection holds.
    private func temporaryEntry(_ name: String, _ access: TableReference.Access) -> RangeEntry {
        findings.add(TableReference(schema: "pg_temp", name: name, oid: 0, access: access), behind: isBehind)
        act(.read, because: "pg_temp.\(name) is read")
        if context.settings.temporaryRelations[name] == false {
            unknown("pg_temp.\(name) is a view of this session's own")
        }
        return RangeEntry(name: name, schema: "pg_temp", columns: [], isComplete: false)
    }

    func batchCreated(_ names: [String]) -> AnalysisContext.Batch.Created? {
        guard !isBehind, let name = names.last else { return nil }
        let schema = names.count > 1 ? names[names.count - 2] : nil
        return context.batch.created.last { $0.name == name && (schema == nil || $0.schema == schema) }
    }

    func isBatchCreated(_ names: [String]) -> Bool { batchCreated(names) != nil }

    /// What reading a relation does: views run their body, row policies their expressions.
    func read(
        _ relation: CatalogRelation, _ access: TableReference.Access = .read, insertsOnly: Bool = false
    ) throws(InspectionFailure) -> RoutineMemo.Summary {
        if access == .read { findings.actions.insert(.read) }
        let schema = catalog.schemaName(relation.schema)
        if relation.schema == CatalogSnapshot.pgCatalog, let review = RelationReview.catalogs[relation.name] {
            findings.showsHidden = true
            if review == .values {
                findings.reachesAnything = true
                findings.explain("\(relation.name) holds values of the columns of any table")
            }
        }
        let summary = try relationSummary(relation)
        try runTypeFunctions(ofColumnsOf: relation)
        if relation.kind == .materializedView {
            // What is stored was computed before: its sources count, its effects do not happen now.
            var stored = summary.findings
            stored.actions = []
            findings.absorb(stored)
        } else if !insertsOnly {
            let isSystem = schema == "pg_catalog" || schema == "information_schema"
            findings.absorb(summary.findings, isSystem: isSystem)
            // What a view calls was harmless when the view was made, and need not be any more.
            for transfer in summary.findings.transfers { findings.add(transfer) }
        } else {
            // The view counts as the tables behind it, though its body does not run.
            for table in summary.findings.tables + summary.findings.reached {
                findings.add(table, behind: true)
            }
        }
        if relation.kind == .partitionedTable {
            for child in catalog.descendants(of: relation.oid) {
                if let child = catalog.relation(child) {
                    findings.add(reference(to: child, .read), behind: true)
                }
            }
        }
        if relation.hasRowSecurity, catalog.contents.policies[relation.oid] != nil {
            let policies = try policySummary(relation)
            findings.absorb(policies.findings, columns: false)
            findings.explain("row policies of \(schema).\(relation.name) run")
        }
        return summary
    }

    /// The columns of a relation with their lineage: their own, what they inherit from, and what they are generated from.
    private func relationSummary(_ relation: CatalogRelation) throws(InspectionFailure) -> RoutineMemo.Summary
    {
        let isView = relation.kind == .view || relation.kind == .materializedView
        // Functions behind a generated column run under the path of whoever writes.
        let hasBody = isView || catalog.columns(of: relation).contains(where: \.isGenerated)
        return try summary(.relation(relation.oid), path: hasBody ? routinePath : []) {
            () throws(InspectionFailure) in
            var result = RoutineMemo.Summary()
            result.columns = baseColumns(relation)
            if isView {
                try addViewBody(relation, to: &result)
            } else {
                try addGenerated(relation, to: &result)
            }
            return result
        }
    }

    private func baseColumns(_ relation: CatalogRelation) -> [RoutineMemo.Column] {
        let isHidden =
            relation.schema == CatalogSnapshot.pgCatalog && RelationReview.catalogs[relation.name] != nil
        var ancestors: [CatalogRelation] = []
        var pending = catalog.contents.parents[relation.oid] ?? []
        while let next = pending.popLast(), ancestors.count < 1_000 {
            guard let parent = catalog.relation(next), !ancestors.contains(where: { $0.oid == next }) else {
                continue
            }
            ancestors.append(parent)
            pending += catalog.contents.parents[next] ?? []
        }
        return catalog.columns(of: relation).map { column in
            var ids: Set<ColumnID> = [ColumnID(table: relation.oid, attribute: column.number)]
            for parent in ancestors {
                if let inherited = catalog.columns(of: parent).first(where: { $0.name == column.name }) {
                    ids.insert(ColumnID(table: parent.oid, attribute: inherited.number))
                }
            }
            let shows = isHidden && RelationReview.showsValues(relation.name, column.name)
            return RoutineMemo.Column(
                name: column.name, type: column.type, lineage: shows ? .unknown : .columns(ids),
                isWhole: !shows, isNotNull: column.isNotNull)
        }
    }

    private func addViewBody(
        _ relation: CatalogRelation, to result: inout RoutineMemo.Summary
    ) throws(InspectionFailure) {
        let name = "\(catalog.schemaName(relation.schema)).\(relation.name)"
        guard let definition = catalog.contents.views[relation.oid] else {
            result.findings.actions.insert(.unknown)
            result.findings.explain("the body of view \(name) is not in the catalog snapshot")
            return
        }
        let body = try inspectBody(
            definition, context: context.behind(path: ["pg_catalog"]), scope: Scope(parent: nil),
            recordsOutputs: false,
            calls: routinePath)
        result.findings = body.findings
        if !body.findings.actions.isSubset(of: .read) {
            result.findings.explain("the body of view \(name) does it")
        }
        for index in result.columns.indices {
            let known = body.isComplete && index < body.columns.count
            result.columns[index].lineage.formUnion(known ? body.columns[index].lineage : .unknown)
            result.columns[index].isWhole = known && body.columns[index].isWhole
        }
    }

    private func addGenerated(
        _ relation: CatalogRelation, to result: inout RoutineMemo.Summary
    ) throws(InspectionFailure) {
        for (index, column) in catalog.columns(of: relation).enumerated() where column.isGenerated {
            let id = ColumnID(table: relation.oid, attribute: column.number)
            guard let text = catalog.contents.expressions[id] else { continue }
            let scope = Scope(parent: nil)
            scope.items = [FromItem(entry(relation, result.columns))]
            let body = try inspectBody(
                "SELECT \(text)", context: context.behind(path: ["pg_catalog"]), scope: scope,
                recordsOutputs: false, calls: routinePath)
            result.columns[index].lineage.formUnion(body.columns.first?.lineage ?? .unknown)
            result.columns[index].isWhole = body.columns.first?.isWhole ?? false
        }
    }

    /// A relation as rules, checks and triggers see it.
    func entry(_ relation: CatalogRelation, _ columns: [RoutineMemo.Column], name: String? = nil)
        -> RangeEntry
    {
        RangeEntry(
            name: name ?? relation.name, schema: name == nil ? catalog.schemaName(relation.schema) : nil,
            columns: columns.map {
                ScopeColumn(name: $0.name, type: $0.type, lineage: $0.lineage, isWhole: $0.isWhole)
            },
            rowType: relation.rowType, relation: relation.oid)
    }

    /// What row policies run when the relation is read or written.
    func policySummary(_ relation: CatalogRelation) throws(InspectionFailure) -> RoutineMemo.Summary {
        try summary(.reading(relation.oid), path: routinePath) { () throws(InspectionFailure) in
            var result = RoutineMemo.Summary()
            for policy in catalog.contents.policies[relation.oid] ?? [] {
                for text in [policy.using, policy.check].compactMap({ $0 }) {
                    try absorbExpression(text, on: relation, into: &result.findings)
                }
            }
            return result
        }
    }

    /// An expression that the catalog holds for a relation, deparsed with schema names.
    func absorbExpression(
        _ text: String, on relation: CatalogRelation, into findings: inout Findings,
        keepsTransfers: Bool = false
    ) throws(InspectionFailure) {
        let scope = Scope(parent: nil)
        scope.items = [FromItem(entry(relation, baseColumns(relation)))]
        let deparsed = context.behind(path: ["pg_catalog"])
        let body = try inspectBody("SELECT \(text)", context: deparsed, scope: scope, calls: routinePath)
        findings.absorb(body.findings)
        if keepsTransfers {
            for transfer in body.findings.transfers { findings.add(transfer) }
        }
    }
}
