extension Analyzer {
    /// A PL/pgSQL function (manual, chapter 43): every statement and expression of its body is inspected.
    ///
    /// - Parameters:
    ///   - relation: for a trigger function, the relation that NEW and OLD are rows of.
    ///   - row: the columns of these rows, where what the function does with their values is asked for.
    func plpgsqlBody(
        _ source: String, _ routine: CatalogRoutine, _ context: AnalysisContext, relation: CatalogRelation?,
        row: [RoutineMemo.Column]? = nil
    ) throws(InspectionFailure) -> RoutineMemo.Summary {
        let isTrigger = routine.result == TypeID.trigger || routine.result == TypeID.eventTrigger
        let text = PLpgSQLText.createFunction(source, of: routine, catalog)
        if context.isCompared { try context.bodies.spend(50 + text.utf8.count / 4) }
        var failed = RoutineMemo.Summary(isComplete: false)
        failed.findings.actions = .unknown
        failed.findings.reachesAnything = true
        let json: JSONValue
        do {
            let bytes = Array(text.utf8)
            try PreScan.check(bytes)
            guard let value = JSONValue(try context.parser.parse(bytes, as: .plpgsql)) else {
                failed.findings.explain("the body of \(routine.name) cannot be read")
                return failed
            }
            json = value
        } catch {
            if case .unavailable = error { throw error }
            failed.findings.explain("the body of \(routine.name) cannot be parsed: \(error.message)")
            return failed
        }
        let scope = Scope(parent: nil)
        scope.routineName = routine.name
        scope.hasUnknownNames = true
        for parameter in routine.inputParameters where !parameter.name.isEmpty {
            scope.variables[parameter.name] = Value(type: parameter.type)
        }
        if isTrigger { declareTriggerVariables(scope, relation, row) }
        var walk = PLpgSQLWalk(
            analyzer: self, context: context, scope: scope, routine: routine, row: row == nil ? nil : relation
        )
        try walk.visit(json, parent: "", field: "")
        var result = walk.result
        try addFlows(of: walk, json, to: &result)
        var lineage = result.isComplete ? Lineage.none : .unknown
        for use in result.findings.columns where use.use != .assignment {
            lineage.formUnion(.columns([use.column]))
        }
        let names = routine.resultNames
        result.columns =
            names.isEmpty
            ? [RoutineMemo.Column(name: routine.name, type: routine.result, lineage: lineage)]
            : names.map { RoutineMemo.Column(name: $0, type: 0, lineage: lineage) }
        return result
    }

    private func declareTriggerVariables(
        _ scope: Scope, _ relation: CatalogRelation?, _ row: [RoutineMemo.Column]?
    ) {
        for name in [
            "tg_name", "tg_when", "tg_level", "tg_op", "tg_relname", "tg_table_name", "tg_table_schema",
            "tg_event", "tg_tag",
        ] {
            scope.variables[name] = Value(type: TypeID.text)
        }
        scope.variables["tg_relid"] = Value(type: TypeID.oid)
        scope.variables["tg_nargs"] = Value(type: TypeID.int4)
        scope.variables["tg_argv"] = Value(type: catalog.type(TypeID.text)?.array ?? 0)
        guard let relation else { return }
        let fields =
            row?.map { ScopeColumn(name: $0.name, type: $0.type, lineage: $0.lineage) }
            ?? catalog.columns(of: relation).map { ScopeColumn(name: $0.name, type: $0.type) }
        let lineage = fields.reduce(Lineage.none) { $0.union($1.lineage) }
        for name in ["new", "old"] {
            scope.variables[name] = Value(type: relation.rowType, lineage: lineage, fields: fields)
        }
    }
}

extension Analyzer {
    /// Inspects `SELECT expression` and gives the expression's value when it is a constant text.
    func constantText(
        _ text: String, context: AnalysisContext, scope: Scope
    ) throws(InspectionFailure) -> (text: String?, findings: Findings) {
        var findings = Findings()
        let bytes = Array(text.utf8)
        do {
            try PreScan.check(bytes)
            let tree = InspectedTree(try ParseTree(decoding: try context.parser.parse(bytes, as: .sql)))
            let inner = Analyzer(context: context, tree: tree, isBehind: true)
            guard let select = tree.root.list(.stmts).first?.node(.stmt), select.kind == .selectStmt,
                let target = select.list(.targetList).first?.node(.val)
            else { return (nil, findings) }
            let value = try inner.expression(target, scope)
            findings = inner.findings
            if case .text(let text)? = value.constant { return (text, findings) }
        } catch {
            if case .unavailable = error { throw error }
            findings.actions = .unknown
        }
        return (nil, findings)
    }
}

enum PLpgSQLText {
    /// A whole CREATE FUNCTION around a body, as libpg_query wants it.
    static func createFunction(_ body: String, of routine: CatalogRoutine, _ catalog: CatalogSnapshot)
        -> String
    {
        var tag = "$body$"
        while body.contains(tag) { tag = "$" + tag.dropFirst().dropLast() + "x$" }
        var parameters = routine.inputParameters.map { parameter in
            (parameter.name.isEmpty ? "" : quoted(parameter.name) + " ")
                + builtInName(parameter.type, catalog)
        }
        let outputs = routine.resultNames.filter { name in
            !routine.inputParameters.contains { $0.name == name }
        }
        parameters += outputs.map { "OUT \(quoted($0)) text" }
        let result: String
        switch routine.result {
        case TypeID.trigger, TypeID.eventTrigger: result = "trigger"
        case TypeID.void: result = "void"
        default:
            let isRow = routine.result == TypeID.record || catalog.type(routine.result)?.kind == "c"
            let name = outputs.isEmpty ? isRow ? "record" : "text" : outputs.count == 1 ? "text" : "record"
            result = (routine.returnsSet ? "SETOF " : "") + name
        }
        // Row types of tables are unknown to the library; `record` declares the same names.
        let plain = body.replacing(/[A-Za-z0-9_."]+%ROWTYPE/.ignoresCase(), with: "record")
        return
            "CREATE FUNCTION f(\(parameters.joined(separator: ", "))) RETURNS \(result) LANGUAGE plpgsql AS \(tag)\(plain)\(tag)"
    }

    private static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

    /// The library knows no catalog: types of the user's own stand in as text.
    private static func builtInName(_ type: UInt32, _ catalog: CatalogSnapshot) -> String {
        guard let entry = catalog.type(type), entry.schema == CatalogSnapshot.pgCatalog,
            "bd".contains(entry.kind),
            entry.category != "A", !entry.name.hasPrefix("_")
        else { return "text" }
        return "pg_catalog.\"\(entry.name)\""
    }

    /// What follows `target :=` or `target =`.
    static func assigned(_ text: String) -> String {
        var depth = 0
        var isQuoted = false
        for index in text.indices {
            let character = text[index]
            switch character {
            case "\"": isQuoted.toggle()
            case "[" where !isQuoted: depth += 1
            case "]" where !isQuoted: depth -= 1
            case "=" where !isQuoted && depth == 0:
                return String(text[text.index(after: index)...])
            default: break
            }
        }
        return text
    }

    /// A declared type's name as `pg_type` has it; `nil` for what only PL/pgSQL knows.
    static func typeNames(_ text: String) -> [String]? {
        var name = text.trimming(" \n\t").lowercased()
        if name.isEmpty || name.contains("%") || name == "unknown" { return nil }
        if let parenthesis = name.firstIndex(of: "(") { name = String(name[..<parenthesis]).trimming(" ") }
        let isArray = name.hasSuffix("[]")
        if isArray { name = String(name.dropLast(2)) }
        let canonical = aliases[name] ?? name
        let parts = SearchPath.splitQualified(canonical)
        guard isArray, let last = parts.last else { return parts }
        return parts.dropLast() + ["_" + last]
    }

    private static let aliases: [String: String] = [
        "int": "int4", "integer": "int4", "bigint": "int8", "smallint": "int2", "boolean": "bool",
        "real": "float4",
        "double precision": "float8", "float": "float8", "decimal": "numeric", "character varying": "varchar",
        "character": "bpchar", "char": "bpchar", "timestamp with time zone": "timestamptz",
        "timestamp without time zone": "timestamp", "time with time zone": "timetz",
        "time without time zone": "time",
    ]
}
