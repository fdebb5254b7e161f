extension Analyzer {
    /// The summary of a body: remembered with the snapshot, or made now.
    ///
    /// A body that is met inside itself contributes nothing the second time, except that its columns are then of unknown
    /// lineage: what it does is counted where it was met first.
    func summary(
        _ subject: RoutineMemo.Subject, path: [String],
        _ build: () throws(InspectionFailure) -> RoutineMemo.Summary
    ) throws(InspectionFailure) -> RoutineMemo.Summary {
        let key = RoutineMemo.Key(subject: subject, path: path)
        if let known = catalog.memo[key] { return known }
        let bodies = context.bodies
        if let position = bodies.active.firstIndex(of: key) {
            bodies.cycleFloor = min(bodies.cycleFloor, position)
            return RoutineMemo.Summary(isComplete: false)
        }
        bodies.count += 1
        guard bodies.active.count < AnalysisContext.Bodies.maximumDepth,
            bodies.count <= AnalysisContext.Bodies.maximumCount
        else {
            var summary = RoutineMemo.Summary(isComplete: false)
            summary.findings.actions = .unknown
            summary.findings.explain("too many views and functions behind one statement")
            bodies.cycleFloor = 0
            return summary
        }
        let position = bodies.active.count
        bodies.active.append(key)
        defer {
            bodies.active.removeLast()
            if bodies.cycleFloor >= position { bodies.cycleFloor = .max }
        }
        let result = try build()
        if bodies.cycleFloor >= position { catalog.memo[key] = result }
        return result
    }

    /// Parses and inspects SQL that the catalog or a constant holds; the columns are those of its last statement.
    ///
    /// - Parameter calls: the search path that routines called from here run under, when it is another than `context`'s.
    func inspectBody(
        _ text: String, context: AnalysisContext, scope: Scope, recordsOutputs: Bool = true,
        parameters: [Value] = [], calls: [String]? = nil
    ) throws(InspectionFailure) -> RoutineMemo.Summary {
        var result = RoutineMemo.Summary()
        let bytes = Array(text.utf8)
        // The parser's share; statements themselves are bounded by their size.
        if context.isCompared { try context.bodies.spend(50 + bytes.count / 4) }
        let tree: ParseTree
        do {
            try PreScan.check(bytes)
            tree = try ParseTree(decoding: try context.parser.parse(bytes, as: .sql))
        } catch {
            if case .unavailable = error { throw error }
            result.isComplete = false
            result.findings.actions = .unknown
            result.findings.explain("a body cannot be parsed: \(error.message)")
            return result
        }
        let inner = Analyzer(
            context: context, tree: InspectedTree(tree), isBehind: true, recordsOutputs: recordsOutputs)
        inner.parameterValues = parameters
        inner.callPath = calls
        for statement in inner.tree.root.list(.stmts) {
            guard let node = statement.node(.stmt) else { continue }
            let relational = try inner.statement(node, scope)
            inner.finish(node)
            result.columns = relational.columns.map {
                RoutineMemo.Column(name: $0.name, type: $0.type, lineage: $0.lineage, isWhole: $0.isWhole)
            }
            result.isComplete = relational.isComplete
        }
        result.findings = inner.findings
        return result
    }

    /// What a routine of the user's own does.
    func routineSummary(_ routine: CatalogRoutine) throws(InspectionFailure) -> RoutineMemo.Summary {
        let path = routine.searchPath ?? routinePath
        return try summary(.routine(routine.oid), path: path) { () throws(InspectionFailure) in
            let inner = context.behind(path: path)
            let name = "\(catalog.schemaName(routine.schema)).\(routine.name)"
            if routine.kind == "a" || routine.kind == "w" {
                guard routine.kind == "a", !routine.support.isEmpty else { return opaque(name, "is opaque") }
                var result = RoutineMemo.Summary()
                let analyzer = Analyzer(context: inner, tree: tree, isBehind: true)
                for function in routine.support { try analyzer.runRoutine(function) }
                result.findings = analyzer.findings
                if !result.findings.actions.isSubset(of: .read) {
                    result.findings.explain("aggregate \(name) does it")
                }
                return result
            }
            guard let source = routine.source else {
                return opaque(name, "is written in \(routine.language), whose bodies are opaque")
            }
            var result: RoutineMemo.Summary
            switch routine.language {
            case "internal" where RoutineReview.rangeConstructors.contains(source):
                return RoutineMemo.Summary(columns: [], isComplete: true)
            case "sql": result = try sqlBody(source, routine, inner)
            case "plpgsql": result = try plpgsqlBody(source, routine, inner, relation: nil)
            default: return opaque(name, "is written in \(routine.language), whose bodies are opaque")
            }
            if !result.findings.actions.isSubset(of: .read) {
                result.findings.explain("the body of \(name) does it")
            }
            return result
        }
    }

    private func opaque(_ name: String, _ reason: String) -> RoutineMemo.Summary {
        var summary = RoutineMemo.Summary(isComplete: false)
        summary.findings.actions = .admin
        summary.findings.reachesAnything = true
        summary.findings.explain("\(name) \(reason)")
        return summary
    }

    /// A SQL function: a list of statements, or since PostgreSQL 14 `RETURN expression` or `BEGIN ATOMIC … END`.
    private func sqlBody(
        _ source: String, _ routine: CatalogRoutine, _ context: AnalysisContext
    ) throws(InspectionFailure) -> RoutineMemo.Summary {
        let scope = Scope(parent: nil)
        let parameters = routine.inputParameters
        scope.routineName = routine.name
        for parameter in parameters where !parameter.name.isEmpty {
            scope.variables[parameter.name] = Value(type: parameter.type)
        }
        var text = source.trimming(" \t\r\n")
        let upper = text.prefix(12).uppercased()
        if upper.hasPrefix("RETURN") {
            text = "SELECT " + text.dropFirst("RETURN".count)
        } else if upper.hasPrefix("BEGIN ATOMIC") {
            text = String(text.dropFirst("BEGIN ATOMIC".count))
            if text.uppercased().hasSuffix("END") { text = String(text.dropLast(3)) }
        }
        var result = try inspectBody(
            text, context: context, scope: scope, parameters: parameters.map { Value(type: $0.type) })
        for index in result.columns.indices where routine.resultNames.indices.contains(index) {
            result.columns[index].name = routine.resultNames[index]
        }
        return result
    }

    func domainSummary(_ oid: UInt32) throws(InspectionFailure) -> RoutineMemo.Summary {
        let path = routinePath
        return try summary(.domain(oid), path: path) { () throws(InspectionFailure) in
            var result = RoutineMemo.Summary()
            let scope = Scope(parent: nil)
            scope.variables["value"] = Value(type: catalog.type(oid)?.base ?? 0)
            for check in catalog.contents.domainChecks[oid] ?? [] {
                let body = try inspectBody(
                    "SELECT \(check)", context: context.behind(path: ["pg_catalog"]), scope: scope,
                    calls: path)
                result.findings.absorb(body.findings, columns: false)
            }
            if !result.findings.actions.isSubset(of: .read) {
                result.findings.explain("a check of domain \(catalog.type(oid)?.name ?? "") does it")
            }
            return result
        }
    }
}

extension CatalogRoutine {
    struct Parameter {
        var name: String
        var type: UInt32
    }

    var inputParameters: [Parameter] {
        guard !modes.isEmpty else {
            return arguments.enumerated().map { Parameter(name: $0 < names.count ? names[$0] : "", type: $1) }
        }
        var result: [Parameter] = []
        for (index, mode) in modes.enumerated() where "ibv".contains(mode) {
            let type = index < allArguments.count ? allArguments[index] : 0
            result.append(Parameter(name: index < names.count ? names[index] : "", type: type))
        }
        return result
    }

    /// The names of OUT and TABLE columns.
    var resultNames: [String] {
        modes.enumerated().compactMap { index, mode in
            "obt".contains(mode) && index < names.count ? names[index] : nil
        }
    }
}
