internal import APIModels
internal import Policy
internal import SQLInspection

/// Inspections in the terms of policy.
extension DecisionDesk {
    /// The inspection in the terms of policy: names for numbers, and the tags of the columns.
    func facts(of inspection: Inspection) -> PolicyFacts { facts(of: inspection, in: catalog) }

    /// The same for an inspection under another snapshot.
    func facts(of inspection: Inspection, in catalog: CatalogSnapshot) -> PolicyFacts {
        func actions(_ access: TableReference.Access) -> APIModels.ActionSet {
            var actions: APIModels.ActionSet = []
            if access.contains(.read) { actions.insert(.read) }
            if access.contains(.written) { actions.insert(.write) }
            if access.contains(.defined) { actions.insert(.ddl) }
            return actions
        }
        return PolicyFacts(
            actions: APIModels.ActionSet(rawValue: inspection.actions.rawValue),
            conditions: Set(Condition.named(in: inspection.conditions)),
            tables: inspection.allTables.map {
                TableFact(QualifiedName.join([$0.schema, $0.name]), actions($0.access))
            },
            columns: inspection.columns.flatMap { use in
                columnFacts(for: use.column, use: APIModels.ColumnUse(use.use), in: catalog)
            },
            hasUnprovenColumns: inspection.actions.contains(.unknown) || inspection.reachesAnything,
            functions: inspection.routines.map { QualifiedName.join([$0.schema, $0.name]) })
    }

    /// A column as policy knows it, under each name that its values go by (parents and partitions share them).
    func columnFacts(for column: ColumnID, use: APIModels.ColumnUse) -> [ColumnFact] {
        columnFacts(for: column, use: use, in: catalog)
    }

    private func columnFacts(
        for column: ColumnID, use: APIModels.ColumnUse, in catalog: CatalogSnapshot
    ) -> [ColumnFact] {
        let shared = catalog.columnsSharing(column).union([column])
        return shared.compactMap { id in
            catalog.name(of: id).map { ColumnFact($0, tags: view.tags.tags(of: $0), use: use) }
        }
    }

    /// Columns that messages of the server may name though the statement does not: errors show the whole row that a constraint
    /// refuses, and the keys of rows that clash; what triggers and policies look at, they may tell.
    func columnFactsBeside(_ inspection: Inspection) -> [ColumnFact] {
        let changed = inspection.allTables.filter { !$0.access.isDisjoint(with: [.written, .defined]) }
        return columnFacts(of: changed)
            + inspection.statements.flatMap(\.columnsBehind).flatMap { columnFacts(for: $0, use: .output) }
    }

    /// All columns of tables.
    func columnFacts(of tables: [TableReference]) -> [ColumnFact] {
        tables.flatMap { table -> [ColumnFact] in
            guard let relation = catalog.relation(table.oid) else { return [] }
            return catalog.columns(of: relation).flatMap {
                columnFacts(for: ColumnID(table: relation.oid, attribute: $0.number), use: .output)
            }
        }
    }
}

extension Condition {
    static func named(in conditions: ConditionSet) -> [Condition] {
        var named: [Condition] = []
        if conditions.contains(.missingWhere) { named.append(.missingWhere) }
        if conditions.contains(.multipleStatements) { named.append(.multipleStatements) }
        if conditions.contains(.noLimit) { named.append(.noLimit) }
        if conditions.contains(.explicitTransaction) { named.append(.explicitTransaction) }
        return named
    }
}

extension APIModels.ColumnUse {
    init(_ use: SQLInspection.ColumnUse.Use) {
        switch use {
        case .output: self = .output
        case .predicate: self = .predicate
        case .grouping: self = .grouping
        case .ordering: self = .ordering
        case .assignment: self = .assignment
        }
    }
}
