/// What the variables of a PL/pgSQL body may hold, whatever the order of its statements: columns whose values were put into them.
struct PLpgSQLFlows: Equatable {
    private struct Flow: Equatable {
        var lineage = Lineage.columns([])
        /// Of a record, as long as all that was put into it is known by its columns.
        var fields: [String: Lineage] = [:]
        var hasWhole = false
    }

    private var variables: [String: Flow] = [:]
    /// In any of them.
    private var everywhere = Lineage.columns([])
    private var isMerged = false

    /// So often a body is gone over before variables are no longer told apart.
    static let maximumRounds = 6

    /// - Parameter target: a variable, a record's `variable.field`, or nil where it cannot be told.
    mutating func add(_ lineage: Lineage, to target: String?) {
        guard let target, !isMerged else { return everywhere.formUnion(lineage) }
        let parts = target.split(separator: ".", maxSplits: 1).map(String.init)
        guard let name = parts.first else { return everywhere.formUnion(lineage) }
        variables[name, default: Flow()].lineage.formUnion(lineage)
        if parts.count > 1 {
            variables[name, default: Flow()].fields[parts[1], default: .columns([])].formUnion(lineage)
        } else {
            variables[name, default: Flow()].hasWhole = true
        }
    }

    /// A row goes to one record, or to a list of variables.
    mutating func add(_ columns: [RoutineMemo.Column], isComplete: Bool, to targets: [String?]) {
        guard isComplete, targets.count == 1 || targets.count == columns.count else {
            let all = columns.reduce(isComplete ? Lineage.columns([]) : .unknown) { $0.union($1.lineage) }
            for target in targets { add(all, to: target) }
            return
        }
        guard targets.count == 1, let target = targets[0], !target.contains(".") else {
            for (target, column) in zip(targets, columns) { add(column.lineage, to: target) }
            if targets.count == 1, columns.count > 1 {
                for column in columns { add(column.lineage, to: targets[0]) }
            }
            return
        }
        for column in columns { add(column.lineage, to: "\(target).\(column.name)") }
        // One value may be for a plain variable; and a record may come whole.
        if columns.count == 1 { variables[target, default: Flow()].hasWhole = true }
    }

    /// From here on variables are not told apart.
    mutating func merge() {
        isMerged = true
        for flow in variables.values { everywhere.formUnion(flow.lineage) }
    }

    /// - Parameter value: what is known of the variable besides.
    func value(of name: String, besides value: Value) -> Value {
        let flow = variables[name]
        var result = value
        let lineage = (flow?.lineage ?? .columns([])).union(everywhere)
        result.lineage.formUnion(lineage)
        if let fields = value.fields {
            result.fields = fields.map { field in
                var field = field
                let own = flow?.hasWhole == true ? lineage : flow?.fields[field.name] ?? .columns([])
                field.lineage.formUnion(own.union(everywhere))
                return field
            }
        } else if let flow, !flow.hasWhole, !flow.fields.isEmpty {
            result.fields = flow.fields.sorted { $0.key < $1.key }.map {
                ScopeColumn(name: $0.key, lineage: $0.value.union(everywhere))
            }
        }
        return result
    }
}
