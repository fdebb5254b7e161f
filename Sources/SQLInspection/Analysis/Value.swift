/// What is known of an expression's value.
struct Value {
    /// Its type; `TypeID.undetermined` when it cannot be told.
    var type: UInt32 = TypeID.undetermined
    var lineage: Lineage = .none
    /// It is made of whole values of columns and of nothing else: the value of one, or rows, arrays and JSON of such values.
    var isWhole = false
    /// The columns of a row value, where known.
    var fields: [ScopeColumn]?
    /// Set for an expression that holds no column, parameter or call.
    var unreadConstant: UnreadConstant?
    /// Reading it makes the inspection depend on the literals in the text.
    var constant: Constant? { unreadConstant?.value }
    /// The name of a function's only OUT parameter.
    var outputName: String?

    static var boolean: Value { Value(type: TypeID.boolean) }

    /// It may be the other one instead. Its type is the caller's to find.
    mutating func merge(_ other: Value) {
        lineage.formUnion(other.lineage)
        isWhole = isWhole && other.isWhole
    }
}

/// A constant that nobody has looked at yet: most rules do not ask, and the inspection then holds for any other value, too.
indirect enum UnreadConstant {
    /// An `A_Const`.
    case literal(Node)
    case cast(UnreadConstant, to: UInt32)
    case joined(UnreadConstant, UnreadConstant)

    var value: Constant? {
        switch self {
        case .literal(let node): return Constant(node)
        case .cast(let inner, let type): return inner.value.flatMap { $0.converted(to: type) }
        case .joined(let head, let tail):
            guard case .text(let head)? = head.value, case .text(let tail)? = tail.value else { return nil }
            return .text(head + tail)
        }
    }
}

enum Constant: Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)

    /// The value of an `A_Const`; `nil` for bit strings.
    init?(_ node: Node) {
        if let text = node.node(.sval) {
            self = .text(text.text(.sval) ?? "")
        } else if let number = node.node(.ival) {
            self = .number(Double(number.number(.ival)))
        } else if let boolean = node.node(.boolval) {
            self = .boolean(boolean.flag(.boolval))
        } else if let digits = node.node(.fval) {
            guard let number = Double(digits.text(.fval) ?? "") else { return nil }
            self = .number(number)
        } else if node.node(.bsval) != nil {
            return nil
        } else {
            self = .null
        }
    }

    /// What a cast makes of it, where that is plain.
    func converted(to type: UInt32) -> Constant? {
        switch (self, type) {
        case (.null, _): return .null
        case (.text(let text), TypeID.boolean):
            switch text.trimming(" \t\n").lowercased() {
            case "t", "true", "y", "yes", "on", "1": return .boolean(true)
            case "f", "false", "n", "no", "off", "0": return .boolean(false)
            default: return nil
            }
        case (.number(let number), TypeID.boolean): return .boolean(number != 0)
        case (.text(let text), TypeID.int4), (.text(let text), TypeID.int8),
            (.text(let text), TypeID.numeric):
            return Double(text).map { .number($0) }
        case (.text, TypeID.text), (.text, TypeID.name), (.text, TypeID.varchar), (.text, TypeID.regclass):
            return self
        case (.number, TypeID.int8), (.number, TypeID.numeric), (.boolean, TypeID.boolean): return self
        default: return nil
        }
    }
}

/// OIDs of `pg_type` that the rules of the language name (pg_type.dat: fixed for all servers).
enum TypeID {
    /// Not an OID: the type cannot be told, and every candidate counts.
    static let undetermined: UInt32 = 0
    static let boolean: UInt32 = 16
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let xml: UInt32 = 142
    static let unknownLiteral: UInt32 = 705
    static let varchar: UInt32 = 1043
    static let date: UInt32 = 1082
    static let time: UInt32 = 1083
    static let timestamp: UInt32 = 1114
    static let timestampWithTimeZone: UInt32 = 1184
    static let timeWithTimeZone: UInt32 = 1266
    static let bit: UInt32 = 1560
    static let numeric: UInt32 = 1700
    static let regclass: UInt32 = 2205
    static let record: UInt32 = 2249
    static let any: UInt32 = 2276
    static let void: UInt32 = 2278
    static let trigger: UInt32 = 2279
    static let recordArray: UInt32 = 2287
    static let jsonb: UInt32 = 3802
    static let eventTrigger: UInt32 = 3838

    /// smallint, integer, bigint, real, double precision, numeric.
    static let numbers: Set<UInt32> = [21, 23, 20, 700, 701, 1700]
    static let anyArray: Set<UInt32> = [2277, 5078]
    static let anyElement: Set<UInt32> = [2283, 2776, 3500, 5077, 5079]
    static let anyRange: Set<UInt32> = [3831, 5080]
    static let anyMultirange: Set<UInt32> = [4537, 4538]
    static func isPolymorphic(_ type: UInt32) -> Bool {
        anyArray.contains(type) || anyElement.contains(type) || anyRange.contains(type)
            || anyMultirange.contains(type)
    }
}

/// A column that a name can mean at some place of a statement.
struct ScopeColumn {
    var name: String
    var type: UInt32 = TypeID.undetermined
    var lineage: Lineage = .none
    var isWhole = false
    var fields: [ScopeColumn]?
    var isNotNull = false

    var value: Value { Value(type: type, lineage: lineage, isWhole: isWhole, fields: fields) }

    /// As `Value.merge`.
    mutating func merge(_ other: Value) {
        lineage.formUnion(other.lineage)
        isWhole = isWhole && other.isWhole
    }
}

extension ScopeColumn {
    /// Of a result that was inspected before, as it is shown again.
    init(_ output: OutputColumn) {
        self.init(name: output.name, lineage: output.lineage, isWhole: output.isWhole)
    }
}

extension [ScopeColumn] {
    var areWhole: Bool { !isEmpty && allSatisfy(\.isWhole) }
}

/// What a FROM item brings into scope under one name.
struct RangeEntry {
    /// The alias, or the relation's own name.
    var name: String
    /// Set when there is no alias: `schema.table.column` then names it too.
    var schema: String?
    var columns: [ScopeColumn]
    /// When false there may be further columns.
    var isComplete = true
    /// The composite type of a whole row, when it has a name.
    var rowType: UInt32 = TypeID.undetermined
    var relation: UInt32 = 0

    /// The whole row as a value.
    var row: Value {
        var lineage = isComplete ? Lineage.none : .unknown
        for column in columns { lineage.formUnion(column.lineage) }
        return Value(
            type: rowType == 0 ? TypeID.record : rowType, lineage: lineage,
            isWhole: isComplete && columns.areWhole, fields: isComplete ? columns : nil)
    }
}

/// An item of a FROM list: the entries that qualified names see, and the columns that `*` and bare names see.
struct FromItem {
    var entries: [RangeEntry]
    var columns: [ScopeColumn]
    var isComplete: Bool

    init(_ entry: RangeEntry) {
        entries = [entry]
        columns = entry.columns
        isComplete = entry.isComplete
    }

    init(entries: [RangeEntry], columns: [ScopeColumn], isComplete: Bool) {
        self.entries = entries
        self.columns = columns
        self.isComplete = isComplete
    }
}

/// A level of name lookup: what FROM, WITH or a routine's parameters bring in, and the level around it.
final class Scope {
    let parent: Scope?
    var items: [FromItem] = []
    var commonTables: [String: CommonTable] = [:]
    /// Variables of PL/pgSQL or parameters of a SQL function, by name in lower case.
    var variables: [String: Value] = [:]
    /// The columns behind each named window.
    var windows: [String: Lineage] = [:]
    /// The name of the routine whose variables these are: `routine.parameter` is a name too.
    var routineName: String?
    /// Names that may be anything: a body whose variables could not be told.
    var hasUnknownNames = false

    init(parent: Scope?) { self.parent = parent }

    func commonTable(_ name: String) -> CommonTable? {
        var level: Scope? = self
        while let scope = level {
            if let found = scope.commonTables[name] { return found }
            level = scope.parent
        }
        return nil
    }
}

/// A WITH query. Its columns are found when it is first met.
final class CommonTable {
    enum State { case pending, active, done }
    let node: Node
    let scope: Scope
    var state = State.pending
    var columns: [ScopeColumn] = []
    var isComplete = true
    /// While a recursive query is inspected: whether it has read itself.
    var wasReadWhileActive = false

    init(node: Node, scope: Scope) {
        self.node = node
        self.scope = scope
    }
}

/// The columns of a query's result.
struct Relational {
    var columns: [ScopeColumn] = []
    var isComplete = true
}
