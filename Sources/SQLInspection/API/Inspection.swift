/// What a text of one or more SQL statements does, what it touches and where its output columns come from.
///
/// Pure over (text, parameter types, catalog snapshot, settings). Immutable and passed by reference, so that a cached
/// inspection costs a retain. What could not be proven is in `actions` as `.unknown`, which policy counts as `admin`.
package final class Inspection: Sendable {
    /// One entry per statement of the text, in order; empty for an empty query.
    package let statements: [StatementInspection]
    /// A hash of the tree without constants and positions: equal for statements that differ in literals only.
    package let fingerprint: UInt64
    /// Names that the catalog snapshot does not know, and those of definitions that are built on: they have to be as new as can be.
    /// The caller refreshes the snapshot once and inspects again.
    package let unresolved: [String]
    /// Set when other texts of the same `LiteralShape` have this very inspection.
    package let decisiveLiterals: DecisiveLiterals?

    /// The union over all statements; `.read` for an empty query.
    package let actions: ActionSet
    package let conditions: ConditionSet
    /// Relations that the text itself names, in order of appearance, each once.
    package let tables: [TableReference]
    /// Relations behind views, rules, functions, triggers, row policies and partitions.
    package let reached: [TableReference]
    /// Relations whose rows foreign keys change along with those of the tables written.
    package let cascaded: [TableReference]
    package let columns: [ColumnUse]
    package let routines: [RoutineReference]
    /// Some statement may touch any table and any column.
    package let reachesAnything: Bool
    /// Why the inspection says what it says: the node and the catalog fact, for people.
    package let why: [String]

    package init(
        statements: [StatementInspection], fingerprint: UInt64, unresolved: [String],
        decisiveLiterals: DecisiveLiterals? = nil
    ) {
        self.statements = statements
        self.fingerprint = fingerprint
        self.unresolved = unresolved
        self.decisiveLiterals = decisiveLiterals
        var conditions: ConditionSet = statements.count > 1 ? [.multipleStatements] : []
        for statement in statements { conditions.formUnion(statement.conditions) }
        self.conditions = conditions
        reachesAnything = statements.contains(where: \.reachesAnything)
        if statements.count == 1 {
            actions = statements[0].actions
            tables = statements[0].tables
            reached = statements[0].reached
            cascaded = statements[0].cascaded
            columns = statements[0].columns
            routines = statements[0].routines
            why = statements[0].why
        } else {
            actions = statements.isEmpty ? .read : statements.reduce(into: []) { $0.formUnion($1.actions) }
            tables = TableReference.merged(statements.flatMap(\.tables))
            reached = TableReference.merged(statements.flatMap(\.reached))
            cascaded = TableReference.merged(statements.flatMap(\.cascaded))
            columns = uniqued(statements.flatMap(\.columns))
            routines = uniqued(statements.flatMap(\.routines))
            why = statements.flatMap(\.why)
        }
    }
}

extension Inspection {
    /// All relations that it may read or change.
    package var allTables: [TableReference] { tables + reached + cascaded }

    /// Of a text of which nothing is known: nothing less than everything.
    package static func unproven(_ reason: String) -> Inspection {
        let statement = StatementInspection(
            kind: "", actions: .unknown, conditions: [], whereClause: .notApplicable,
            tables: [],
            reached: [], columns: [], routines: [], outputs: [], outputsAreComplete: false, effects: [],
            why: [reason])
        return Inspection(statements: [statement], fingerprint: 0, unresolved: [])
    }
}

/// One statement of the text.
package struct StatementInspection: Sendable {
    /// The command tag's first words, in capitals: `SELECT`, `INSERT`, `CREATE TABLE`.
    package var kind: String
    package var actions: ActionSet
    /// The actions without those of what EXECUTE names, where only the session knows what that is.
    package var ownActions: ActionSet
    package var conditions: ConditionSet
    /// Whether the WHERE of an UPDATE or DELETE restricts it.
    package var whereClause: WhereClause
    package var tables: [TableReference]
    package var reached: [TableReference]
    /// Whose rows foreign keys change along with those of the tables written.
    package var cascaded: [TableReference]
    package var columns: [ColumnUse]
    /// What triggers, rules, row policies, defaults and checks look at besides: no result shows it, messages may.
    package var columnsBehind: Set<ColumnID>
    package var routines: [RoutineReference]
    /// It may touch any table and any column: SQL made at run time, statistics over all columns. Counts as touching every tag.
    package var reachesAnything: Bool
    /// It shows definitions, statements, plans or settings, whose literals may be values of any column: outputs of unknown
    /// lineage are to be masked wherever anything is masked, though no such column is touched.
    package var showsHidden: Bool
    /// Columns of the result, in order; empty when the statement returns no rows.
    package var outputs: [OutputColumn]
    /// When false, `outputs` is not the whole list (`*` over something unknown): every column is of unknown lineage.
    package var outputsAreComplete: Bool
    /// Of a COPY TO STDOUT.
    package var copyOut: CopyLayout?
    /// Of a COPY FROM STDIN.
    package var copyIn: CopySource?
    /// Values of columns that the statement puts somewhere else.
    package var transfers: [Transfer]
    /// What the statement does to the session: the session machine applies these once the server has said yes.
    package var effects: [SessionEffect]
    package var why: [String]

    package init(
        kind: String, actions: ActionSet, ownActions: ActionSet? = nil,
        conditions: ConditionSet, whereClause: WhereClause,
        tables: [TableReference], reached: [TableReference], cascaded: [TableReference] = [],
        columns: [ColumnUse], columnsBehind: Set<ColumnID> = [], routines: [RoutineReference],
        reachesAnything: Bool = false, showsHidden: Bool = false, outputs: [OutputColumn],
        outputsAreComplete: Bool, copyOut: CopyLayout? = nil, copyIn: CopySource? = nil,
        transfers: [Transfer] = [],
        effects: [SessionEffect], why: [String]
    ) {
        self.kind = kind
        self.actions = actions
        self.ownActions = ownActions ?? actions
        self.conditions = conditions
        self.whereClause = whereClause
        self.tables = tables
        self.reached = reached
        self.cascaded = cascaded
        self.columns = columns
        self.columnsBehind = columnsBehind
        self.routines = routines
        self.reachesAnything = reachesAnything
        self.showsHidden = showsHidden
        self.outputs = outputs
        self.outputsAreComplete = outputsAreComplete
        self.copyOut = copyOut
        self.copyIn = copyIn
        self.transfers = transfers
        self.effects = effects
        self.why = why
    }
}

/// What a statement does. Several may hold at once.
package struct ActionSet: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let read = ActionSet(rawValue: 1)
    package static let write = ActionSet(rawValue: 2)
    package static let ddl = ActionSet(rawValue: 4)
    package static let admin = ActionSet(rawValue: 8)
    /// Not proven to be anything less; policy counts it as `admin`.
    package static let unknown = ActionSet(rawValue: 16)
}

package struct ConditionSet: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// UPDATE or DELETE with no WHERE, or one that is constantly true.
    package static let missingWhere = ConditionSet(rawValue: 1)
    package static let multipleStatements = ConditionSet(rawValue: 2)
    /// A read of at least one relation with no LIMIT of its own.
    package static let noLimit = ConditionSet(rawValue: 4)
    /// The statement opens a transaction block.
    package static let explicitTransaction = ConditionSet(rawValue: 8)
}

package enum WhereClause: Sendable, Hashable {
    case notApplicable, present, missing
    /// Present and constantly true.
    case tautology
}

/// A relation, resolved: `oid` is 0 when it does not exist yet (CREATE) or is not in the snapshot.
package struct TableReference: Sendable, Hashable {
    package var schema: String
    package var name: String
    package var oid: UInt32
    package var access: Access

    package struct Access: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let read = Access(rawValue: 1)
        package static let written = Access(rawValue: 2)
        package static let defined = Access(rawValue: 4)
    }

    /// `schema.table`, as policies name it.
    package var qualifiedName: String { "\(schema).\(name)" }

    static func merged(_ references: [TableReference]) -> [TableReference] {
        var result: [TableReference] = []
        var index: [String: Int] = [:]
        for reference in references {
            if let known = index[reference.qualifiedName] {
                result[known].access.formUnion(reference.access)
            } else {
                index[reference.qualifiedName] = result.count
                result.append(reference)
            }
        }
        return result
    }
}

/// A column of a relation: `pg_attribute.attrelid` and `attnum`.
package struct ColumnID: Sendable, Hashable {
    package var table: UInt32
    package var attribute: Int16

    package init(table: UInt32, attribute: Int16) {
        self.table = table
        self.attribute = attribute
    }
}

/// A base column that the statement reads or assigns, and where.
package struct ColumnUse: Sendable, Hashable {
    package enum Use: UInt8, Sendable, Hashable { case output, predicate, grouping, ordering, assignment }
    package var column: ColumnID
    package var use: Use
}

package struct RoutineReference: Sendable, Hashable {
    package var schema: String
    package var name: String
    /// 0 when the snapshot does not know it.
    package var oid: UInt32
}

/// One column of a result and the base columns it may depend on.
package struct OutputColumn: Sendable, Hashable {
    package var name: String
    /// `pg_type.oid`, for a domain that of its base type; 0 where it cannot be told.
    package var type: UInt32
    package var lineage: Lineage
    /// It holds whole values of columns and nothing else. What is worked out of them could be taken apart, value by value, by a
    /// mask that keeps some of a value or tells equal ones.
    package var isWhole: Bool
}

/// Values that come to lie where they can be read again.
package struct Transfer: Sendable, Hashable {
    /// How they come there.
    package enum Means: Sendable, Hashable {
        /// The statement puts them there.
        case copy
        /// They stay where they are, and lose names that they went by.
        case rename
        /// What the statement defines puts them there later, or shows what was stored before it.
        case definition
        /// What the statement or its definition puts where could not be told.
        case unproven
    }

    /// Nil for what is no column yet, or none at all: a new table, a setting, a large object.
    package var target: ColumnID?
    /// Where there is no column yet: what the values go by from now on, as `schema.table.column`; nothing else names them.
    package var names: [String] = []
    package var lineage: Lineage
    package var means = Means.copy
}

package enum Lineage: Sendable, Hashable {
    /// Depends on no column at all.
    case none
    /// May depend on these, and on nothing else.
    case columns(Set<ColumnID>)
    /// Could not be proven: masked when the statement touches anything sensitive.
    case unknown

    mutating func formUnion(_ other: Lineage) {
        switch (self, other) {
        case (.unknown, _), (_, .none): return
        case (_, .unknown): self = .unknown
        case (.none, _): self = other
        case (.columns(let own), .columns(let others)): self = .columns(own.union(others))
        }
    }

    func union(_ other: Lineage) -> Lineage {
        var result = self
        result.formUnion(other)
        return result
    }
}

/// A change to the session's state, by any route (SQL or protocol).
package indirect enum SessionEffect: Sendable {
    case prepare(name: String, inner: StatementInspection)
    /// The statement runs what was prepared under the name: the session adds that statement's inspection.
    case execute(name: String, argumentCount: Int)
    /// `nil` is ALL.
    case deallocate(name: String?)
    case declareCursor(name: String, holdable: Bool, inner: StatementInspection)
    /// The result has the columns of the cursor's statement.
    case fetch(name: String)
    case closeCursor(name: String?)
    /// `nil` is DEFAULT (RESET) or a value that is not constant; names are in lower case.
    case setSetting(name: String, value: String?, local: Bool)
    case resetAll
    case discardAll
    case beginTransaction
    case commit(chain: Bool)
    case rollback(chain: Bool)
    case savepoint(name: String)
    case releaseSavepoint(name: String)
    case rollbackToSavepoint(name: String)
    case listen(channel: String)
    case unlisten(channel: String?)
    case notify(channel: String)
    /// A relation or routine of the session's own; later statements may mean it. Views and routines are not tables.
    case createTemporary(name: String, isTable: Bool)
    /// The catalog changes: the snapshot is to be refreshed.
    case changesCatalog
}

/// The elements, each once, in order of first appearance.
func uniqued<Element: Hashable>(_ elements: [Element]) -> [Element] {
    var seen: Set<Element> = []
    return elements.filter { seen.insert($0).inserted }
}
