extension Analyzer {
    /// `ColumnRef` (manual, 4.2.1; transformColumnRef): a column, a whole row, a variable, or a function on a row.
    func columnReference(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        var names = node.list(.fields).names
        if names.last == "*" {
            names.removeLast()
            guard let entry = findEntry(names, scope) else {
                return try variableRow(names, scope)
            }
            touch(entry.row.lineage)
            return entry.row
        }
        switch names.count {
        case 1:
            if let value = try bareColumn(names[0], scope) {
                touch(value.lineage)
                return value
            }
            if let entry = findEntry(names, scope) {
                touch(entry.row.lineage)
                return entry.row
            }
        case 2, 3, 4:
            let column = names[names.count - 1]
            if let entry = findEntry(Array(names.dropLast()), scope) {
                return try qualifiedColumn(column, of: entry)
            }
            if let variable = variable(names[0], scope) {
                // variable.field, or routine.parameter with a field behind.
                var value = variable
                for name in names.dropFirst() { value = try field(name, of: value) }
                return value
            }
            if let value = routineParameter(names, scope) {
                return value
            }
        default: break
        }
        if hasUnknownNames(scope) { return Value(lineage: .unknown) }
        unresolved(names.joined(separator: "."), "column")
        return Value(lineage: .unknown)
    }

    private func hasUnknownNames(_ scope: Scope) -> Bool {
        var level: Scope? = scope
        while let current = level {
            if current.hasUnknownNames { return true }
            level = current.parent
        }
        return false
    }

    /// A name without qualification: the nearest level that has it.
    private func bareColumn(_ name: String, _ scope: Scope) throws(InspectionFailure) -> Value? {
        var level: Scope? = scope
        while let current = level {
            var found: Value?
            for item in current.items {
                try context.bodies.spend(item.columns.count / 16)
                for column in item.columns where column.name == name {
                    found = merged(found, column.value)
                }
            }
            if found == nil, Self.systemColumns.contains(name), !current.items.isEmpty {
                return Value(type: TypeID.oid)
            }
            if found == nil, current.items.contains(where: { !$0.isComplete }) {
                return Value(lineage: .unknown)
            }
            if let found = found ?? current.variables[name] { return found }
            level = current.parent
        }
        return nil
    }

    /// Two meanings of one name are an error to the server, but not to a snapshot that may be older: both count.
    private func merged(_ first: Value?, _ second: Value) -> Value {
        guard var value = first else { return second }
        value.merge(second)
        if value.type != second.type { value.type = TypeID.undetermined }
        value.fields = nil
        return value
    }

    private func variable(_ name: String, _ scope: Scope) -> Value? {
        var level: Scope? = scope
        while let current = level {
            if let value = current.variables[name] { return value }
            level = current.parent
        }
        return nil
    }

    private func routineParameter(_ names: [String], _ scope: Scope) -> Value? {
        var level: Scope? = scope
        while let current = level {
            if current.routineName == names[0] { return current.variables[names[1]] }
            level = current.parent
        }
        return nil
    }

    private func variableRow(_ names: [String], _ scope: Scope) throws(InspectionFailure) -> Value {
        if names.count == 1, let value = variable(names[0], scope) { return value }
        if names.isEmpty {
            // `*` inside a call or a row: all columns of this level.
            var lineage = Lineage.none
            for item in scope.items {
                for column in item.columns { lineage.formUnion(column.lineage) }
                if !item.isComplete { lineage = .unknown }
            }
            touch(lineage)
            return Value(type: TypeID.record, lineage: lineage)
        }
        if !hasUnknownNames(scope) { unresolved(names.joined(separator: "."), "relation") }
        return Value(lineage: .unknown)
    }

    private func qualifiedColumn(_ name: String, of entry: RangeEntry) throws(InspectionFailure) -> Value {
        let found = entry.columns.filter { $0.name == name }
        if !found.isEmpty {
            var value: Value?
            for column in found { value = merged(value, column.value) }
            let result = value ?? Value(lineage: .unknown)
            touch(result.lineage)
            return result
        }
        if Self.systemColumns.contains(name) { return Value(type: TypeID.oid) }
        if !entry.isComplete { return Value(lineage: .unknown) }
        touch(entry.row.lineage)
        return try attributing(to: "\(entry.name).\(name) is not a column: it calls the function \(name)") {
            () throws(InspectionFailure) in try call([name], arguments: [entry.row])
        }
    }

    /// The FROM entry that a (qualified) name means: an alias, a relation's name, or `schema.relation`.
    func findEntry(_ names: [String], _ scope: Scope) -> RangeEntry? {
        guard let name = names.last else { return nil }
        let schema = names.count > 1 ? names[names.count - 2] : nil
        if names.count == 3, names[0] != catalog.database { return nil }
        var level: Scope? = scope
        while let current = level {
            for item in current.items {
                for entry in item.entries
                where entry.name == name && (schema == nil || entry.schema == schema) {
                    return entry
                }
            }
            level = current.parent
        }
        return nil
    }

    /// The columns that `*` or `name.*` stands for, in order.
    func starColumns(_ names: [String], _ scope: Scope) throws(InspectionFailure) -> Relational {
        var result = Relational()
        if names.isEmpty {
            for item in scope.items {
                result.columns += item.columns
                if !item.isComplete { result.isComplete = false }
            }
        } else if let entry = findEntry(names, scope) {
            result = Relational(columns: entry.columns, isComplete: entry.isComplete)
        } else {
            let value = try variableRow(names, scope)
            result.columns = value.fields ?? []
            result.isComplete = value.fields != nil
        }
        for column in result.columns { touch(column.lineage) }
        return result
    }
}
