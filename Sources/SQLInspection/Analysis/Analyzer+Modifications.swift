extension Analyzer {
    /// INSERT, UPDATE, DELETE and MERGE, at the top or in WITH; the columns are those of RETURNING.
    func modification(_ node: Node, _ outer: Scope?) throws(InspectionFailure) -> Relational {
        let withScope = try withClause(node.node(.withClause), outer)
        let scope = Scope(parent: withScope)
        switch node.kind {
        case .insertStmt: try insert(node, scope, withScope)
        case .updateStmt: try update(node, scope)
        case .deleteStmt: try delete(node, scope)
        default: try merge(node, scope)
        }
        guard node.has(.returningList) else { return Relational() }
        return try targetList(node.list(.returningList), scope)
    }

    /// The target of a statement that writes. A WITH query never shadows it.
    private func target(
        _ node: Node?, events: TriggerEvents, scope: Scope
    ) throws(InspectionFailure) -> RangeEntry {
        guard let node else {
            unknown("a statement without its target")
            return RangeEntry(name: "", columns: [], isComplete: false)
        }
        var entry = try relationEntry(
            node, access: isOnlyPlanned ? .read : .written, insertsOnly: events == .insert)
        let alias = alias(node.node(.alias))
        if isOnlyPlanned {
            findings.actions.insert(.read)
        } else {
            let name = "\(entry.schema.map { $0 + "." } ?? "")\(entry.name)"
            act(.write, because: "\(name) is written")
            if !node.has(.schemaname), scope.commonTable(entry.name) != nil {
                findings.explain("WITH does not hide what is written: it is \(name) itself")
            }
        }
        if let relation = catalog.relation(entry.relation) { try write(relation, events) }
        if let name = alias.name {
            entry.name = name
            entry.schema = nil
        }
        return entry
    }

    private func insert(_ node: Node, _ scope: Scope, _ withScope: Scope) throws(InspectionFailure) {
        node.ignore(.override)
        let conflict = node.node(.onConflictClause)
        let isUpsert = conflict?.enumeration(.action, as: OnConflictAction.self) == .update
        var entry = try target(
            node.node(.relation), events: isUpsert ? [.insert, .update] : .insert, scope: scope)
        var columns: [ScopeColumn] = entry.columns
        let named = node.list(.cols)
        if !named.isEmpty {
            columns = []
            for column in named {
                try subscripts(column, withScope)
                columns.append(assigned(column.text(.name) ?? "", entry))
            }
        }
        if let source = node.node(.selectStmt) {
            let result = try query(source, withScope)
            for (column, value) in zip(columns, result.columns) { try assign(column, value.value, &entry) }
            // Into columns that the snapshot does not know: a temporary table's.
            for value in result.columns.dropFirst(columns.count) {
                noteTransfer(of: value.lineage, to: .unknown)
            }
            if !result.isComplete { noteTransfer(of: .unknown, to: .unknown) }
        }
        scope.items = [FromItem(entry)]
        guard let conflict else { return }
        conflict.ignore(.action)
        if let inference = conflict.node(.infer) {
            inference.ignore(.conname)
            for element in inference.list(.indexElems) {
                element.ignore(.name, .indexcolname, .collation, .opclass, .ordering, .nullsOrdering)
                for name in Array(element.list(.collation)) + Array(element.list(.opclass)) { name.markAll() }
                _ = try expression(element.node(.expr), scope)
            }
            try predicate(inference.node(.whereClause), scope)
        }
        let inner = Scope(parent: scope)
        var excluded = entry
        excluded.name = "excluded"
        excluded.schema = nil
        inner.items = [FromItem(entries: [excluded], columns: [], isComplete: true)]
        try assignments(conflict.list(.targetList), &entry, inner)
        try predicate(conflict.node(.whereClause), inner)
        scope.items = [FromItem(entry)]
    }

    private func update(_ node: Node, _ scope: Scope) throws(InspectionFailure) {
        var entry = try target(node.node(.relation), events: .update, scope: scope)
        scope.items = [FromItem(entry)]
        try from(node.list(.fromClause), scope)
        try assignments(node.list(.targetList), &entry, scope)
        scope.items[0] = FromItem(entry)
        try predicate(node.node(.whereClause), scope)
        noteWhere(node.node(.whereClause), scope)
    }

    private func delete(_ node: Node, _ scope: Scope) throws(InspectionFailure) {
        let entry = try target(node.node(.relation), events: .delete, scope: scope)
        scope.items = [FromItem(entry)]
        try from(node.list(.usingClause), scope)
        try predicate(node.node(.whereClause), scope)
        noteWhere(node.node(.whereClause), scope)
    }

    private func merge(_ node: Node, _ scope: Scope) throws(InspectionFailure) {
        var events: TriggerEvents = []
        for clause in node.list(.mergeWhenClauses) {
            switch clause.enumeration(.commandType, as: CmdType.self) {
            case .insert: events.insert(.insert)
            case .update: events.insert(.update)
            case .delete: events.insert(.delete)
            case .nothing: break
            default: unknown("a MERGE action is not understood")
            }
        }
        var entry = try target(node.node(.relation), events: events, scope: scope)
        scope.items = [FromItem(entry)]
        if let source = node.node(.sourceRelation) { scope.items.append(try fromItem(source, scope)) }
        try predicate(node.node(.joinCondition), scope)
        for clause in node.list(.mergeWhenClauses) {
            clause.ignore(.matched, .override)
            try predicate(clause.node(.condition), scope)
            let values = clause.list(.values)
            guard !values.isEmpty else {
                try assignments(clause.list(.targetList), &entry, scope)
                continue
            }
            var columns = entry.columns
            let named = clause.list(.targetList)
            if !named.isEmpty {
                columns = named.map { target in
                    target.ignore(.indirection)
                    return assigned(target.text(.name) ?? "", entry)
                }
            }
            for (index, item) in values.enumerated() {
                let value = try expression(item, scope)
                if index < columns.count { try assign(columns[index], value, &entry) }
            }
        }
    }

    private func predicate(_ node: Node?, _ scope: Scope) throws(InspectionFailure) {
        guard let node else { return }
        try using(.predicate) { () throws(InspectionFailure) in _ = try expression(node, scope) }
    }

    /// SET lists: each target is assigned, each source read.
    private func assignments(
        _ targets: NodeList, _ entry: inout RangeEntry, _ scope: Scope
    ) throws(InspectionFailure) {
        for target in targets {
            try subscripts(target, scope)
            let value = try expression(target.node(.val), scope)
            try assign(assigned(target.text(.name) ?? "", entry), value, &entry)
        }
    }

    /// `SET column[subscript] = …` and `SET column.field = …`.
    private func subscripts(_ target: Node, _ scope: Scope) throws(InspectionFailure) {
        for step in target.list(.indirection) {
            step.ignore(.isSlice, .sval)
            guard step.kind == .aIndices else { continue }
            _ = try expression(step.node(.lidx), scope)
            _ = try expression(step.node(.uidx), scope)
        }
    }

    private func assigned(_ name: String, _ entry: RangeEntry) -> ScopeColumn {
        if let column = entry.columns.first(where: { $0.name == name }) { return column }
        if entry.isComplete { unresolved("\(entry.name).\(name)", "column") }
        return ScopeColumn(name: name)
    }

    /// The column takes the value on: RETURNING gives it back.
    private func assign(
        _ column: ScopeColumn, _ value: Value, _ entry: inout RangeEntry
    ) throws(InspectionFailure) {
        for index in entry.columns.indices where entry.columns[index].name == column.name {
            entry.columns[index].lineage.formUnion(value.lineage)
            if value.lineage != .none, !value.isWhole { entry.columns[index].isWhole = false }
        }
        try using(.assignment) { () throws(InspectionFailure) in touch(column.lineage) }
        noteTransfer(of: value.lineage, to: column.lineage)
        if column.type != 0 {
            try runDomains(of: column.type)
            try implicitCasts(from: [value.type], assignedTo: column.type)
        }
    }

    private func noteTransfer(of source: Lineage, to target: Lineage) {
        if isOnlyPlanned { return }
        guard case .columns(let targets) = target else {
            return findings.add(Transfer(target: nil, lineage: source))
        }
        for column in targets { findings.add(Transfer(target: column, lineage: source)) }
    }

    /// The strictest answer of all UPDATEs and DELETEs of the statement.
    private func noteWhere(_ node: Node?, _ scope: Scope) {
        let found: WhereClause
        if let node {
            found = ConstantFolding(scope: scope).restrictsNothing(node) ? .tautology : .present
            if found == .tautology, !isBehind { findings.explain("its WHERE restricts no rows") }
        } else {
            found = .missing
            if !isBehind { findings.explain("it has no WHERE") }
        }
        func rank(_ clause: WhereClause) -> Int {
            switch clause {
            case .notApplicable: 0
            case .present: 1
            case .tautology: 2
            case .missing: 3
            }
        }
        if rank(found) > rank(whereClause) { whereClause = found }
    }
}

/// `pg_trigger.tgtype` (pg_trigger.h).
struct TriggerEvents: OptionSet, Hashable {
    let rawValue: Int
    static let insert = TriggerEvents(rawValue: 4)
    static let delete = TriggerEvents(rawValue: 8)
    static let update = TriggerEvents(rawValue: 16)
    static let truncate = TriggerEvents(rawValue: 32)
    static let insteadOf = TriggerEvents(rawValue: 64)

    /// `pg_rewrite.ev_type` of the same events.
    var ruleEvents: [Character] {
        (contains(.update) ? ["2"] : []) + (contains(.insert) ? ["3"] : []) + (contains(.delete) ? ["4"] : [])
    }
}
