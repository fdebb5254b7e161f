extension Analyzer {
    /// ON UPDATE CASCADE puts every new value of a column into those that refer to it (manual, 5.4.5).
    func noteForeignKeys(of node: Node) {
        switch node.kind {
        case .createStmt:
            guard let table = node.node(.relation).map(creationTarget) else { return }
            let elements = node.list(.tableElts)
            var types: [String: UInt32] = [:]
            for column in elements where column.kind == .columnDef {
                types[column.text(.colname) ?? ""] = typeQuietly(column.node(.typeName))
            }
            for element in elements { noteForeignKeys(in: element, of: table, types) }
        case .alterTableStmt:
            guard let relation = node.node(.relation) else { return }
            let known = findRelation(names(of: relation))
            let table = known.map { reference(to: $0, .defined) } ?? creationTarget(relation)
            var types: [String: UInt32] = [:]
            for column in known.map(catalog.columns(of:)) ?? [] { types[column.name] = column.type }
            for command in node.list(.cmds) {
                guard let element = command.node(.def) else { continue }
                if element.kind == .columnDef, let name = element.text(.colname) {
                    types[name] = typeQuietly(element.node(.typeName))
                }
                noteForeignKeys(in: element, of: table, types)
            }
        default: break
        }
    }

    private func noteForeignKeys(in element: Node, of table: TableReference, _ types: [String: UInt32]) {
        switch element.kind {
        case .constraint: noteForeignKey(element, of: [], in: table, types)
        case .columnDef:
            for constraint in element.list(.constraints) where constraint.kind == .constraint {
                noteForeignKey(constraint, of: [element.text(.colname) ?? ""], in: table, types)
            }
        default: break
        }
    }

    private func noteForeignKey(
        _ constraint: Node, of column: [String], in table: TableReference, _ types: [String: UInt32]
    ) {
        guard constraint.enumeration(.contype, as: ConstrType.self) == .foreign,
            constraint.text(.fkUpdAction) == "c", let target = constraint.node(.pktable)
        else { return }
        let own = constraint.list(.fkAttrs).names
        let columns = own.isEmpty ? column : own
        // A table that refers to itself has no values yet.
        guard names(of: target).last != table.name || table.oid != 0,
            let relation = definedRelation(named: target)
        else { return }
        let named = constraint.list(.pkAttrs).names
        // Which columns the primary key has may have been changed by the open transaction.
        if named.isEmpty { findings.missing(relation.name) }
        for (index, name) in columns.enumerated() {
            let sources: [ColumnID]
            if index < named.count {
                sources = [catalog.column(named: named[index], of: relation)].compactMap { $0 }
            } else {
                // The primary key, which is one of these.
                sources = catalog.columns(of: relation).filter { column in
                    column.isNotNull
                        && (types[name] ?? 0 == 0
                            || catalog.baseType(column.type) == catalog.baseType(types[name] ?? 0))
                }.map { ColumnID(table: relation.oid, attribute: $0.number) }
            }
            guard !sources.isEmpty else { continue }
            findings.add(
                Transfer(
                    target: nil, names: ["\(table.qualifiedName).\(name)"], lineage: .columns(Set(sources)),
                    means: .definition))
        }
    }

    func typeQuietly(_ node: Node?) -> UInt32 {
        guard let node else { return TypeID.undetermined }
        return Analyzer(context: context, tree: tree, isBehind: true).resolveType(node)
    }
}
