extension Analyzer {
    /// A PL/pgSQL function (manual, chapter 43): every statement and expression of its body is inspected.
    ///
    /// - Parameter relation: for a trigger function, the relation that NEW and OLD are rows of.
    func plpgsqlBody(
        _ source: String, _ routine: CatalogRoutine, _ context: AnalysisContext, relation: CatalogRelation?
    ) throws(InspectionFailure) -> RoutineMemo.Summary {
        let isTrigger = routine.result == TypeID.trigger || routine.result == TypeID.eventTrigger
        let text = PLpgSQLText.createFunction(source, of: routine, catalog)
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
        if isTrigger { declareTriggerVariables(scope, relation) }
        var walk = PLpgSQLWalk(analyzer: self, context: context, scope: scope, routine: routine)
        try walk.visit(json, parent: "", field: "")
        var result = walk.result
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

    private func declareTriggerVariables(_ scope: Scope, _ relation: CatalogRelation?) {
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
        let fields = catalog.columns(of: relation).map { ScopeColumn(name: $0.name, type: $0.type) }
        for name in ["new", "old"] {
            scope.variables[name] = Value(type: relation.rowType, fields: fields)
        }
    }
}

/// Walks libpg_query's JSON of a PL/pgSQL function. Text under `PLpgSQL_expr` is SQL: a statement, an expression or, where
/// it is executed, an expression that gives SQL.
private struct PLpgSQLWalk {
    let analyzer: Analyzer
    let context: AnalysisContext
    let scope: Scope
    let routine: CatalogRoutine
    var result = RoutineMemo.Summary()

    init(analyzer: Analyzer, context: AnalysisContext, scope: Scope, routine: CatalogRoutine) {
        self.analyzer = analyzer
        self.context = context
        self.scope = scope
        self.routine = routine
    }

    /// Nodes of libpg_query's PL/pgSQL tree (pg_query_json_plpgsql.c); any other makes the body unknown.
    private static let known: Set<String> = [
        "function", "var", "row", "rec", "recfield", "type", "expr", "stmt_block", "stmt_assign", "stmt_if",
        "if_elsif",
        "stmt_case", "case_when", "stmt_loop", "stmt_while", "stmt_fori", "stmt_fors", "stmt_forc",
        "stmt_foreach_a",
        "stmt_exit", "stmt_return", "stmt_return_next", "stmt_return_query", "stmt_raise", "raise_option",
        "stmt_assert",
        "stmt_execsql", "stmt_dynexecute", "stmt_dynfors", "stmt_getdiag", "diag_item", "stmt_open",
        "stmt_fetch",
        "stmt_close", "stmt_perform", "stmt_call", "exception_block", "exception", "condition", "arrayelem",
    ]

    mutating func visit(_ value: JSONValue, parent: String, field: String) throws(InspectionFailure) {
        switch value {
        case .array(let elements):
            for element in elements { try visit(element, parent: parent, field: field) }
        case .object(let members):
            for member in members {
                guard member.key.hasPrefix("PLpgSQL_") else {
                    try visit(member.value, parent: parent, field: member.key)
                    continue
                }
                let kind = String(member.key.dropFirst("PLpgSQL_".count))
                guard Self.known.contains(kind) else {
                    result.findings.actions.insert(.unknown)
                    result.findings.explain("\(kind) is not understood in PL/pgSQL")
                    continue
                }
                switch kind {
                case "expr": try expression(member.value["query"]?.text ?? "", parent: parent, field: field)
                case "var": try variable(member.value)
                case "rec": declare(member.value, Value())
                default: try visit(member.value, parent: kind, field: "")
                }
            }
        case .string, .other: break
        }
    }

    private func declare(_ node: JSONValue, _ value: Value) {
        guard let name = node["refname"]?.text, scope.variables[name] == nil else { return }
        scope.variables[name] = value
    }

    private mutating func variable(_ node: JSONValue) throws(InspectionFailure) {
        let typeName = node["datatype"]?["PLpgSQL_type"]?["typname"]?.text ?? ""
        let type = PLpgSQLText.typeNames(typeName).flatMap { analyzer.typeNamed($0) } ?? TypeID.undetermined
        declare(node, Value(type: type))
        if type != 0 {
            let checker = Analyzer(context: context, tree: analyzer.tree, isBehind: true)
            try checker.runDomains(of: type)
            result.findings.absorb(checker.findings)
        }
        guard case .object(let members) = node else { return }
        for member in members where member.key != "datatype" {
            try visit(member.value, parent: "var", field: member.key)
        }
    }

    private mutating func expression(_ query: String, parent: String, field: String) throws(InspectionFailure)
    {
        switch (parent, field) {
        case ("stmt_dynexecute", "query"), ("stmt_dynfors", "query"), (_, "dynquery"):
            try dynamic(query)
        case ("stmt_execsql", _), ("stmt_perform", _), ("stmt_call", _), ("stmt_fors", "query"),
            ("stmt_return_query", "query"), ("stmt_open", "query"), (_, "cursor_explicit_expr"):
            try absorb(query, orElse: "SELECT ")
        case ("stmt_assign", _):
            try absorb("SELECT " + PLpgSQLText.assigned(query), orElse: nil)
        default:
            try absorb("SELECT " + query, orElse: nil)
        }
    }

    /// - Parameter prefix: put before the text when it does not parse as it stands.
    private mutating func absorb(_ text: String, orElse prefix: String?) throws(InspectionFailure) {
        var body = try analyzer.inspectBody(text, context: context, scope: scope)
        if let prefix, body.findings.actions == .unknown, !body.isComplete {
            body = try analyzer.inspectBody(prefix + text, context: context, scope: scope)
        }
        result.findings.absorb(body.findings)
        if !body.isComplete { result.isComplete = false }
    }

    /// EXECUTE: inspected when the text is a constant, else it may be anything.
    private mutating func dynamic(_ query: String) throws(InspectionFailure) {
        let probe = try analyzer.constantText("SELECT " + query, context: context, scope: scope)
        result.findings.absorb(probe.findings)
        if let text = probe.text {
            try absorb(text, orElse: nil)
        } else {
            result.findings.actions.insert(.admin)
            result.findings.reachesAnything = true
            result.findings.explain("\(routine.name) executes SQL that it makes at run time")
            result.isComplete = false
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
