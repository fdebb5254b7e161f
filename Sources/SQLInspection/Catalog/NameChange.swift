/// What a statement would make of the names that columns go by.
struct NameChange {
    /// New names of schemas.
    var schemas: [UInt32: String] = [:]
    /// Relations that move or are renamed.
    var relations: [UInt32: (schema: String, name: String)] = [:]
    var columns: [ColumnID: String] = [:]
    /// Tables that no longer inherit from, or are partitions of, others.
    var cut: Set<Link> = []
    /// Columns whose values are gone.
    var dropped: Set<ColumnID> = []

    struct Link: Hashable {
        var child: UInt32
        var parent: UInt32
    }
}

extension CatalogSnapshot {
    /// The columns whose values are this column's too: the same column of all tables above and below it by inheritance or
    /// partitioning. A tag on the column is a tag on all of them.
    package func columnsSharing(_ id: ColumnID) -> Set<ColumnID> { columnsSharing(id, after: NameChange()) }

    private func columnsSharing(_ id: ColumnID, after change: NameChange) -> Set<ColumnID> {
        guard let name = columnName(id, after: change) else { return [id] }
        var result: Set<ColumnID> = [id]
        var pending = [id.table]
        var seen: Set<UInt32> = [id.table]
        func visit(_ relative: UInt32) {
            guard seen.insert(relative).inserted, let relation = relation(relative) else { return }
            for column in columns(of: relation) {
                let other = ColumnID(table: relative, attribute: column.number)
                guard (change.columns[other] ?? column.name) == name, !change.dropped.contains(other) else {
                    continue
                }
                result.insert(other)
                pending.append(relative)
                return
            }
        }
        while let table = pending.popLast() {
            for parent in contents.parents[table] ?? []
            where change.cut.isEmpty || !change.cut.contains(.init(child: table, parent: parent)) {
                visit(parent)
            }
            for child in contents.children[table] ?? []
            where change.cut.isEmpty || !change.cut.contains(.init(child: child, parent: table)) {
                visit(child)
            }
        }
        return result
    }

    private func columnName(_ id: ColumnID, after change: NameChange) -> String? {
        change.columns[id] ?? column(id)?.name
    }

    /// `schema.table.column`, as it would be.
    private func name(of id: ColumnID, after change: NameChange) -> String? {
        guard let relation = relation(id.table), let column = columnName(id, after: change) else {
            return nil
        }
        let moved = change.relations[id.table]
        let schema = moved?.schema ?? change.schemas[relation.schema] ?? schemaName(relation.schema)
        return "\(schema).\(moved?.name ?? relation.name).\(column)"
    }

    /// What the change does to the columns of tables, and to those that share values with them: one transfer for all columns that
    /// go by the same names then.
    func transfers(by change: NameChange, of tables: [CatalogRelation]) -> [Transfer] {
        var transfers: [Transfer] = []
        var seen: Set<ColumnID> = []
        for table in tables {
            for column in columns(of: table) {
                let id = ColumnID(table: table.oid, attribute: column.number)
                guard !seen.contains(id) else { continue }
                let members = columnsSharing(id).subtracting(change.dropped)
                for member in members.sorted(by: { ($0.table, $0.attribute) < ($1.table, $1.attribute) })
                where seen.insert(member).inserted {
                    let sharing = columnsSharing(member, after: change)
                    seen.formUnion(sharing)
                    let names = sharing.compactMap { name(of: $0, after: change) }.sorted()
                    transfers.append(
                        Transfer(target: nil, names: names, lineage: .columns([member]), means: .rename))
                }
            }
        }
        return transfers
    }
}
