import APIModels

/// The facts of a statement in the terms of compiled rules. Made once for a decision: names are looked up
/// here, and each distinct matcher is asked once.
struct StatementView {
    /// What the statement does as a whole; never empty, never `unknown`.
    let actions: ActionBits
    /// With what it does to single tables: an INSERT that selects reads, too. Rules that restrict go by
    /// these.
    let allActions: ActionBits
    let conditions: UInt8
    /// Tables first, in the order of the facts.
    let objects: [Object]
    /// Per matcher of the tables: whether it matches.
    let matches: [Bool]

    enum ObjectKind: Hashable, Sendable { case table, function, awsAction, awsResource }

    /// A thing that a statement names and that must be inside a rule that allows it.
    struct Object {
        let kind: ObjectKind
        /// What the statement does to it.
        let actions: ActionBits
        /// The lists of patterns that match it.
        let lists: BitSet
    }

    init(_ facts: StatementFacts, _ tables: RuleTables) {
        let actions = ActionBits(facts.actions.isEmpty ? .admin : facts.actions)
        var allActions = actions
        var objects: [Object] = []
        objects.reserveCapacity(facts.tables.count + facts.functions.count)
        var names = MatchedNames()
        for table in facts.tables {
            let tableActions = table.actions.isEmpty ? actions : ActionBits(table.actions)
            allActions = allActions.union(tableActions)
            let lists = tables.tables.isEmpty ? BitSet() : tables.tables.lists(matching: table.name)
            names.tables.formUnion(lists)
            objects.append(Object(kind: .table, actions: tableActions, lists: lists))
        }
        names.functions = Self.add(facts.functions, .function, actions, tables.functions, to: &objects)
        if let aws = facts.aws {
            names.awsActions = Self.add(aws.actions, .awsAction, actions, tables.awsActions, to: &objects)
            names.awsResources = Self.add(
                aws.resources, .awsResource, actions, tables.awsResources, to: &objects)
        }
        if let http = facts.http {
            names.methods = tables.methods.lists(matching: http.method)
            names.paths = tables.paths.lists(matching: http.path)
        }
        if !tables.tagNumbers.isEmpty {
            for column in facts.columns {
                for tag in column.tags {
                    if let number = tables.tagNumbers[tag] { names.tags.insert(number) }
                }
            }
        }
        names.touchesEveryTag = facts.hasUnprovenColumns
        self.actions = actions
        self.allActions = allActions
        self.objects = objects
        matches = tables.matchers.map(names.satisfy)
        conditions =
            CompiledRule.mask(facts.conditions) | (Self.hasSensitivePredicate(facts) ? Self.sensitive : 0)
    }

    private static let sensitive = CompiledRule.mask([.sensitivePredicate])

    /// A tagged column used where it could be guessed value by value.
    private static func hasSensitivePredicate(_ facts: StatementFacts) -> Bool {
        facts.hasUnprovenColumns
            || facts.columns.contains { column in
                switch column.use {
                case .predicate, .grouping, .ordering: !column.tags.isEmpty
                case .output, .assignment: false
                }
            }
    }

    private static func add(
        _ names: [String], _ kind: ObjectKind, _ actions: ActionBits, _ index: GlobIndex,
        to objects: inout [Object]
    ) -> BitSet {
        // Without a rule about this kind of thing every rule covers them.
        guard !index.isEmpty else { return BitSet() }
        var any = BitSet()
        for name in names {
            let lists = index.lists(matching: name)
            any.formUnion(lists)
            objects.append(Object(kind: kind, actions: actions, lists: lists))
        }
        return any
    }

    /// Whether a rule is about the statement, whatever its effect: all its matchers match.
    func matches(_ rule: CompiledRule) -> Bool {
        rule.actions.overlaps(allActions)
            && (rule.conditions == 0 || rule.conditions & conditions != 0)
            && (rule.matcher < 0 || matches[Int(rule.matcher)])
    }
}

/// The lists of patterns that some name of a statement matches, by kind.
private struct MatchedNames {
    var tables = BitSet()
    var functions = BitSet()
    var methods = BitSet()
    var paths = BitSet()
    var awsActions = BitSet()
    var awsResources = BitSet()
    var tags = BitSet()
    var touchesEveryTag = false

    func satisfy(_ matcher: CompiledMatcher) -> Bool {
        if let list = matcher.tables, !tables.contains(list) { return false }
        if let list = matcher.functions, !functions.contains(list) { return false }
        if let list = matcher.methods, !methods.contains(list) { return false }
        if let list = matcher.paths, !paths.contains(list) { return false }
        if let list = matcher.awsActions, !awsActions.contains(list) { return false }
        if let list = matcher.awsResources, !awsResources.contains(list) { return false }
        if let wanted = matcher.tags, !touchesEveryTag, !wanted.intersects(tags) { return false }
        return true
    }
}
