/// Rows of PostgreSQL's system catalogs, as far as inspection needs them (PostgreSQL manual, chapter 53).

/// `pg_class`.
package struct CatalogRelation: Sendable {
    package var oid: UInt32
    package var name: String
    package var schema: UInt32
    package var kind: Kind
    /// The composite type of its rows.
    package var rowType: UInt32
    package var hasRowSecurity: Bool
    package var isPartition: Bool
    var firstColumn: Int32 = 0
    var columnCount: Int16 = 0

    package enum Kind: Character, Sendable {
        case table = "r"
        case view = "v"
        case materializedView = "m"
        case foreignTable = "f"
        case partitionedTable = "p"
        case sequence = "S"
        case compositeType = "c"
        case index = "i"
        case partitionedIndex = "I"
    }
}

/// `pg_attribute`.
package struct CatalogColumn: Sendable {
    package var name: String
    package var type: UInt32
    package var number: Int16
    package var isGenerated: Bool
    package var isNotNull: Bool
}

/// `pg_type`.
struct CatalogType: Sendable {
    var oid: UInt32
    var name: String
    var schema: UInt32
    /// `typtype`: b base, c composite, d domain, e enum, p pseudo, r range, m multirange.
    var kind: Character
    var category: Character
    var isPreferred: Bool
    /// The element of an array; for a range, its subtype.
    var element: UInt32
    var array: UInt32
    var relation: UInt32
    /// The type behind a domain.
    var base: UInt32
}

/// `pg_proc`.
struct CatalogRoutine: Sendable {
    var oid: UInt32
    var name: String
    var schema: UInt32
    /// `prokind`: f function, p procedure, a aggregate, w window.
    var kind: Character
    var language: String
    var result: UInt32
    var returnsSet: Bool
    var arguments: [UInt32]
    var defaultCount: Int
    /// The element type of a VARIADIC last argument, or 0.
    var variadic: UInt32
    var allArguments: [UInt32]
    var modes: [Character]
    var names: [String]
    /// The body: `prosrc`, or the deparsed SQL-standard body; for `internal` the name inside the server.
    var source: String?
    var library: String?
    /// `search_path` set by the routine itself.
    var searchPath: [String]?
    /// The expressions of the last `defaultCount` arguments.
    var argumentDefaults: String?
    /// For aggregates: transition, final, combine and the like.
    var support: [UInt32] = []
}

/// `pg_operator`.
struct CatalogOperator: Sendable {
    var name: String
    var schema: UInt32
    /// 0 for a prefix operator.
    var left: UInt32
    var right: UInt32
    var result: UInt32
    var function: UInt32
}

/// `pg_cast`.
struct CatalogCast: Sendable {
    var source: UInt32
    var target: UInt32
    /// 0 when the cast is by relabelling or by text.
    var function: UInt32
    /// `castcontext`: i implicit, a assignment, e explicit.
    var context: Character
}

/// `pg_trigger`; `events` is `tgtype` (bits: 4 INSERT, 8 DELETE, 16 UPDATE, 32 TRUNCATE, 64 INSTEAD).
struct CatalogTrigger: Sendable {
    var function: UInt32
    var events: Int
    /// The whole CREATE TRIGGER when it has a WHEN condition.
    var definition: String?
    var isEnabled: Bool
    /// `tgargs`, as they are written but for quotes; the last one is empty.
    var arguments: [String]
}

/// `pg_constraint`: a foreign key, which may change the rows that refer when the ones that they refer to are changed.
struct CatalogCascade: Sendable {
    /// The table that refers.
    var child: UInt32
    /// `confdeltype` and `confupdtype`: a no action, r restrict, c cascade, n set null, d set default.
    var onDelete: Character
    var onUpdate: Character
}

/// `pg_policy`: expressions that run for every row read or written.
struct CatalogRowPolicy: Sendable {
    var using: String?
    var check: String?
}

/// `pg_rewrite`, but for the rules that make views.
struct CatalogRule: Sendable {
    /// `ev_type`: 1 SELECT, 2 UPDATE, 3 INSERT, 4 DELETE.
    var event: Character
    var definition: String
}
