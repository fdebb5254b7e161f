/// Something in the catalog that runs, or keeps what once ran, without being called by a statement.
enum StandingUse {
    case trigger(CatalogTrigger, on: UInt32)
    case rule(CatalogRule, on: UInt32)
    /// A default, or the expression of a generated column.
    case column(ColumnID, String)
    /// A check, a row policy, an expression of an index or a partition key.
    case expression(String, on: UInt32)
    case domainCheck(UInt32)
    case materializedView(UInt32)
    case eventTrigger(UInt32)
}

extension CatalogSnapshot {
    /// What may come to a routine, view or table of one of these names, by however many others.
    ///
    /// Goes by the texts, and takes too many rather than too few: those that spell names in other ways are among them.
    func standingUses(of names: Set<String>) -> [StandingUse] {
        var search = NameSearch(names)
        spread(&search)
        func mentions(_ text: String?) -> Bool { text.map { search.finds(in: $0) } ?? false }
        func mentions(_ routine: UInt32) -> Bool {
            contents.routines[routine].map { search.has($0.name) } ?? true
        }
        var uses: [StandingUse] = []
        for (relation, triggers) in contents.triggers {
            for trigger in triggers where mentions(trigger.function) || mentions(trigger.definition) {
                uses.append(.trigger(trigger, on: relation))
            }
            if let relation = self.relation(relation), search.has(relation.name) {
                uses += triggers.map { .trigger($0, on: relation.oid) }
            }
        }
        for (relation, rules) in contents.rules {
            let isNamed = self.relation(relation).map { search.has($0.name) } ?? false
            uses += rules.filter { isNamed || mentions($0.definition) }.map { .rule($0, on: relation) }
        }
        for (column, text) in contents.expressions where mentions(text) { uses.append(.column(column, text)) }
        for (relation, texts) in Array(contents.checks) + Array(contents.indexExpressions) {
            uses += texts.filter { mentions($0) }.map { .expression($0, on: relation) }
        }
        for (relation, policies) in contents.policies {
            let texts = policies.flatMap { [$0.using, $0.check].compactMap { $0 } }
            uses += texts.filter { mentions($0) }.map { .expression($0, on: relation) }
        }
        for (domain, checks) in contents.domainChecks where checks.contains(where: { mentions($0) }) {
            uses.append(.domainCheck(domain))
        }
        for (relation, text) in contents.views where mentions(text) {
            if self.relation(relation)?.kind == .materializedView { uses.append(.materializedView(relation)) }
        }
        uses += contents.eventTriggers.filter { mentions($0) }.map { .eventTrigger($0) }
        return uses
    }

    /// Adds the names of all that is built on what has a name already.
    private func spread(_ search: inout NameSearch) {
        let routines = contents.routines.values.filter { $0.schema != Self.pgCatalog }
        let operators = contents.operators.values.joined().filter { $0.schema != Self.pgCatalog }
        var count: Int
        repeat {
            count = search.count
            for routine in routines where !search.has(routine.name) {
                let texts = [routine.source, routine.argumentDefaults].compactMap { $0 }
                if texts.contains(where: { search.finds(in: $0) })
                    || routine.support.contains(where: {
                        contents.routines[$0].map { search.has($0.name) } ?? false
                    })
                {
                    search.add(routine.name)
                }
            }
            for (oid, text) in contents.views where oid >= 16_384 && search.finds(in: text) {
                if let view = relation(oid) { search.add(view.name) }
            }
            for entry in operators
            where contents.routines[entry.function].map({ search.has($0.name) }) ?? false {
                search.add(entry.name)
            }
            for (domain, checks) in contents.domainChecks
            where checks.contains(where: { search.finds(in: $0) }) {
                if let type = type(domain) { search.add(type.name) }
            }
            // Casts are called without any word.
            let isCast = contents.userCasts.contains {
                contents.routines[$0.function].map { search.has($0.name) } ?? false
            }
            if isCast { search.findsAnything = true }
        } while search.count != count
    }
}

/// Looks for names in texts of SQL. Case is folded as the server folds it: in ASCII.
private struct NameSearch {
    private var names: Set<[UInt8]> = []
    var findsAnything = false

    init(_ names: Set<String>) {
        for name in names { add(name) }
    }

    var count: Int { names.count }

    func has(_ name: String) -> Bool { findsAnything || names.contains(Self.folded(name)) }

    mutating func add(_ name: String) {
        let name = Self.folded(name)
        names.insert(name)
        // Doubled where it is quoted.
        if name.isEmpty || name.contains(UInt8(ascii: "\"")) { findsAnything = true }
    }

    func finds(in text: String) -> Bool {
        if findsAnything { return true }
        let text = Self.folded(text)
        // Names that are spelled by code points, or put together.
        if Self.contains(text, Self.codePoints) { return true }
        if Self.contains(text, Self.execute), Self.contains(text, Self.join) { return true }
        return names.contains { Self.contains(text, $0) }
    }

    private static let codePoints = Array("u&\"".utf8)
    private static let execute = Array("execute".utf8)
    private static let join = Array("||".utf8)

    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    private static func contains(_ text: [UInt8], _ name: [UInt8]) -> Bool {
        let (text, name) = (text.span, name.span)
        guard !name.isEmpty, text.count >= name.count else { return false }
        let first = name[0]
        for start in 0...(text.count - name.count) where text[start] == first {
            var length = 1
            while length < name.count, text[start + length] == name[length] { length += 1 }
            if length == name.count { return true }
        }
        return false
    }
}
