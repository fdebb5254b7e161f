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

    init(names: Set<String>?, isSingle: Bool) {
        self.names = names
        self.isSingle = isSingle
    }

    init(of plan: StatementPlan) {
        let statements = plan.inspection.statements
        let isPlain = plan.parts.isEmpty && !statements.contains(where: \.mayChangeCatalog)
        isSingle = plan.parts.isEmpty && Self.commitsOnce(statements)
        // What depends on the relations goes, too.
        let cascades = plan.text.containsWord("cascade")
        let isNamed =
            isPlain && !cascades
            && statements.filter(\.changesCatalog).allSatisfy {
                Self.kinds.contains($0.kind) && !$0.tables.isEmpty
            }
        names = isNamed ? Set(plan.inspection.allTables.map(\.name)) : nil
    }

    /// A procedure may commit in between. (So may a DO, which nobody is held back from anything who may run one.)
    private static func commitsOnce(_ statements: [StatementInspection]) -> Bool {
        if statements.contains(where: { $0.kind == "CALL" }) { return false }
        guard let first = statements.firstIndex(where: \.endsTransaction) else { return true }
        return first == statements.count - 1
    }

    func union(_ other: ChangeScope) -> ChangeScope {
        var both: Set<String>?
        if let names, let others = other.names { both = names.union(others) }
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
            text.containsWord("u&") || names.contains(where: text.containsWord)
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
        guard let first = word.first, word.allSatisfy({ $0 < 0x80 && $0 != 0x22 }) else { return true }
        guard word.count <= count else { return false }
        return (0...(count - word.count)).contains { start in
            self[start].isSameLetter(as: first)
                && word.indices.allSatisfy { self[start + $0].isSameLetter(as: word[$0]) }
        }
    }
}

extension UInt8 {
    fileprivate func isSameLetter(as other: UInt8) -> Bool {
        func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
        return lowered(self) == lowered(other)
    }
}
