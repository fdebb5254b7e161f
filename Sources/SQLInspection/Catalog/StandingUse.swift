/// Something in the catalog that runs, or keeps what once ran, without being called by a statement.
enum StandingUse {
    case trigger(CatalogTrigger, on: UInt32)
    case rule(CatalogRule, on: UInt32)
    /// A default, or the expression of a generated column.
    case column(ColumnID, String)
    /// A check, a row policy, an expression of an index, a partition key or statistics.
    case expression(String, on: UInt32)
    case domainCheck(UInt32)
    case domainDefault(String)
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
        for (relation, texts) in Array(contents.checks) + Array(contents.indexExpressions)
            + Array(contents.statistics)
        {
            uses += texts.filter { mentions($0) }.map { .expression($0, on: relation) }
        }
        for (relation, policies) in contents.policies {
            let texts = policies.flatMap { [$0.using, $0.check].compactMap { $0 } }
            uses += texts.filter { mentions($0) }.map { .expression($0, on: relation) }
        }
        for (domain, checks) in contents.domainChecks where checks.contains(where: { mentions($0) }) {
            uses.append(.domainCheck(domain))
        }
        uses += contents.domainDefaults.values.filter { mentions($0) }.map { .domainDefault($0) }
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
        var texts: [(name: String, text: SearchedText)] = []
        for routine in routines {
            for text in [routine.source, routine.argumentDefaults].compactMap({ $0 }) {
                texts.append((routine.name, SearchedText(text)))
            }
        }
        for (oid, text) in contents.views where oid >= 16_384 {
            if let view = relation(oid) { texts.append((view.name, SearchedText(text))) }
        }
        for (domain, checks) in contents.domainChecks {
            guard let type = type(domain) else { continue }
            for check in checks { texts.append((type.name, SearchedText(check))) }
        }
        func isNamed(_ routine: UInt32) -> Bool {
            contents.routines[routine].map { search.has($0.name) } ?? false
        }
        while search.advance() {
            for (name, text) in texts where !search.has(name) && search.finds(in: text) { search.add(name) }
            for routine in routines where routine.support.contains(where: isNamed) {
                search.add(routine.name)
            }
            for entry in operators where isNamed(entry.function) { search.add(entry.name) }
            // Casts are called without any word.
            if contents.userCasts.contains(where: { isNamed($0.function) }) { search.findsAnything = true }
        }
    }
}

/// A text of SQL as names are looked for in it. Case is folded as the server folds it: in ASCII.
struct SearchedText {
    fileprivate let bytes: [UInt8]
    /// Where it executes texts: without what may stand inside a name that is put together.
    fileprivate let joined: [UInt8]
    /// It may spell names in ways that are not looked into.
    fileprivate let mayHideNames: Bool

    init(_ text: String) {
        bytes = Self.folded(text)
        let executes = Self.contains(bytes, Array("execute".utf8))
        let joins = executes && Self.contains(bytes, Array("||".utf8))
        joined = joins ? bytes.filter { !Array("'| \n\r\t".utf8).contains($0) } : []
        mayHideNames =
            Self.contains(bytes, Array("u&\"".utf8)) || executes && bytes.contains(UInt8(ascii: "\\"))
            || joins && Self.hasDollarQuotes(bytes)
    }

    fileprivate static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    private static func hasDollarQuotes(_ text: [UInt8]) -> Bool {
        zip(text, text.dropFirst()).contains { first, second in
            first == UInt8(ascii: "$") && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(second)
        }
    }

    fileprivate static func contains(_ text: [UInt8], _ name: [UInt8]) -> Bool {
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

private struct NameSearch {
    private var names: Set<[UInt8]> = []
    /// Not looked for everywhere yet.
    private var added: [[UInt8]] = []
    private var current: [[UInt8]] = []
    var findsAnything = false

    /// Beyond this many, all is taken to be built on them.
    private static let maximumCount = 100

    init(_ names: Set<String>) {
        for name in names { add(name) }
    }

    func has(_ name: String) -> Bool { findsAnything || names.contains(SearchedText.folded(name)) }

    mutating func add(_ name: String) {
        let name = SearchedText.folded(name)
        guard names.insert(name).inserted else { return }
        added.append(name)
        // Doubled where it is quoted.
        if name.isEmpty || name.contains(UInt8(ascii: "\"")) || names.count > Self.maximumCount {
            findsAnything = true
        }
    }

    /// Looks for the names that have come up since; false when there are none.
    mutating func advance() -> Bool {
        (current, added) = (added, [])
        return !current.isEmpty && !findsAnything
    }

    /// Whether one of the names under way is in a text.
    func finds(in text: SearchedText) -> Bool { finds(current, in: text) }

    /// Whether any of the names is.
    func finds(in text: String) -> Bool { findsAnything || finds(Array(names), in: SearchedText(text)) }

    private func finds(_ names: [[UInt8]], in text: SearchedText) -> Bool {
        text.mayHideNames
            || names.contains {
                SearchedText.contains(text.bytes, $0) || SearchedText.contains(text.joined, $0)
            }
    }
}
