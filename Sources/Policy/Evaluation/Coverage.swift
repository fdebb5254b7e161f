import APIModels

/// What of a statement is not yet allowed by any rule.
///
/// Every action must be allowed by a rule that matches the statement, and each thing that the statement names
/// must lie inside a rule that allows what is done to it. So two rules may allow a join between them, and a
/// rule for `public.*` allows nothing of a table elsewhere that is read in the same statement.
struct Coverage {
    private(set) var actions: ActionBits
    /// Per object of the view: what is done to it and not yet allowed.
    private(set) var objects: [ActionBits]

    init(_ view: StatementView) {
        actions = view.actions
        objects = view.objects.map(\.actions)
    }

    var isComplete: Bool { actions.isEmpty && objects.allSatisfy(\.isEmpty) }

    /// Takes a rule that matches, and that allows, or allows after approval. Returns whether it allowed
    /// anything that no rule before it did.
    mutating func add(_ rule: CompiledRule, _ view: StatementView, _ matchers: [CompiledMatcher]) -> Bool {
        var isNew = false
        let newActions = actions.intersection(rule.actions)
        if !newActions.isEmpty {
            actions = actions.subtracting(newActions)
            isNew = true
        }
        let allowed = Self.allowedActions(rule, view)
        for index in objects.indices where objects[index].overlaps(allowed) {
            if rule.matcher >= 0 && !Self.contains(view.objects[index], matchers[Int(rule.matcher)]) {
                continue
            }
            objects[index] = objects[index].subtracting(allowed)
            isNew = true
        }
        return isNew
    }

    /// What a rule allows to be done to a single object. What the statement does to an object without doing
    /// it as a whole (an INSERT that selects from it) is allowed with the statement's own action.
    private static func allowedActions(_ rule: CompiledRule, _ view: StatementView) -> ActionBits {
        guard rule.actions.overlaps(view.actions) else { return rule.actions }
        return rule.actions.union(view.allActions.subtracting(view.actions))
    }

    private static func contains(_ object: StatementView.Object, _ matcher: CompiledMatcher) -> Bool {
        let list: Int? =
            switch object.kind {
            case .table: matcher.tables
            case .function: matcher.functions
            case .awsAction: matcher.awsActions
            case .awsResource: matcher.awsResources
            }
        return list.map(object.lists.contains) ?? true
    }
}
