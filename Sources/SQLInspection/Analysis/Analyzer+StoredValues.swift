extension Analyzer {
    /// Values that a definition puts into columns, now or when rows come: USING, defaults, generated columns that become plain ones.
    func noteStoredValues(of node: Node) throws(InspectionFailure) {
        switch node.kind {
        case .alterTableStmt: try noteStoredValues(ofAlteration: node)
        case .createStmt:
            guard let name = node.node(.relation).map(creationTarget) else { return }
            let row = Scope(parent: nil)
            row.hasUnknownNames = true
            for column in node.list(.tableElts) where column.kind == .columnDef {
                try noteStoredValues(ofColumn: column, in: name.qualifiedName, row, means: .definition)
            }
            if name.schema.hasPrefix(Self.temporarySchemas) { try noteInherited(by: node) }
        case .createDomainStmt:
            for constraint in node.list(.constraints) {
                try noteStoredValue(constraint.node(.rawExpr), Scope(parent: nil), means: .definition)
                try noteLooks(of: constraint, atColumnsOf: node.list(.domainname).names)
            }
        case .alterDomainStmt:
            guard let value = node.node(.def) else { return }
            guard value.kind == .constraint else {
                return try noteStoredValue(value, Scope(parent: nil), means: .definition)
            }
            try noteLooks(of: value, atColumnsOf: node.list(.typeName).names)
        default: break
        }
    }

    private func noteStoredValues(ofAlteration node: Node) throws(InspectionFailure) {
        guard let table = node.node(.relation) else { return }
        let known = isTemporary(table) ? nil : findRelation(names(of: table))
        let name =
            known.map { reference(to: $0, .defined).qualifiedName }
            ?? (isTemporary(table)
                ? "pg_temp.\(names(of: table).last ?? "")" : creationTarget(table).qualifiedName)
        for command in node.list(.cmds) {
            let kind = command.enumeration(.subtype, as: AlterTableType.self)
            let column = command.text(.name) ?? ""
            switch kind {
            case .columndefault:
                let target = known.flatMap { catalog.column(named: column, of: $0) }
                try noteStoredValue(
                    command.node(.def), Scope(parent: nil), in: target,
                    names: target == nil ? ["\(name).\(column)"] : [], means: .definition)
            case .addcolumn:
                guard let definition = command.node(.def) else { continue }
                // Without a row where none is looked at: what the pipeline has made may not be known yet.
                let row = try definition.isGenerated ? rowScope(of: table) : Scope(parent: nil)
                try noteStoredValues(ofColumn: definition, in: name, row, means: .copy)
            case .altercolumntype: try noteStoredValues(ofType: command, column, of: table)
            case .dropexpression:
                if let relation = definedRelation(named: table) { try noteUnfollowed(column, of: relation) }
            default: continue
            }
        }
    }

    private func rowScope(of table: Node) throws(InspectionFailure) -> Scope {
        let row = Scope(parent: nil)
        row.hasUnknownNames = true
        guard let relation = definedRelation(named: table) else { return row }
        row.items = [FromItem(entry(relation, try columnsBehind(relation)))]
        return row
    }

    /// USING, or what turns the values into those of the new type.
    private func noteStoredValues(
        ofType command: Node, _ name: String, of table: Node
    ) throws(InspectionFailure) {
        guard let definition = command.node(.def) else { return }
        let inner = Analyzer(context: context, tree: tree, isBehind: isBehind)
        let type = definition.node(.typeName).map(inner.resolveType) ?? TypeID.undetermined
        let own = catalog.type(type).flatMap { $0.schema == CatalogSnapshot.pgCatalog ? nil : $0 }
        guard definition.has(.rawDefault) || type == TypeID.undetermined || own != nil,
            let relation = definedRelation(named: table)
        else { return }
        // Its checks may have been changed by the open transaction.
        if let own { findings.missing(own.name) }
        let column = catalog.column(named: name, of: relation)
        try noteStoredValue(definition.node(.rawDefault), try rowScope(of: table), in: column, means: .copy)
        for known in try columnsBehind(relation) where known.name == name {
            _ = try inner.cast(Value(type: known.type, lineage: known.lineage), to: type)
        }
        take(flowsOf: inner)
    }

    /// A new check of a domain looks at the values of every column of it, and at those of expressions in any body.
    private func noteLooks(of constraint: Node, atColumnsOf domain: [String]) throws(InspectionFailure) {
        guard constraint.enumeration(.contype, as: ConstrType.self) == .check,
            let check = constraint.node(.rawExpr)
        else { return }
        let type = typeNamed(domain)
        var columns: Set<ColumnID> = []
        for relation in type == nil ? [] : catalog.contents.relations {
            for column in catalog.columns(of: relation)
            where column.type >= 16_384 && catalog.typesInside(column.type).contains(type ?? 0) {
                columns.insert(ColumnID(table: relation.oid, attribute: column.number))
            }
        }
        let scope = Scope(parent: nil)
        scope.variables["value"] = Value(
            type: type.map(catalog.baseType) ?? TypeID.undetermined, lineage: .columns(columns))
        let inner = Analyzer(context: context, tree: tree, isBehind: isBehind)
        _ = try inner.expression(check, scope)
        take(flowsOf: inner)
        if !inner.findings.actions.isSubset(of: .read) {
            findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
        }
    }

    /// No catalog but the session's own shows what is done to a temporary table: nothing may come to it that can change.
    private func noteInherited(by node: Node) throws(InspectionFailure) {
        let likes = node.list(.tableElts).filter { $0.kind == .tableLikeClause }.compactMap {
            $0.node(.relation)
        }
        for source in likes + Array(node.list(.inhRelations)) where source.kind == .rangeVar {
            guard let relation = definedRelation(named: source) else { continue }
            for column in catalog.columns(of: relation) {
                let id = ColumnID(table: relation.oid, attribute: column.number)
                guard let text = catalog.contents.expressions[id] else { continue }
                var found = Findings()
                try absorbExpression(text, on: relation, into: &found)
                noteRoutines(of: found)
            }
        }
    }

    private func noteRoutines(of found: Findings) {
        guard found.routines.contains(where: { $0.schema != "pg_catalog" }) else { return }
        findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
    }

    private static let temporarySchemas = "pg_temp"

    /// Whether a name means a relation of the session's own.
    func isTemporary(_ table: Node?) -> Bool {
        guard let table else { return false }
        let names = names(of: table)
        if names.count > 1 { return names[names.count - 2].hasPrefix(Self.temporarySchemas) }
        return context.settings.temporaryRelations[names.last ?? ""] != nil
    }

    /// What a generated column holds is known by its expression: without it, by its own name only.
    private func noteUnfollowed(_ name: String, of table: CatalogRelation) throws(InspectionFailure) {
        for oid in [table.oid] + catalog.descendants(of: table.oid) {
            guard let relation = catalog.relation(oid), let column = catalog.column(named: name, of: relation)
            else { continue }
            for known in try columnsBehind(relation) where known.name == name {
                findings.add(Transfer(target: column, lineage: known.lineage))
            }
        }
    }

    func columnsBehind(_ relation: CatalogRelation) throws(InspectionFailure) -> [RoutineMemo.Column] {
        let probe = Analyzer(context: context, tree: tree, isBehind: true)
        probe.callPath = callPath
        return try probe.read(relation).columns
    }

    private func noteStoredValues(
        ofColumn column: Node, in table: String, _ row: Scope, means: Transfer.Means
    ) throws(InspectionFailure) {
        let names = ["\(table).\(column.text(.colname) ?? "")"]
        for constraint in column.list(.constraints) where constraint.kind == .constraint {
            switch constraint.enumeration(.contype, as: ConstrType.self) {
            case .default, .generated:
                try noteStoredValue(constraint.node(.rawExpr), row, names: names, means: means)
            default: break
            }
        }
    }

    /// Of a part that was gone over to see where values go, and for nothing else.
    private func take(flowsOf inner: Analyzer) {
        for transfer in inner.findings.transfers { findings.add(transfer) }
        for name in inner.findings.unresolved { findings.missing(name) }
    }

    private func noteStoredValue(
        _ node: Node?, _ scope: Scope, in column: ColumnID? = nil, names: [String] = [], means: Transfer.Means
    ) throws(InspectionFailure) {
        guard let node else { return }
        let isTemporaryTable = names.contains { $0.hasPrefix(Self.temporarySchemas) }
        let inner = Analyzer(context: context, tree: tree, isBehind: isBehind)
        let value = try inner.expression(node, scope)
        take(flowsOf: inner)
        if isTemporaryTable { noteRoutines(of: inner.findings) }
        if value.lineage == .unknown, inner.findings.showsNoRows { return }
        findings.add(Transfer(target: column, names: names, lineage: value.lineage, means: means))
    }
}

extension Node {
    /// A column whose values are worked out of others.
    fileprivate var isGenerated: Bool {
        list(.constraints).contains {
            $0.kind == .constraint && $0.enumeration(.contype, as: ConstrType.self) == .generated
        }
    }
}

extension Findings {
    /// What is of unknown lineage here comes from settings or definitions, and from no table.
    fileprivate var showsNoRows: Bool {
        columns.isEmpty && tables.isEmpty && reached.isEmpty && !reachesAnything
            && actions.isSubset(of: .read)
    }
}
