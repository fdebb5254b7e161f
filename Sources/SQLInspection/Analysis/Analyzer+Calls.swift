extension Analyzer {
    /// `FuncCall` (manual, 4.2.6 to 4.2.8): a function, an aggregate or a window function; or, in this spelling, a column or a cast.
    func functionCall(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        node.ignore(.aggStar, .funcVariadic)
        var arguments: [Value] = []
        var argumentNames: [String] = []
        for argument in node.list(.args) {
            if argument.kind == .namedArgExpr { argumentNames.append(argument.text(.name) ?? "") }
            arguments.append(try expression(argument, scope))
        }
        let isWithinGroup = node.flag(.aggWithinGroup)
        var besides = Lineage.none
        for item in node.list(.aggOrder) {
            let value = try using(.ordering) { () throws(InspectionFailure) in try sortKey(item, scope) }
            if isWithinGroup { arguments.append(value) }
            besides.formUnion(value.lineage)
        }
        if let filter = node.node(.aggFilter) {
            besides.formUnion(
                try using(.predicate) { () throws(InspectionFailure) in try expression(filter, scope) }
                    .lineage)
        }
        if node.flag(.aggDistinct) {
            try using(.grouping) { () throws(InspectionFailure) in
                for value in arguments { touch(value.lineage) }
            }
        }
        if let window = node.node(.over) { besides.formUnion(try windowDefinition(window, scope)) }
        let names = node.list(.funcname).names
        var result = try call(names, arguments: arguments, argumentNames: argumentNames)
        // How many values there are says nothing of any of them.
        if let name = names.last, name != "count" {
            let isLikeness = Self.likenesses.contains(name)
            try noteProbe(of: arguments, result: isLikeness ? TypeID.boolean : result.type)
        }
        result.lineage.formUnion(besides)
        return result
    }

    /// `WindowDef`: partitioning and ordering decide over the values of the function.
    func windowDefinition(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Lineage {
        node.ignore(.frameOptions)
        var lineage = Lineage.none
        for name in [node.text(.name), node.text(.refname)].compactMap({ $0 }) {
            lineage.formUnion(scope.windows[name] ?? .none)
        }
        lineage.formUnion(
            try using(.grouping) { () throws(InspectionFailure) in
                try expressions(node.list(.partitionClause), scope)
            })
        for item in node.list(.orderClause) {
            lineage.formUnion(
                try using(.ordering) { () throws(InspectionFailure) in try sortKey(item, scope) }.lineage)
        }
        for offset in [node.node(.startOffset), node.node(.endOffset)] {
            lineage.formUnion(try expression(offset, scope).lineage)
        }
        return lineage
    }

    func sortKey(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        guard node.kind == .sortBy else { return try expression(node, scope) }
        node.ignore(.sortbyDir, .sortbyNulls)
        let value = try expression(node.node(.node), scope)
        let names = node.list(.useOp).names
        if !names.isEmpty { _ = try applyOperator(names, value, value) }
        return value
    }

    /// The routines that a name can mean for this many arguments, those of earlier schemas hiding their equals in later ones.
    func routineCandidates(
        _ names: [String], argumentCount: Int, argumentNames: [String] = []
    ) -> [CatalogRoutine] {
        guard let name = names.last else { return [] }
        var schemas = context.path
        if names.count > 1 {
            schemas = catalog.contents.schemaOIDs[ExactName(names[names.count - 2])].map { [$0] } ?? []
        }
        var result: [CatalogRoutine] = []
        let all = (catalog.contents.routinesByName[ExactName(name)] ?? []).compactMap(catalog.routine)
        for schema in schemas {
            for routine in all where routine.schema == schema && routine.takes(argumentCount) {
                guard argumentNames.allSatisfy(routine.names.contains) else { continue }
                if !result.contains(where: { $0.schema != schema && $0.arguments == routine.arguments }) {
                    result.append(routine)
                }
            }
        }
        return result
    }

    func call(
        _ names: [String], arguments: [Value], argumentNames: [String] = []
    ) throws(InspectionFailure) -> Value {
        var lineage = Lineage.none
        for argument in arguments { lineage.formUnion(argument.lineage) }
        let candidates = routineCandidates(
            names, argumentCount: arguments.count, argumentNames: argumentNames)
        guard !candidates.isEmpty else { return try callOfNoRoutine(names, arguments, lineage) }
        let types = arguments.map(\.type)
        var chosen = candidates
        if candidates.count > 1, argumentNames.isEmpty {
            let parameters = candidates.map { $0.parameters(for: types.count) }
            let selected = OverloadResolution(catalog: catalog).select(parameters, arguments: types)
            if !selected.isEmpty { chosen = selected.map { candidates[$0] } }
        }
        // `name(row)` is the column of that name when no function takes the row.
        if arguments.count == 1, let fields = arguments[0].fields, names.count == 1,
            let column = fields.first(where: { $0.name == names[0] })
        {
            touch(column.lineage)
            lineage.formUnion(column.lineage)
        }
        var result: Value?
        let hasBuiltIn = candidates.contains { $0.schema == CatalogSnapshot.pgCatalog }
        for routine in chosen {
            let isSurprising = hasBuiltIn && routine.schema != CatalogSnapshot.pgCatalog
            let origin =
                "\(routine.name)() of these arguments is \(catalog.schemaName(routine.schema))'s, not the server's"
            let value =
                try isSurprising
                ? attributing(to: origin) { () throws(InspectionFailure) in
                    try apply(routine, arguments, lineage)
                } : apply(routine, arguments, lineage)
            if var known = result {
                known.merge(value)
                if known.type != value.type { known.type = TypeID.undetermined }
                known.fields = nil
                result = known
            } else {
                result = value
            }
        }
        let isJSON = names.last.map { $0.contains("json") } ?? false
        try implicitCasts(from: types, json: isJSON)
        if arguments.count == 1, arguments[0].type == TypeID.unknownLiteral, let type = typeNamed(names) {
            // A literal in the spelling of a call may be a cast (manual, 4.2.9).
            try runDomains(of: type)
        }
        return result ?? Value(lineage: .unknown)
    }

    /// No function has the name: a column of a row, a cast, or something the snapshot does not know.
    private func callOfNoRoutine(
        _ names: [String], _ arguments: [Value], _ lineage: Lineage
    ) throws(InspectionFailure) -> Value {
        if arguments.count == 1 {
            if names.count == 1, let column = arguments[0].fields?.first(where: { $0.name == names[0] }) {
                touch(column.lineage)
                return column.value
            }
            if names.count == 1,
                let relation = catalog.type(arguments[0].type).flatMap({ catalog.relation($0.relation) }),
                let column = catalog.columns(of: relation).first(where: { $0.name == names[0] })
            {
                return Value(
                    type: column.type, lineage: arguments[0].lineage, isWhole: arguments[0].isWhole)
            }
            if let type = typeNamed(names) { return try cast(arguments[0], to: type) }
        }
        if context.batch.createdRoutines.contains(names.last ?? "") {
            unknown("function \(names.joined(separator: ".")) is made by this very text")
            return Value(lineage: .unknown)
        }
        unresolved(names.joined(separator: "."), "function")
        return Value(lineage: .unknown)
    }

    /// Runs one routine and describes what it gives.
    func apply(
        _ routine: CatalogRoutine, _ arguments: [Value], _ lineage: Lineage
    ) throws(InspectionFailure) -> Value {
        let schema = catalog.schemaName(routine.schema)
        findings.add(RoutineReference(schema: schema, name: routine.name, oid: routine.oid))
        let parameters = routine.parameters(for: arguments.count)
        let lineage = lineage.union(try lineageOfDefaults(routine, arguments.count))
        var value = Value(
            type: TypeCoercion(catalog: catalog).result(
                routine.result, parameters: parameters, arguments: arguments.map(\.type)),
            lineage: lineage)
        for (parameter, argument) in zip(parameters, arguments) where argument.type == TypeID.unknownLiteral {
            // A literal becomes a value of the parameter's type.
            try runDomains(of: parameter)
        }
        let before = findings.actions
        findings.actions = []
        if routine.schema == CatalogSnapshot.pgCatalog {
            try applyBuiltIn(routine, arguments, &value)
            value.isWhole = RoutineReview.keepsWhole(routine.name, arguments)
        } else {
            try applyUserRoutine(routine, arguments, &value)
        }
        // What it writes may be what it was given.
        if !findings.actions.isSubset(of: .read) { findings.add(Transfer(target: nil, lineage: lineage)) }
        findings.actions.formUnion(before)
        try runTypeFunctions(of: value.type)
        if value.fields == nil { value.fields = resultFields(routine, value, hiddenFrom: lineage) }
        if routine.resultNames.count == 1 { value.outputName = routine.resultNames[0] }
        return value
    }

    /// Arguments that a call leaves out are worked out by expressions of the routine's.
    private func lineageOfDefaults(_ routine: CatalogRoutine, _ count: Int) throws(InspectionFailure)
        -> Lineage
    {
        guard count < routine.arguments.count, let defaults = routine.argumentDefaults else { return .none }
        let body = try inspectBody(
            "SELECT \(defaults)", context: context.behind(path: ["pg_catalog"]), scope: Scope(parent: nil),
            calls: routinePath)
        findings.absorb(body.findings)
        for transfer in body.findings.transfers { findings.add(transfer) }
        return body.columns.reduce(body.isComplete ? .none : .unknown) { $0.union($1.lineage) }
    }

    /// The columns of a row result: OUT parameters, or the columns of its composite type.
    ///
    /// - Parameter lineage: of the arguments: what columns depend on that hold no hidden text.
    private func resultFields(
        _ routine: CatalogRoutine, _ value: Value, hiddenFrom lineage: Lineage
    ) -> [ScopeColumn]? {
        let isShown =
            routine.schema == CatalogSnapshot.pgCatalog && RoutineReview.builtIn(routine.name) == .showsHidden
        if !routine.modes.isEmpty {
            var columns: [ScopeColumn] = []
            for (index, mode) in routine.modes.enumerated() where "obt".contains(mode) {
                let name = index < routine.names.count ? routine.names[index] : ""
                let type = index < routine.allArguments.count ? routine.allArguments[index] : 0
                columns.append(
                    ScopeColumn(
                        name: name.isEmpty ? "column\(columns.count + 1)" : name,
                        type: TypeID.isPolymorphic(type) ? 0 : type,
                        lineage: isShown && !RelationReview.textColumns.contains(name)
                            ? lineage : value.lineage))
            }
            if columns.count > 1 { return columns }
        }
        return rowFields(value)
    }

    private func applyUserRoutine(
        _ routine: CatalogRoutine, _ arguments: [Value], _ value: inout Value
    ) throws(InspectionFailure) {
        if let library = routine.library, routine.language == "c",
            let reviewed = RoutineReview.library(library, routine.name)
        {
            try apply(reviewed, routine, arguments, &value)
            return
        }
        // What the body gives is turned into the declared type, domain checks included.
        try runDomains(of: routine.result)
        let summary = try routineSummary(routine)
        findings.absorb(summary.findings)
        for transfer in summary.findings.transfers { findings.add(transfer) }
        guard summary.isComplete else {
            value.lineage = .unknown
            return
        }
        let own = value.lineage
        if summary.columns.count > 1 {
            value.fields = summary.columns.map {
                ScopeColumn(
                    name: $0.name, type: $0.type, lineage: $0.lineage.union(own), isWhole: $0.isWhole)
            }
        }
        value.isWhole = !summary.columns.isEmpty && summary.columns.allSatisfy(\.isWhole)
        for column in summary.columns { value.lineage.formUnion(column.lineage) }
    }

    /// Records what runs when a routine is called by something other than its name: a cast, an operator, an aggregate.
    func runRoutine(_ oid: UInt32) throws(InspectionFailure) {
        guard oid != 0 else { return }
        guard let routine = catalog.routine(oid) else { return unresolved("\(oid)", "function") }
        try keepingTrack { () throws(InspectionFailure) in
            _ = try apply(routine, routine.arguments.map { Value(type: $0) }, .none)
        }
    }

    /// What is called without a word in the text may write whatever the statement looks at.
    func keepingTrack(_ body: () throws(InspectionFailure) -> Void) throws(InspectionFailure) {
        let before = findings.actions
        findings.actions = []
        try body()
        if !findings.actions.isSubset(of: .read) { findings.add(Transfer(target: nil, lineage: .unknown)) }
        findings.actions.formUnion(before)
    }
}

extension CatalogRoutine {
    /// Whether a call with this many arguments can mean it: defaults and VARIADIC taken into account.
    func takes(_ count: Int) -> Bool {
        if count == arguments.count || (count < arguments.count && count >= arguments.count - defaultCount) {
            return true
        }
        return variadic != 0 && count >= arguments.count - 1 - defaultCount
    }

    /// The parameter types that this many arguments meet.
    func parameters(for count: Int) -> [UInt32] {
        if variadic != 0, count >= arguments.count {
            // VARIADIC "any" takes all as they are; an array takes each as its element, or the array itself.
            return Array(arguments.dropLast())
                + Array(repeating: variadic, count: count - arguments.count + 1)
        }
        return Array(arguments.prefix(count))
    }
}
