/// Inspects a text of one or more statements.
///
/// Pure: the same arguments give the same answer. What lies behind names (bodies of views and routines) is parsed by
/// `parser` when it is first met, and remembered with the catalog snapshot.
///
/// - Parameters:
///   - parseTree: the tree of `text`, as a `StatementParser` gives it.
///   - text: the statement's bytes, UTF-8.
///   - parameterTypes: OIDs of the types of `$1`, `$2`, … from the Parse message; 0 leaves a type to the server.
package func inspect(
    parseTree: ParseTree, text: [UInt8], parameterTypes: [UInt32], catalog: CatalogSnapshot,
    settings: InspectionSettings, parser: any StatementParser
) throws(InspectionFailure) -> Inspection {
    let context = AnalysisContext(
        catalog: catalog, settings: settings, path: settings.searchPath, parser: parser)
    let tree = InspectedTree(parseTree)
    var statements: [StatementInspection] = []
    var unresolved: [String] = []
    for raw in tree.root.list(.stmts) {
        guard let node = raw.node(.stmt) else { continue }
        let analyzer = Analyzer(context: context, tree: tree, parameterTypes: parameterTypes)
        statements.append(try analyzer.inspectStatement(node))
        unresolved += analyzer.findings.unresolved
    }
    let isShared =
        unresolved.isEmpty
        && statements.allSatisfy { ["SELECT", "INSERT", "UPDATE", "DELETE"].contains($0.kind) }
    return Inspection(
        statements: statements, fingerprint: parseTree.fingerprint, unresolved: uniqued(unresolved),
        decisiveLiterals: isShared ? DecisiveLiterals(of: tree, in: text) : nil)
}

extension Analyzer {
    /// Inspects one whole statement and describes it.
    func inspectStatement(_ node: Node) throws(InspectionFailure) -> StatementInspection {
        let result = try statement(node, Scope(parent: nil))
        finish(node)
        noteShadowedNames()
        touch(findings.shownByRules)
        var conditions: ConditionSet = []
        if whereClause == .missing || whereClause == .tautology { conditions.insert(.missingWhere) }
        if node.kind == .selectStmt, !node.has(.limitCount), !findings.tables.isEmpty {
            conditions.insert(.noLimit)
        }
        if effects.contains(where: { if case .beginTransaction = $0 { true } else { false } }) {
            conditions.insert(.explicitTransaction)
        }
        let ownActions = findings.actions.isEmpty ? .read : findings.actions
        if executesUnseen {
            findings.actions.insert(.unknown)
        } else {
            findings.actions = ownActions
        }
        return StatementInspection(
            kind: DefinitionReview.title(node), actions: findings.actions,
            ownActions: ownActions, conditions: conditions,
            whereClause: whereClause, tables: findings.tables, reached: findings.reached,
            cascaded: findings.cascaded, columns: findings.columns, columnsBehind: findings.columnsBehind,
            routines: findings.routines,
            reachesAnything: findings.reachesAnything,
            showsHidden: findings.showsHidden || findings.shownByRules == .unknown,
            outputs: result.columns.map {
                OutputColumn(
                    name: $0.name, type: catalog.baseType($0.type), lineage: $0.lineage, isWhole: $0.isWhole)
            },
            outputsAreComplete: result.isComplete && findings.shownByRules == .none, copyOut: copyOut,
            copyIn: copyIn,
            transfers: findings.transfers, effects: effects, why: findings.why)
    }
}

extension Analyzer {
    /// The names in the bodies of routines are looked up where they run: relations of the session's own may stand in the place of
    /// those that are meant.
    private func noteShadowedNames() {
        let temporary = context.settings.temporaryRelations
        guard !temporary.isEmpty, findings.reached.contains(where: { temporary[$0.name] != nil }),
            findings.routines.contains(where: { $0.schema != "pg_catalog" })
        else { return }
        findings.add(Transfer(target: nil, lineage: .unknown, means: .unproven))
    }
}

extension ParseTree {
    /// FNV-1a over kinds, fields and names; the values of constants and positions in the text are left out.
    var fingerprint: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01b3 }
        var isValue = [Bool](repeating: false, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            mix(UInt64(node.kind.rawValue))
            for position in Int(node.firstField)..<Int(node.firstField) + Int(node.fieldCount) {
                let field = fields[position]
                if InspectedTree.presentational[Int(field.name.rawValue)] || isValue[index] { continue }
                mix(UInt64(field.name.rawValue) << 8)
                switch field.type {
                case .number: mix(UInt64(bitPattern: Int64(field.value)))
                case .text:
                    for byte in bytes[field.value..<field.value + Int(field.count)] { mix(UInt64(byte)) }
                case .node where node.kind == .aConst: isValue[field.value] = true
                case .node, .list: mix(UInt64(field.count))
                }
            }
        }
        return hash
    }
}
