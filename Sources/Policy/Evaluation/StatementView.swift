import APIModels

/// The facts of a statement in the terms of compiled rules: masks, and numbers of the lists that match its
/// names. Made once for a decision; names are looked up here and nowhere else.
struct StatementView {
    /// What the statement does as a whole; never empty, never `unknown`.
    let actions: ActionSet
    /// With what it does to single tables: an INSERT that selects reads, too. Rules that restrict go by
    /// these.
    let allActions: ActionSet
    let conditions: UInt8
    let objects: [Object]
    private let anyTable: BitSet
    private let anyFunction: BitSet
    private let anyAWSAction: BitSet
    private let anyAWSResource: BitSet
    private let method: BitSet
    private let path: BitSet
    private let tags: BitSet
    private let touchesEverything: Bool

    enum ObjectKind: Hashable, Sendable { case table, function, awsAction, awsResource }

    /// A thing that a statement names and that must be inside a rule that allows it.
    struct Object {
        let kind: ObjectKind
        /// What the statement does to it.
        let actions: ActionSet
        let lists: BitSet
    }

    init(_ facts: StatementFacts, _ indexes: RuleIndexes) {
        var actions = ApplicablePolicyCompiler.effective(facts.actions)
        if actions.isEmpty { actions = .admin }
        var allActions = actions
        var objects: [Object] = []
        var anyTable = BitSet()
        for table in facts.tables {
            let tableActions =
                table.actions.isEmpty ? actions : ApplicablePolicyCompiler.effective(table.actions)
            allActions.formUnion(tableActions)
            let lists = indexes.tables.isEmpty ? BitSet() : indexes.tables.lists(matching: table.name)
            anyTable.formUnion(lists)
            objects.append(Object(kind: .table, actions: tableActions, lists: lists))
        }
        anyFunction = Self.add(facts.functions, .function, actions, indexes.functions, to: &objects)
        anyAWSAction = Self.add(
            facts.aws?.actions ?? [], .awsAction, actions, indexes.awsActions, to: &objects)
        anyAWSResource = Self.add(
            facts.aws?.resources ?? [], .awsResource, actions, indexes.awsResources, to: &objects)
        method = facts.http.map { indexes.methods.lists(matching: $0.method) } ?? BitSet()
        path = facts.http.map { indexes.paths.lists(matching: $0.path) } ?? BitSet()
        var tags = BitSet()
        for column in facts.columns {
            for tag in column.tags {
                if let number = indexes.tagNumbers[tag] { tags.insert(number) }
            }
        }
        self.actions = actions
        self.allActions = allActions
        self.objects = objects
        self.anyTable = anyTable
        self.tags = tags
        touchesEverything = facts.hasUnprovenColumns
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
        _ names: [String], _ kind: ObjectKind, _ actions: ActionSet, _ index: GlobIndex,
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

    /// Whether all matchers but the one for actions match.
    func matchesBesideActions(_ rule: CompiledRule, _ matchers: [CompiledMatcher]) -> Bool {
        if rule.conditions != 0 && rule.conditions & conditions == 0 { return false }
        guard let number = rule.matcher else { return true }
        let matcher = matchers[number]
        if let list = matcher.tables, !anyTable.contains(list) { return false }
        if let list = matcher.functions, !anyFunction.contains(list) { return false }
        if let list = matcher.methods, !method.contains(list) { return false }
        if let list = matcher.paths, !path.contains(list) { return false }
        if let list = matcher.awsActions, !anyAWSAction.contains(list) { return false }
        if let list = matcher.awsResources, !anyAWSResource.contains(list) { return false }
        if let wanted = matcher.tags, !touchesEverything, !wanted.intersects(tags) { return false }
        return true
    }

    /// Whether a rule that restricts (deny, require_approval, mask, limit) is about the statement.
    func isRestricted(by rule: CompiledRule, _ matchers: [CompiledMatcher]) -> Bool {
        !rule.actions.isDisjoint(with: allActions) && matchesBesideActions(rule, matchers)
    }
}

/// The lookups of a set of compiled rules.
struct RuleIndexes: Sendable {
    let tables: GlobIndex
    let functions: GlobIndex
    let methods: GlobIndex
    let paths: GlobIndex
    let awsActions: GlobIndex
    let awsResources: GlobIndex
    let tagNumbers: [String: Int]
}
