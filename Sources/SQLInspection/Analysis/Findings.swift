/// What the rules have found so far about one statement, view or routine.
struct Findings: Sendable {
    var actions: ActionSet = []
    private(set) var tables: [TableReference] = []
    private(set) var reached: [TableReference] = []
    /// Changed by foreign keys.
    private(set) var cascaded: [TableReference] = []
    private(set) var columns: [ColumnUse] = []
    /// Columns that triggers, rules, row policies, defaults and checks look at.
    private(set) var columnsBehind: Set<ColumnID> = []
    private(set) var routines: [RoutineReference] = []
    /// Of the statement itself and of the routines it calls; what triggers do with a row is not the statement's doing.
    private(set) var transfers: [Transfer] = []
    private var seenTransfers: Set<Transfer> = []
    private(set) var why: [String] = []
    private(set) var unresolved: [String] = []
    /// The statement may touch any table: dynamic SQL, statistics that hold values of all columns.
    var reachesAnything = false
    /// It shows definitions, statements or settings: outputs of unknown lineage may hold values of any column.
    var showsHidden = false
    /// What rules answer with in rows of their own.
    var shownByRules = Lineage.none
    private var seenColumns: Set<ColumnUse> = []

    /// Reasons beyond this many say nothing new.
    private static let maximumReasons = 40

    mutating func explain(_ reason: String) {
        if why.count < Self.maximumReasons, !why.contains(reason) { why.append(reason) }
    }

    mutating func missing(_ name: String) {
        if !unresolved.contains(name) { unresolved.append(name) }
    }

    mutating func add(_ table: TableReference, behind: Bool) {
        if behind { Self.merge(table, into: &reached) } else { Self.merge(table, into: &tables) }
    }

    private static func merge(_ table: TableReference, into list: inout [TableReference]) {
        if let index = list.firstIndex(where: { $0.name == table.name && $0.schema == table.schema }) {
            list[index].access.formUnion(table.access)
        } else {
            list.append(table)
        }
    }

    mutating func add(_ column: ColumnID, _ use: ColumnUse.Use) {
        let entry = ColumnUse(column: column, use: use)
        if seenColumns.insert(entry).inserted { columns.append(entry) }
    }

    mutating func add(behind lineage: Lineage) {
        switch lineage {
        case .none: break
        case .columns(let columns): columnsBehind.formUnion(columns)
        case .unknown: showsHidden = true
        }
    }

    mutating func add(_ transfer: Transfer) {
        if transfer.lineage != .none, seenTransfers.insert(transfer).inserted { transfers.append(transfer) }
    }

    mutating func dropTransfers() {
        transfers = []
        seenTransfers = []
    }

    mutating func add(_ routine: RoutineReference) {
        if !routines.contains(routine) { routines.append(routine) }
    }

    /// Takes in what a statement that was inspected before touches.
    mutating func add(touchedBy statement: StatementInspection) {
        for column in statement.columns { add(column.column, column.use) }
        columnsBehind.formUnion(statement.columnsBehind)
    }

    /// Takes in a part of the same statement.
    mutating func merge(_ other: Findings) {
        for transfer in other.transfers { add(transfer) }
        for table in other.tables { add(table, behind: false) }
        var rest = other
        rest.tables = []
        absorb(rest)
    }

    mutating func add(cascaded table: TableReference) {
        Self.merge(table, into: &cascaded)
    }

    /// Takes in what a foreign key does.
    mutating func absorb(cascade other: Findings) {
        var rest = other
        for table in other.tables + other.reached { add(cascaded: table) }
        rest.tables = []
        rest.reached = []
        absorb(rest, columns: false)
    }

    /// Takes in what lies behind something the statement uses.
    ///
    /// - Parameter isSystem: it lies behind a view of the server's own: the catalogs below are not worth naming.
    mutating func absorb(_ other: Findings, columns takesColumns: Bool = true, isSystem: Bool = false) {
        actions.formUnion(other.actions)
        for table in other.tables + other.reached {
            if isSystem, table.schema == "pg_catalog" || table.schema == "information_schema" { continue }
            add(table, behind: true)
        }
        for table in other.cascaded { add(cascaded: table) }
        if takesColumns {
            for use in other.columns { add(use.column, use.use) }
        } else {
            columnsBehind.formUnion(other.columns.map(\.column))
        }
        columnsBehind.formUnion(other.columnsBehind)
        for routine in other.routines { add(routine) }
        for reason in other.why { explain(reason) }
        for name in other.unresolved { missing(name) }
        reachesAnything = reachesAnything || other.reachesAnything
        showsHidden = showsHidden || other.showsHidden
        shownByRules.formUnion(other.shownByRules)
    }
}
