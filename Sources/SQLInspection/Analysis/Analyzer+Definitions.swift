extension Analyzer {
    /// Statements that define things or administer the server: their action is a matter of their kind, the tables in them
    /// are found wherever they stand, and expressions in them (defaults, checks, USING) count as run.
    func definition(_ node: Node, _ scope: Scope) throws(InspectionFailure) {
        guard let actions = DefinitionReview.actions[node.kind] else {
            unknown("\(node.kind) is not understood as a statement")
            return
        }
        act(actions, because: "\(DefinitionReview.title(node))")
        if actions.contains(.ddl) {
            effects.append(.changesCatalog)
            for function in catalog.contents.eventTriggers {
                let inner = Analyzer(context: context, tree: tree, isBehind: true)
                try inner.runRoutine(function)
                findings.absorb(inner.findings)
            }
        }
        let before = Set(findings.routines)
        noteNames(changedBy: node)
        try noteStoredValues(of: node)
        noteForeignKeys(of: node)
        try noteAttachments(of: node)
        try noteStanding(changedBy: node)
        switch node.kind {
        case .createStmt, .createForeignTableStmt: try createTable(node, scope)
        case .viewStmt:
            if let view = node.node(.view) { created(creationTarget(view), isTable: false) }
            if let query = node.node(.query) { _ = try self.query(query, scope) }
        case .createSeqStmt:
            if let sequence = node.node(.sequence) { created(creationTarget(sequence), isTable: true) }
        case .createSchemaStmt: return try createSchema(node, scope)
        case .createFunctionStmt: try createFunction(node)
        case .dropStmt: return drop(node)
        case .grantStmt: try grant(node)
        case .commentStmt, .secLabelStmt, .alterOwnerStmt, .alterObjectDependsStmt: namedObject(node)
        case .truncateStmt:
            let cascades = node.enumeration(.behavior, as: DropBehavior.self) != .restrict
            for table in node.list(.relations) {
                let entry = try relationEntry(table, access: .written)
                guard let relation = catalog.relation(entry.relation) else { continue }
                try write(relation, .truncate)
                if cascades { try truncateReferring(to: relation) }
            }
        case .refreshMatViewStmt:
            if let table = node.node(.relation) { try refresh(table) }
        case .compositeTypeStmt:
            // The type's name stands where a relation's would.
            node.node(.typevar)?.markAll()
            for column in node.list(.coldeflist) { try walkDefinition(column) }
            return
        case .createCastStmt, .createOpClassStmt, .createTransformStmt, .defineStmt: break
        case .createTrigStmt:
            if let condition = node.node(.whenClause) { try expressionsOfDefinition(condition) }
        default: break
        }
        try walkDefinition(node, isRule: node.kind == .ruleStmt)
        // The bodies behind it may have been changed by the open transaction, where names alone would not tell.
        for routine in findings.routines where routine.schema != "pg_catalog" && !before.contains(routine) {
            findings.missing("\(routine.schema).\(routine.name)")
        }
    }

    private func refresh(_ table: Node) throws(InspectionFailure) {
        let names = names(of: table)
        guard let relation = findRelation(names) else {
            return unresolved(names.joined(separator: "."), "relation")
        }
        findings.add(reference(to: relation, .written), behind: isBehind)
        let probe = Analyzer(context: context, tree: tree, isBehind: true)
        let summary = try probe.read(relation)
        findings.absorb(summary.findings, columns: false)
        for transfer in probe.findings.transfers { findings.add(transfer) }
        // Rows that clash are named by the values that the view takes from elsewhere.
        for column in summary.columns { findings.add(behind: column.lineage) }
    }

    /// CREATE TABLE AS and SELECT INTO.
    func createTableAs(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Relational {
        node.ignore(.objtype, .isSelectInto, .ifNotExists)
        if !isOnlyPlanned { try noteStanding(changedBy: node) }
        let target = try node.node(.into).map { into throws(InspectionFailure) in
            try createTarget(into, scope)
        }
        let source = try node.node(.query).map { query throws(InspectionFailure) in
            try statement(query, scope)
        }
        if let target {
            if isOnlyPlanned {
                findings.add(target, behind: isBehind)
            } else {
                if let source { keep(source) }
                created(target, isTable: true)
            }
        }
        return Relational()
    }

    /// The result of a query becomes a table's rows.
    func keep(_ result: Relational) {
        for column in result.columns { findings.add(Transfer(target: nil, lineage: column.lineage)) }
        if !result.isComplete { findings.add(Transfer(target: nil, lineage: .unknown)) }
    }

    /// `IntoClause`: the table that is made.
    func createTarget(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> TableReference {
        node.ignore(.accessMethod, .colNames, .onCommit, .tableSpaceName, .skipData, .viewQuery)
        for child in Array(node.list(.colNames)) + Array(node.list(.options)) { child.markAll() }
        if !isOnlyPlanned {
            act(.ddl, because: "a table is made")
            effects.append(.changesCatalog)
        }
        return node.node(.rel).map { creationTarget($0) }
            ?? TableReference(schema: "", name: "", oid: 0, access: .defined)
    }

    /// The name that a CREATE gives, with the schema that it goes to.
    func creationTarget(_ node: Node) -> TableReference {
        let names = names(of: node)
        let isTemporary = node.text(.relpersistence) == "t"
        let schema: String
        if names.count > 1 {
            schema = names[names.count - 2]
        } else if isTemporary {
            schema = "pg_temp"
        } else {
            let oid = catalog.creationSchema(context.pathNames, role: context.settings.role)
            schema = definitionSchema ?? oid.map(catalog.schemaName) ?? ""
        }
        return TableReference(schema: schema, name: names.last ?? "", oid: 0, access: .defined)
    }

    func created(_ table: TableReference, isTable: Bool) {
        findings.add(table, behind: isBehind)
        context.batch.created.append(.init(schema: table.schema, name: table.name, isTable: isTable))
        if table.schema == "pg_temp" { effects.append(.createTemporary(name: table.name, isTable: isTable)) }
    }

    private func createTable(_ node: Node, _ scope: Scope) throws(InspectionFailure) {
        let base = node.kind == .createForeignTableStmt ? node.node(.base) ?? node : node
        if let relation = base.node(.relation) { created(creationTarget(relation), isTable: true) }
    }

    private func createSchema(_ node: Node, _ scope: Scope) throws(InspectionFailure) {
        node.ignore(.ifNotExists)
        if let role = node.node(.authrole) { role.markAll() }
        let outer = definitionSchema
        definitionSchema = node.text(.schemaname) ?? node.node(.authrole)?.text(.rolename)
        for element in node.list(.schemaElts) { _ = try statement(element, scope) }
        definitionSchema = outer
    }

    private func createFunction(_ node: Node) throws(InspectionFailure) {
        context.batch.createdRoutines.insert(node.list(.funcname).names.last ?? "")
        for option in node.list(.options) where option.text(.defname) == "language" {
            let language = (option.node(.arg)?.stringValue ?? "").lowercased()
            if !["sql", "plpgsql"].contains(language) {
                act(.admin, because: "language \(language) may reach outside the database")
            }
        }
    }

    private func grant(_ node: Node) throws(InspectionFailure) {
        switch node.enumeration(.objtype, as: ObjectType.self) {
        case .table, .sequence, .schema, .function, .procedure, .routine, .type, .domain, .column: break
        case nil, .some: act(.admin, because: "rights beyond tables, routines and types")
        }
    }

    /// DROP: objects are lists of name parts; only relations are tables.
    private func drop(_ node: Node) {
        node.ignore(.behavior, .missingOk, .concurrent)
        let kind = node.enumeration(.removeType, as: ObjectType.self)
        for object in node.list(.objects) {
            let names = object.kind == .list ? object.list(.items).names : []
            object.markAll()
            nameTable(names, of: kind)
            if let name = names.last, kind == .table || kind == .view {
                context.batch.created.removeAll { $0.name == name }
            }
        }
        switch kind {
        case .extension, .foreignServer, .fdw, .eventTrigger, .language, .accessMethod, .transform:
            act(.admin, because: "drops a part of the server's set-up")
        default: break
        }
    }

    /// COMMENT ON and the like.
    private func namedObject(_ node: Node) {
        let kind =
            node.enumeration(.objtype, as: ObjectType.self)
            ?? node.enumeration(.objectType, as: ObjectType.self)
        guard let object = node.node(.object), object.kind == .list else { return }
        nameTable(object.list(.items).names, of: kind)
    }

    /// Records the relation in an object's name: all of it, or all but the last part for what belongs to a relation.
    private func nameTable(_ names: [String], of kind: ObjectType?) {
        var parts = names
        switch kind {
        case .table, .view, .matview, .foreignTable, .sequence: break
        case .column, .trigger, .rule, .policy, .tabconstraint: parts = Array(names.dropLast())
        default: return
        }
        guard let name = parts.last else { return }
        if let relation = findRelation(parts) {
            findings.add(reference(to: relation, .defined), behind: isBehind)
        } else {
            let schema = parts.count > 1 ? parts[parts.count - 2] : batchCreated(parts)?.schema ?? ""
            findings.add(
                TableReference(schema: schema, name: name, oid: 0, access: .defined), behind: isBehind)
        }
    }

    /// Visits what is left of a definition: relations are recorded, queries inspected, expressions counted as run.
    private func walkDefinition(_ node: Node, isRule: Bool = false) throws(InspectionFailure) {
        try deeper { () throws(InspectionFailure) in
            for child in node.children() {
                switch child.kind {
                case .rangeVar: definedRelation(child)
                case .selectStmt, .insertStmt, .updateStmt, .deleteStmt:
                    // A rule's or a routine's body: kept, not run.
                    let inner = Analyzer(context: context, tree: tree, isBehind: false)
                    _ = try inner.statement(child, rowScope())
                    var kept = inner.findings
                    kept.actions = []
                    // With a row of the relation at hand these were found before.
                    if isRule { kept.dropTransfers() }
                    findings.merge(kept)
                case .funcCall, .typeCast, .aExpr: try expressionsOfDefinition(child, isRule: isRule)
                default: try walkDefinition(child, isRule: isRule)
                }
            }
        }
    }

    /// NEW and OLD of a rule, whose columns are not looked up.
    private func rowScope() -> Scope {
        let scope = Scope(parent: nil)
        scope.hasUnknownNames = true
        return scope
    }

    /// Calls in a default, a check or USING: the types of arguments are not worked out, every candidate counts.
    private func expressionsOfDefinition(_ node: Node, isRule: Bool = false) throws(InspectionFailure) {
        let inner = Analyzer(context: context, tree: tree, isBehind: isBehind)
        _ = try inner.expression(node, rowScope())
        if isRule { inner.findings.dropTransfers() }
        findings.merge(inner.findings)
    }

    private func definedRelation(_ node: Node) {
        let names = names(of: node)
        if let alias = node.node(.alias) { alias.markAll() }
        guard let relation = findRelation(names) else {
            let created = batchCreated(names)
            let schema = created?.schema ?? (names.count > 1 ? names[names.count - 2] : "")
            if created == nil, !findings.tables.contains(where: { $0.name == names.last }) {
                findings.add(
                    TableReference(schema: schema, name: names.last ?? "", oid: 0, access: .defined),
                    behind: isBehind)
            }
            return
        }
        switch relation.kind {
        case .index, .partitionedIndex, .compositeType: return
        case .table, .view, .materializedView, .foreignTable, .partitionedTable, .sequence: break
        }
        // The target of a CREATE was recorded with the schema it goes to.
        if findings.tables.contains(where: { $0.name == relation.name && $0.oid == 0 }), names.count == 1 {
            return
        }
        findings.add(reference(to: relation, .defined), behind: isBehind)
    }
}
