internal import SQLInspection

/// What a change of the catalog may concern.
struct ChangeScope {
    /// Of the relations that it makes, changes or drops; nil when it may concern anything.
    let names: Set<String>?
    /// It is committed once, as a whole.
    let isSingle: Bool

    /// What changes nothing but the relations that it names. A DROP of something else names none.
    private static let kinds: Set<String> = [
        "CREATE TABLE", "CREATE TABLE AS", "SELECT", "ALTER TABLE", "CREATE INDEX", "CREATE SEQUENCE",
        "ALTER SEQUENCE", "CREATE VIEW", "DROP", "TRUNCATE", "REFRESH MATERIALIZED VIEW",
    ]
    /// What changes the meaning of nothing.
    private static let harmless: Set<String> = ["COMMENT", "GRANT"]
    /// Of names that are told apart; more may be any.
    private static let maximumNames = 1_024

    init(names: Set<String>?, isSingle: Bool) {
        self.names = names
        self.isSingle = isSingle
    }

    /// It may concern anything, and be several changes.
    static let anything = ChangeScope(names: nil, isSingle: false)

    init(of plan: StatementPlan) {
        let statements = plan.inspection.statements
        let isPlain = plan.parts.isEmpty && !statements.contains(where: \.mayChangeCatalog)
        isSingle = plan.parts.isEmpty && Self.commitsOnce(statements)
        // What depends on the relations goes, too, or what they inherit from has more rows.
        let reachesFurther = ["cascade", "inherit", "attach"].contains(where: plan.text.containsWord)
        let changing = statements.filter { $0.changesCatalog && !Self.harmless.contains($0.kind) }
        let isNamed =
            isPlain && !reachesFurther
            && changing.allSatisfy { Self.kinds.contains($0.kind) && !$0.tables.isEmpty }
        names = isNamed ? Set(changing.flatMap { $0.tables + $0.reached + $0.cascaded }.map(\.name)) : nil
    }

    /// A procedure or a DO may commit in between.
    private static func commitsOnce(_ statements: [StatementInspection]) -> Bool {
        if statements.contains(where: { $0.kind == "CALL" || $0.kind == "DO" }) { return false }
        guard let first = statements.firstIndex(where: \.endsTransaction) else { return true }
        return first == statements.count - 1
    }

    func union(_ other: ChangeScope) -> ChangeScope {
        var both: Set<String>?
        if let names, let others = other.names, names.count + others.count <= Self.maximumNames {
            both = names.union(others)
        }
        return ChangeScope(names: both, isSingle: isSingle && other.isSingle)
    }

    /// Whether what the statement means may depend on it: on what its text and the bodies of the routines behind it name, or on
    /// the relations that these have come to.
    func concerns(_ plan: StatementPlan, under catalog: CatalogSnapshot) -> Bool {
        let inspection = plan.inspection
        guard let names, plan.parts.isEmpty, !inspection.reachesAnything,
            !inspection.actions.contains(.unknown)
        else { return true }
        if inspection.allTables.contains(where: { names.contains($0.name) }) { return true }
        var texts = [plan.text]
        for routine in inspection.routines where routine.schema != "pg_catalog" {
            guard let body = catalog.body(of: routine) else { return true }
            texts.append(Array(body.utf8))
        }
        return texts.contains { text in
            text.containsWord("u") || names.contains(where: text.containsWord)
        }
    }
}

extension StatementInspection {
    fileprivate var changesCatalog: Bool {
        effects.contains { effect in
            if case .changesCatalog = effect { true } else { false }
        }
    }

    fileprivate var endsTransaction: Bool {
        effects.contains { effect in
            switch effect {
            case .commit, .rollback: true
            default: false
            }
        }
    }
}

extension [UInt8] {
    /// Whether the text has the word somewhere, in whatever case. What is not plain ASCII could be written in other ways, and
    /// counts as there.
    fileprivate func containsWord(_ word: String) -> Bool {
        let word = Array(word.utf8)
        guard !word.isEmpty, word.allSatisfy({ $0 < 0x80 && $0 != 0x22 }) else { return true }
        guard word.count <= count else { return false }
        return (0...(count - word.count)).contains { start in
            word.indices.allSatisfy { self[start + $0].lowered == word[$0].lowered }
                && !(start > 0 && self[start - 1].isPartOfName)
                && !(start + word.count < count && self[start + word.count].isPartOfName)
        }
    }
}

extension UInt8 {
    fileprivate var lowered: UInt8 { (0x41...0x5a).contains(self) ? self | 0x20 : self }

    /// Where an identifier goes on (manual, 4.1.1 "Identifiers and Key Words").
    fileprivate var isPartOfName: Bool {
        (0x61...0x7a).contains(lowered) || (0x30...0x39).contains(self) || self == 0x5f || self == 0x24
            || self >= 0x80
    }
}
