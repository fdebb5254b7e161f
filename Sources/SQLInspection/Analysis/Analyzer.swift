/// The rules of the SQL language, applied to one tree: a statement of the text, or a body behind it.
///
/// A rule reads the fields of the nodes it understands and records what they do in `findings`. Everything that no rule
/// understands ends in `unknown(_:)`; fields that no rule has read are found by `InspectedTree.firstUnmarked`.
final class Analyzer {
    let context: AnalysisContext
    let tree: InspectedTree
    /// The tree is of a view, rule, routine or the like: its tables are reached, not named.
    let isBehind: Bool
    /// False in view bodies: their output columns count when a statement uses them.
    let recordsOutputs: Bool
    /// Types of `$1`, `$2`, … as the Parse message gives them; 0 leaves the choice to the server.
    let parameterTypes: [UInt32]
    /// In SQL functions: the arguments behind `$1`, `$2`, ….
    var parameterValues: [Value] = []
    var findings = Findings()
    var effects: [SessionEffect] = []
    /// The search path that routines run under, where it is not the one that names are looked up in.
    var callPath: [String]?
    /// The strictest WHERE of all UPDATEs and DELETEs so far.
    var whereClause = WhereClause.notApplicable
    /// EXECUTE of what this text does not prepare: the session may know it.
    var executesUnseen = false
    /// How a COPY TO STDOUT writes what it reads.
    var copyOut: CopyLayout?
    /// What a COPY FROM STDIN reads.
    var copyIn: CopySource?
    /// Inside CREATE SCHEMA: where its elements go.
    var definitionSchema: String?
    /// What column references met now are used for.
    var use = ColumnUse.Use.output
    /// Inside EXPLAIN without ANALYZE: statements do not run, but functions may while it plans.
    var isOnlyPlanned = false
    /// Types whose functions are among the findings.
    var typesRun: Set<UInt32> = []
    private var depth = 0
    /// Below this the thread's stack (16 MiB) is safe: about 2 KiB for each level.
    private static let maximumDepth = 3_500

    var catalog: CatalogSnapshot { context.catalog }

    init(
        context: AnalysisContext, tree: InspectedTree, isBehind: Bool = false, recordsOutputs: Bool = true,
        parameterTypes: [UInt32] = []
    ) {
        self.context = context
        self.tree = tree
        self.isBehind = isBehind
        self.recordsOutputs = recordsOutputs
        self.parameterTypes = parameterTypes
    }

    var routinePath: [String] { callPath ?? context.pathNames }

    func unknown(_ reason: String) {
        findings.actions.insert(.unknown)
        findings.explain(reason)
    }

    func act(_ actions: ActionSet, because reason: @autoclosure () -> String) {
        if !findings.actions.isSuperset(of: actions) { findings.explain(reason()) }
        findings.actions.formUnion(actions)
    }

    /// Says where something came from that the text does not show, when it did anything worth a reason of its own.
    func attributing<Result>(
        to origin: @autoclosure () -> String, _ body: () throws(InspectionFailure) -> Result
    ) throws(InspectionFailure) -> Result {
        let reasons = findings.why.count
        let result = try body()
        if findings.why.count > reasons { findings.explain(origin()) }
        return result
    }

    func unresolved(_ name: String, _ what: String) {
        findings.missing(name)
        unknown("\(what) \(name) is not in the catalog snapshot")
    }

    /// Records that the base columns behind a value are used here.
    func touch(_ lineage: Lineage) {
        guard case .columns(let columns) = lineage else { return }
        if use == .output, !recordsOutputs { return }
        for column in columns {
            findings.add(column, use)
            if catalog.contents.secretColumns.contains(column) {
                act(.admin, because: "\(catalog.name(of: column) ?? "a system column") holds credentials")
            }
        }
    }

    func using<Result>(
        _ use: ColumnUse.Use, _ body: () throws(InspectionFailure) -> Result
    ) throws(InspectionFailure) -> Result {
        let outer = self.use
        self.use = use
        defer { self.use = outer }
        return try body()
    }

    func deeper<Result>(_ body: () throws(InspectionFailure) -> Result) throws(InspectionFailure) -> Result {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maximumDepth { throw .tooComplex("nesting") }
        try context.bodies.spend(1)
        return try body()
    }

    /// After the rules: what they have not read makes the result unknown.
    func finish(_ node: Node) {
        if let field = tree.firstUnmarked(below: node) { unknown("\(field) is not understood") }
    }
}
