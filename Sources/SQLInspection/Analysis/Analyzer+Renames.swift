extension Analyzer {
    /// Tags go by names: statements that take values out of reach of a name are put as transfers of these values.
    func noteNames(changedBy node: Node) {
        switch node.kind {
        case .renameStmt: noteRename(node)
        case .alterObjectSchemaStmt:
            guard let relation = definedRelation(named: node.node(.relation)),
                let schema = node.text(.newschema)
            else {
                return
            }
            note(NameChange(relations: [relation.oid: (schema, relation.name)]), of: [relation])
        case .alterTableStmt: noteAlterations(node)
        case .dropStmt: noteDrop(node)
        default: break
        }
    }

    private func note(_ change: NameChange, of tables: [CatalogRelation]) {
        for transfer in catalog.transfers(by: change, of: tables) { findings.add(transfer) }
    }

    /// The relation that a definition is of; where that cannot be told, it may be any.
    func definedRelation(named node: Node?) -> CatalogRelation? {
        guard let node else { return nil }
        let names = names(of: node)
        if isTemporary(node) || isBatchCreated(names) { return nil }
        if let relation = findRelation(names) { return relation }
        findings.missing(names.joined(separator: "."))
        findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
        return nil
    }

    private func noteRename(_ node: Node) {
        guard let name = node.text(.newname) else { return }
        switch node.enumeration(.renameType, as: ObjectType.self) {
        case .column, .attribute:
            guard let relation = definedRelation(named: node.node(.relation)),
                let column = node.text(.subname)
            else {
                return
            }
            var changed = [relation] + catalog.descendants(of: relation.oid).compactMap(catalog.relation)
            if relation.kind == .compositeType { changed += catalog.tablesLike(relation) }
            var change = NameChange()
            for relation in changed {
                guard let id = catalog.column(named: column, of: relation) else { continue }
                change.columns[id] = name
            }
            if change.columns.isEmpty {
                findings.missing(column)
                findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
            }
            note(change, of: changed)
        case .schema:
            guard let schema = node.text(.subname).flatMap({ catalog.contents.schemaOIDs[ExactName($0)] })
            else {
                return
            }
            note(NameChange(schemas: [schema: name]), of: catalog.relations(in: schema))
        case .role, .database:
            act(.admin, because: "renames more than an object of the database")
        case .table, .view, .matview, .foreignTable, .sequence, .index:
            // ALTER INDEX renames tables, too.
            guard let relation = definedRelation(named: node.node(.relation)) else { return }
            let schema = catalog.schemaName(relation.schema)
            note(NameChange(relations: [relation.oid: (schema, name)]), of: [relation])
        default: break
        }
    }

    private func noteAlterations(_ node: Node) {
        let commands = node.list(.cmds)
        let kinds = commands.map { $0.enumeration(.subtype, as: AlterTableType.self) }
        let concerned: [AlterTableType] = [.dropinherit, .detachpartition, .dropcolumn]
        guard kinds.contains(where: { $0.map(concerned.contains) ?? false }),
            let table = node.node(.relation),
            let relation = definedRelation(named: table)
        else { return }
        let recurses = table.flag(.inh)
        for (command, kind) in zip(commands, kinds) {
            switch kind {
            case .dropinherit:
                guard let parent = definedRelation(named: command.node(.def)) else { continue }
                note(NameChange(cut: [.init(child: relation.oid, parent: parent.oid)]), of: [relation])
            case .detachpartition:
                guard let child = definedRelation(named: command.node(.def)?.node(.name)) else { continue }
                note(NameChange(cut: [.init(child: child.oid, parent: relation.oid)]), of: [child])
            case .dropcolumn:
                if let name = command.text(.name) { noteDrop(of: name, from: relation, recurses: recurses) }
            default: continue
            }
        }
    }

    /// A partition's columns go with those of the table; what else inherits may keep its own.
    private func noteDrop(of name: String, from relation: CatalogRelation, recurses: Bool) {
        var change = NameChange()
        guard let column = catalog.column(named: name, of: relation) else { return }
        change.dropped.insert(column)
        let children = catalog.descendants(of: relation.oid).compactMap(catalog.relation)
        if recurses {
            for child in children where child.isPartition {
                if let id = catalog.column(named: name, of: child) { change.dropped.insert(id) }
            }
        }
        note(change, of: [relation])
    }

    private func noteDrop(_ node: Node) {
        let kind = node.enumeration(.removeType, as: ObjectType.self)
        var dropped: [CatalogRelation] = []
        for object in node.list(.objects) {
            switch kind {
            case .table, .foreignTable: dropped += [findRelation(object.list(.items).names)].compactMap { $0 }
            case .schema:
                guard let schema = catalog.contents.schemaOIDs[ExactName(object.stringValue ?? "")] else {
                    continue
                }
                dropped += catalog.relations(in: schema)
            default: return
            }
        }
        // Only tables share what they hold with others.
        dropped = dropped.filter {
            catalog.contents.parents[$0.oid] != nil || catalog.contents.children[$0.oid] != nil
        }
        // What inherits from a table goes with it.
        dropped += dropped.flatMap { catalog.descendants(of: $0.oid) }.compactMap(catalog.relation)
        var change = NameChange()
        for relation in dropped {
            for column in catalog.columns(of: relation) {
                change.dropped.insert(ColumnID(table: relation.oid, attribute: column.number))
            }
        }
        note(change, of: dropped)
    }
}

extension CatalogSnapshot {
    func column(named name: String, of relation: CatalogRelation) -> ColumnID? {
        columns(of: relation).first { $0.name == name }.map {
            ColumnID(table: relation.oid, attribute: $0.number)
        }
    }

    fileprivate func relations(in schema: UInt32) -> [CatalogRelation] {
        contents.relations.filter { $0.schema == schema }
    }

    /// Tables that may be of a composite type (CREATE TABLE … OF): they have its columns and no others.
    fileprivate func tablesLike(_ type: CatalogRelation) -> [CatalogRelation] {
        let names = columns(of: type).map(\.name)
        return contents.relations.filter { relation in
            (relation.kind == .table || relation.kind == .partitionedTable)
                && columns(of: relation).map(\.name) == names
        }
    }
}
