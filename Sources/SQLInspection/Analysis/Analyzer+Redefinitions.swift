/// Statements that change what a routine, a view or a name means.
extension Analyzer {
    // MARK: Routines

    func noteFunction(_ node: Node) throws(InspectionFailure) {
        guard let made = try definedRoutine(node) else { return }
        let (routine, summary) = made
        try compare([routine.name], knowing: summary.map { [.routine(routine.oid): $0] } ?? [:]) { contents in
            if contents.routines.updateValue(routine, forKey: routine.oid) == nil {
                contents.routinesByName[ExactName(routine.name), default: []].append(routine.oid)
            }
        }
    }

    /// The routine that a CREATE FUNCTION makes; what its body does where that is no text.
    private func definedRoutine(
        _ node: Node
    ) throws(InspectionFailure) -> (routine: CatalogRoutine, summary: RoutineMemo.Summary?)? {
        let names = node.list(.funcname).names
        let creation = catalog.creationSchema(context.pathNames, role: context.settings.role)
        let schema =
            names.count > 1 ? catalog.contents.schemaOIDs[ExactName(names[names.count - 2])] : creation
        guard let name = names.last, let schema else { return nil }
        var routine = CatalogRoutine(
            oid: .max, name: name, schema: schema, kind: node.flag(.isProcedure) ? "p" : "f", language: "sql",
            result: typeQuietly(node.node(.returnType)),
            returnsSet: node.node(.returnType)?.flag(.setof) ?? false, arguments: [], defaultCount: 0,
            variadic: 0, allArguments: [], modes: [], names: [])
        readParameters(of: node, into: &routine)
        var body: Node?
        for option in node.list(.options) {
            switch option.text(.defname) {
            case "language": routine.language = (option.node(.arg)?.stringValue ?? "").lowercased()
            case "as": routine.source = option.node(.arg)?.list(.items).first?.stringValue
            case "set": if let setting = option.node(.arg) { set(setting, of: &routine) }
            default: break
            }
        }
        if let existing = catalog.contents.routinesByName[ExactName(name)]?.compactMap(catalog.routine).first(
            where: {
                $0.schema == schema && $0.arguments == routine.arguments
            })
        {
            routine.oid = existing.oid
        }
        if let sql = node.node(.sqlBody) { body = sql }
        return (
            routine, try body.map { node throws(InspectionFailure) in try bodySummary(node, of: routine) }
        )
    }

    /// SET in the definition of a routine.
    private func set(_ setting: Node, of routine: inout CatalogRoutine) {
        let name = setting.text(.name)?.lowercased()
        let values = setting.list(.args).compactMap { $0.node(.sval)?.text(.sval) }
        guard name == nil || name == "search_path" else { return }
        routine.searchPath = values.isEmpty ? nil : values
    }

    /// ALTER FUNCTION: names in its body may be looked up elsewhere.
    func noteSettings(of node: Node) throws(InspectionFailure) {
        guard let object = node.node(.func) else { return }
        let settings = node.list(.actions).filter { $0.text(.defname) == "set" }.compactMap { $0.node(.arg) }
        guard !settings.isEmpty else { return }
        let altered = routines(named: object)
        try compare(Set(altered.map(\.name))) { contents in
            for var routine in altered {
                for setting in settings { set(setting, of: &routine) }
                contents.routines[routine.oid] = routine
            }
        }
    }

    private func readParameters(of node: Node, into routine: inout CatalogRoutine) {
        for parameter in node.list(.parameters) {
            let type = typeQuietly(parameter.node(.argType))
            let mode: Character =
                switch parameter.enumeration(.mode, as: FunctionParameterMode.self) {
                case .out: "o"
                case .inout: "b"
                case .variadic: "v"
                case .table: "t"
                case .in, .default, nil: "i"
                }
            routine.modes.append(mode)
            routine.names.append(parameter.text(.name) ?? "")
            routine.allArguments.append(type)
            if "ibv".contains(mode) { routine.arguments.append(type) }
            if mode == "v" { routine.variadic = catalog.type(type)?.element ?? 0 }
            if parameter.has(.defexpr) { routine.defaultCount += 1 }
        }
    }

    /// RETURN, or the statements of BEGIN ATOMIC.
    private func bodySummary(
        _ body: Node, of routine: CatalogRoutine
    ) throws(InspectionFailure) -> RoutineMemo.Summary {
        let inner = Analyzer(context: context, tree: tree, isBehind: true)
        let scope = Scope(parent: nil)
        scope.routineName = routine.name
        let parameters = routine.inputParameters
        inner.parameterValues = parameters.map { Value(type: $0.type) }
        for parameter in parameters { scope.variables[parameter.name] = Value(type: parameter.type) }
        var result = RoutineMemo.Summary()
        func run(_ node: Node) throws(InspectionFailure) {
            switch node.kind {
            case .list: for item in node.list(.items) { try run(item) }
            case .returnStmt:
                let value = try inner.expression(node.node(.returnval), scope)
                result.columns = [.init(name: routine.name, type: value.type, lineage: value.lineage)]
            default:
                let rows = try inner.statement(node, scope)
                result.columns = rows.columns.map { .init(name: $0.name, type: $0.type, lineage: $0.lineage) }
                result.isComplete = rows.isComplete
            }
        }
        try run(body)
        result.findings = inner.findings
        return result
    }

    /// What casts, operators, aggregates and ranges call is called without being named.
    func noteImplicit(_ names: [String]) throws(InspectionFailure) {
        for routine in (catalog.contents.routinesByName[ExactName(names.last ?? "")] ?? []).compactMap(
            catalog.routine)
        where routine.schema != CatalogSnapshot.pgCatalog {
            findings.missing(routine.name)
            let summary = try routineSummary(routine)
            let isPlain = summary.findings.actions.isSubset(of: .read) && summary.isComplete
            if !isPlain { findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven)) }
            for column in summary.columns {
                findings.add(Transfer(target: nil, lineage: column.lineage, means: .definition))
            }
        }
    }

    // MARK: Relations

    func noteView(_ node: Node) throws(InspectionFailure) {
        guard let target = node.node(.view).map(creationTarget) else { return }
        guard let view = catalog.relation(schema: target.schema, name: target.name) else {
            return noteRelationName(target)
        }
        guard let query = node.node(.query) else { return }
        let inner = Analyzer(context: context, tree: tree, isBehind: true, recordsOutputs: false)
        let rows = try inner.query(query, Scope(parent: nil))
        var columns = try columnsBehind(view)
        let known = catalog.columns(of: view)
        for index in columns.indices {
            let own = known.first { $0.name == columns[index].name }.map {
                Lineage.columns([ColumnID(table: view.oid, attribute: $0.number)])
            }
            let shown = rows.isComplete && index < rows.columns.count ? rows.columns[index].lineage : .unknown
            columns[index].lineage = (own ?? .none).union(shown)
        }
        let summary = RoutineMemo.Summary(findings: inner.findings, columns: columns)
        try compare([view.name], knowing: [.relation(view.oid): summary]) { _ in }
    }

    /// A name in the body of a routine may mean another relation from now on: one of the name comes before or behind another
    /// one where names are looked up.
    func noteRelationName(_ target: TableReference) {
        guard target.schema != "pg_temp" else { return }
        let others = pathsOfBodies.filter { $0.contains(target.schema) }.joined().contains { schema in
            schema != target.schema && schema != "pg_catalog"
                && catalog.relation(schema: schema, name: target.name) != nil
        }
        guard others else { return }
        let runs = catalog.standingUses(of: [target.name]).contains { use in
            switch use {
            case .trigger, .eventTrigger: true
            case .rule, .column, .expression, .domainCheck, .domainDefault, .materializedView:
                catalog.hasOwnRoutines
            }
        }
        if runs { findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven)) }
    }

    private var pathsOfBodies: [[String]] {
        let paths = [context.pathNames] + catalog.contents.routines.values.compactMap(\.searchPath)
        return paths.map { path in path.map { $0 == "$user" ? context.settings.role : $0 } }
    }

    func noteMove(_ node: Node) throws(InspectionFailure) {
        let schema = node.text(.newschema)
        let name = node.text(.newname)
        if let relation = node.node(.relation).flatMap({ findRelation(self.names(of: $0)) }) {
            guard node.text(.subname) == nil else { return }
            noteRelationName(reference(to: relation, .defined))
            return noteRelationName(
                TableReference(
                    schema: schema ?? catalog.schemaName(relation.schema), name: name ?? relation.name,
                    oid: 0,
                    access: .defined))
        }
        guard let object = node.node(.object), object.kind == .objectWithArgs else { return }
        let moved = routines(named: object)
        try compare(Set(moved.map(\.name) + [name].compactMap { $0 })) { contents in
            for var routine in moved {
                if let name {
                    contents.routinesByName[ExactName(routine.name)]?.removeAll { $0 == routine.oid }
                    contents.routinesByName[ExactName(name), default: []].append(routine.oid)
                    routine.name = name
                }
                if let oid = schema.flatMap({ contents.schemaOIDs[ExactName($0)] }) { routine.schema = oid }
                contents.routines[routine.oid] = routine
            }
        }
    }

    func noteRemoval(_ node: Node) throws(InspectionFailure) {
        var removed: [CatalogRoutine] = []
        for object in node.list(.objects) {
            switch object.kind {
            case .objectWithArgs: removed += routines(named: object)
            case .list:
                if let relation = findRelation(object.list(.items).names) {
                    noteRelationName(reference(to: relation, .defined))
                }
            default: break
            }
        }
        try compare(Set(removed.map(\.name))) { contents in
            for routine in removed {
                contents.routines[routine.oid] = nil
                contents.routinesByName[ExactName(routine.name)]?.removeAll { $0 == routine.oid }
            }
        }
    }

    /// All of the name, whatever their arguments.
    private func routines(named object: Node) -> [CatalogRoutine] {
        let names = object.list(.objname).names
        object.markAll()
        let schema = names.count > 1 ? catalog.contents.schemaOIDs[ExactName(names[names.count - 2])] : nil
        return (catalog.contents.routinesByName[ExactName(names.last ?? "")] ?? []).compactMap(
            catalog.routine
        )
        .filter { $0.schema != CatalogSnapshot.pgCatalog && (schema == nil || $0.schema == schema) }
    }
}

extension CatalogSnapshot {
    /// There are bodies whose names are looked up where they run.
    fileprivate var hasOwnRoutines: Bool {
        contents.routines.values.contains {
            $0.schema != Self.pgCatalog && ["sql", "plpgsql"].contains($0.language)
        }
    }
}
