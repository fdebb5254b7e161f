/// Walks libpg_query's JSON of a PL/pgSQL function. Text under `PLpgSQL_expr` is SQL: a statement, an expression or, where
/// it is executed, an expression that gives SQL.
struct PLpgSQLWalk {
    let analyzer: Analyzer
    let context: AnalysisContext
    let scope: Scope
    let routine: CatalogRoutine
    /// The relation whose rows a trigger changes, where that is asked for.
    let row: CatalogRelation?
    var result = RoutineMemo.Summary()
    /// What variables hold, by now.
    var flows = PLpgSQLFlows()
    private(set) var catchesErrors = false
    /// By their numbers.
    private var variableNames: [String?] = []
    /// What the statement under way puts its result into: `variable` or `record.field`, nil where that cannot be told.
    private var targets: [String?] = []
    /// USING of the EXECUTE under way.
    private var parameters: [Value] = []
    private var baseVariables: [String: Value]?

    init(
        analyzer: Analyzer, context: AnalysisContext, scope: Scope, routine: CatalogRoutine,
        row: CatalogRelation?
    ) {
        self.row = row
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

    /// Gives variables what they hold by now.
    mutating func applyFlows() {
        let known = baseVariables ?? scope.variables
        baseVariables = known
        for (name, value) in known { scope.variables[name] = flows.value(of: name, besides: value) }
    }

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
                default: try statement(member.value, kind)
                }
            }
        case .string, .number, .other: break
        }
    }

    private mutating func statement(_ node: JSONValue, _ kind: String) throws(InspectionFailure) {
        switch kind {
        case "function": nameVariables(node["datums"]?.elements ?? [])
        case "exception_block": catchesErrors = true
        default: break
        }
        let outer = (targets, parameters)
        targets = (node["target"] ?? node["var"]).map(names) ?? []
        if kind == "stmt_assign" || kind == "stmt_foreach_a" { targets = [variableName(node["varno"])] }
        parameters = []
        for parameter in node["params"]?.elements ?? [] where baseVariables != nil {
            let query = parameter["PLpgSQL_expr"]?["query"]?.text ?? ""
            let value = try analyzer.inspectBody("SELECT " + query, context: context, scope: scope)
            parameters.append(
                Value(lineage: value.isComplete ? value.columns.first?.lineage ?? .unknown : .unknown))
        }
        try visit(node, parent: kind, field: "")
        (targets, parameters) = outer
    }

    /// Of each datum, as `variable` or `record.field`.
    private mutating func nameVariables(_ datums: [JSONValue]) {
        variableNames = datums.map { datum in
            if let field = datum["PLpgSQL_recfield"] {
                let parent = field["recparentno"]?.number ?? 0
                guard datums.indices.contains(parent), let record = Self.name(datums[parent]) else {
                    return nil
                }
                return "\(record).\(field["fieldname"]?.text ?? "")"
            }
            return Self.name(datum)
        }
    }

    private static func name(_ datum: JSONValue) -> String? {
        datum["PLpgSQL_var"]?["refname"]?.text ?? datum["PLpgSQL_rec"]?["refname"]?.text
    }

    /// Of what a row is put into.
    private func names(_ target: JSONValue) -> [String?] {
        guard let row = target["PLpgSQL_row"] else { return [Self.name(target)] }
        return (row["fields"]?.elements ?? []).map { variableName($0["varno"]) }
    }

    /// Zero is left out.
    private func variableName(_ number: JSONValue?) -> String? {
        let index = number?.number ?? 0
        return variableNames.indices.contains(index) ? variableNames[index] : nil
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
        let outer = targets
        targets = [node["refname"]?.text]
        for member in members where member.key != "datatype" {
            try visit(member.value, parent: "var", field: member.key)
        }
        targets = outer
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
        case ("stmt_return", _):
            let isRow = ["new", "old", "null"].contains(query.trimming(" \n\t\r").lowercased())
            targets = row == nil || isRow ? [] : ["new"]
            try absorb("SELECT " + query, orElse: nil)
        case ("var", "default_val"), ("stmt_foreach_a", "expr"), ("stmt_fori", "lower"),
            ("stmt_fori", "upper"):
            try absorb("SELECT " + query, orElse: nil)
        default:
            let outer = targets
            targets = []
            try absorb("SELECT " + query, orElse: nil)
            targets = outer
        }
    }

    /// Behind `$1` and so on, once it is asked what they hold.
    private var arguments: [Value] {
        guard baseVariables != nil else { return [] }
        return routine.inputParameters.enumerated().map { index, parameter in
            let name = parameter.name.isEmpty ? "$\(index + 1)" : parameter.name
            return scope.variables[name] ?? Value(type: parameter.type, lineage: .columns([]))
        }
    }

    /// - Parameter prefix: put before the text when it does not parse as it stands.
    private mutating func absorb(
        _ text: String, orElse prefix: String?, parameters: [Value] = []
    ) throws(InspectionFailure) {
        let parameters = parameters.isEmpty ? arguments : parameters
        var body = try analyzer.inspectBody(text, context: context, scope: scope, parameters: parameters)
        if let prefix, body.findings.actions == .unknown, !body.isComplete {
            body = try analyzer.inspectBody(
                prefix + text, context: context, scope: scope, parameters: parameters)
        }
        result.findings.absorb(body.findings)
        for transfer in body.findings.transfers { result.findings.add(transfer) }
        if !body.isComplete { result.isComplete = false }
        flows.add(body.columns, isComplete: body.isComplete, to: targets)
        if row != nil { noteRow(body) }
    }

    /// What is put into the row that a trigger gives back.
    private mutating func noteRow(_ body: RoutineMemo.Summary) {
        for (index, target) in targets.enumerated() {
            guard let row, let target, target == "new" || target.hasPrefix("new.") else { continue }
            let isOne = body.isComplete && targets.count == body.columns.count && target != "new"
            let lineage =
                isOne
                ? body.columns[index].lineage
                : body.columns.reduce(body.isComplete ? .none : .unknown) { $0.union($1.lineage) }
            let column = analyzer.catalog.column(named: String(target.dropFirst("new.".count)), of: row)
            result.findings.add(Transfer(target: column, lineage: lineage))
        }
    }

    /// EXECUTE: inspected when the text is a constant, else it may be anything.
    private mutating func dynamic(_ query: String) throws(InspectionFailure) {
        let probe = try analyzer.constantText("SELECT " + query, context: context, scope: scope)
        result.findings.absorb(probe.findings)
        if let text = probe.text {
            try absorb(text, orElse: nil, parameters: parameters)
        } else {
            result.findings.actions.insert(.admin)
            result.findings.reachesAnything = true
            result.findings.explain("\(routine.name) executes SQL that it makes at run time")
            result.isComplete = false
            for target in targets { flows.add(.unknown, to: target) }
        }
    }
}

extension Analyzer {
    /// Goes over the body again, until its variables carry all that is put into them: then its statements say where that goes.
    func addFlows(
        of walk: PLpgSQLWalk, _ json: JSONValue, to result: inout RoutineMemo.Summary
    ) throws(InspectionFailure) {
        result.findings.dropTransfers()
        if result.findings.actions.isSubset(of: .read), walk.row == nil { return }
        var walk = walk
        walk.flows = PLpgSQLFlows()
        if walk.catchesErrors {
            // The text of an error may show any value that was looked at.
            let seen = Set(result.findings.columns.filter { $0.use != .assignment }.map(\.column))
            walk.flows.add(.columns(seen.union(result.findings.columnsBehind)), to: nil)
        }
        for round in 0..<(2 * PLpgSQLFlows.maximumRounds) {
            if round == PLpgSQLFlows.maximumRounds { walk.flows.merge() }
            let before = walk.flows
            walk.result = RoutineMemo.Summary()
            walk.applyFlows()
            try walk.visit(json, parent: "", field: "")
            guard walk.flows == before else { continue }
            for transfer in walk.result.findings.transfers { result.findings.add(transfer) }
            return
        }
        result.findings.add(Transfer(target: nil, lineage: .unknown))
    }
}
