internal import Synchronization

/// What the names of one database meant at one moment. Immutable, shared by all sessions of the database.
///
/// Made by a `Builder` from the rows of `CatalogQuery`. 10,000 tables with 20 columns each take about 20 MiB.
package final class CatalogSnapshot: Sendable {
    /// Run before the queries, in the same transaction.
    package static let preamble = [
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "SET LOCAL search_path = pg_catalog, pg_temp",
    ]

    /// Unlike any other snapshot's of this process: part of the key of cached inspections.
    package let id: UInt64
    package let database: String
    let contents: Contents
    /// What the bodies of views and routines do, found out when first met.
    let memo: RoutineMemo

    private static let lastID = Atomic<UInt64>(0)

    /// - Parameter summaries: what is known already of bodies.
    init(contents: Contents, summaries: [RoutineMemo.Subject: RoutineMemo.Summary] = [:]) {
        memo = RoutineMemo(summaries)
        id = Self.lastID.add(1, ordering: .relaxed).newValue
        database = contents.database
        self.contents = contents
    }

    struct QualifiedName: Hashable {
        var schema: UInt32
        var name: ExactName

        init(schema: UInt32, name: String) {
            self.schema = schema
            self.name = ExactName(name)
        }
    }

    /// The tables of the snapshot, filled by the builder.
    struct Contents: Sendable {
        var database = ""
        var schemaNames: [UInt32: String] = [:]
        var schemaOIDs: [ExactName: UInt32] = [:]
        var relations: [CatalogRelation] = []
        var relationByOID: [UInt32: Int32] = [:]
        var relationByName: [QualifiedName: Int32] = [:]
        var columns: [CatalogColumn] = []
        /// Defaults and generation expressions.
        var expressions: [ColumnID: String] = [:]
        var checks: [UInt32: [String]] = [:]
        var domainChecks: [UInt32: [String]] = [:]
        var domainDefaults: [UInt32: String] = [:]
        var parents: [UInt32: [UInt32]] = [:]
        var children: [UInt32: [UInt32]] = [:]
        var views: [UInt32: String] = [:]
        var rules: [UInt32: [CatalogRule]] = [:]
        var triggers: [UInt32: [CatalogTrigger]] = [:]
        var policies: [UInt32: [CatalogRowPolicy]] = [:]
        /// By the table that is referred to.
        var cascades: [UInt32: [CatalogCascade]] = [:]
        /// Of indexes and partition keys.
        var indexExpressions: [UInt32: [String]] = [:]
        /// What ANALYZE works out.
        var statistics: [UInt32: [String]] = [:]
        var types: [UInt32: CatalogType] = [:]
        var typeByName: [QualifiedName: UInt32] = [:]
        var routines: [UInt32: CatalogRoutine] = [:]
        var routinesByName: [ExactName: [UInt32]] = [:]
        var operators: [String: [CatalogOperator]] = [:]
        /// What operator classes and ranges call for values of a type: functions of the user's own, but for those in C.
        var typeFunctions: [UInt32: [UInt32]] = [:]
        var casts: [UInt64: CatalogCast] = [:]
        /// Casts with a function from outside `pg_catalog`.
        var userCasts: [CatalogCast] = []
        var eventTriggers: [UInt32] = []
        /// Of each enumeration, in their order.
        var labels: [UInt32: [String]] = [:]
        /// Columns of system catalogs that hold credentials.
        var secretColumns: Set<ColumnID> = []
    }
}

extension CatalogSnapshot {
    package static let pgCatalog: UInt32 = 11

    func schemaName(_ oid: UInt32) -> String { contents.schemaNames[oid] ?? "" }

    package func relation(_ oid: UInt32) -> CatalogRelation? {
        contents.relationByOID[oid].map { contents.relations[Int($0)] }
    }

    func relation(schema: UInt32, name: String) -> CatalogRelation? {
        contents.relationByName[QualifiedName(schema: schema, name: name)].map { contents.relations[Int($0)] }
    }

    /// A relation by the name that policies and column tags use. Sees exact names only: no search path.
    package func relation(schema: String, name: String) -> CatalogRelation? {
        contents.schemaOIDs[ExactName(schema)].flatMap { relation(schema: $0, name: name) }
    }

    package func columns(of relation: CatalogRelation) -> ArraySlice<CatalogColumn> {
        let first = Int(relation.firstColumn)
        return contents.columns[first..<first + Int(relation.columnCount)]
    }

    package func column(_ id: ColumnID) -> CatalogColumn? {
        relation(id.table).flatMap { columns(of: $0).first { $0.number == id.attribute } }
    }

    /// `schema.table.column`, as column tags name it; `nil` when the snapshot does not know it.
    package func name(of id: ColumnID) -> String? {
        guard let relation = relation(id.table), let column = column(id) else { return nil }
        return "\(schemaName(relation.schema)).\(relation.name).\(column.name)"
    }

    /// All tables below, nearest first.
    func descendants(of oid: UInt32) -> [UInt32] {
        var result: [UInt32] = []
        var pending = contents.children[oid] ?? []
        var next = 0
        while next < pending.count {
            let child = pending[next]
            next += 1
            if result.contains(child) { continue }
            result.append(child)
            pending.append(contentsOf: contents.children[child] ?? [])
        }
        return result
    }

    /// How values of a type are put together.
    package enum TypeShape: Sendable {
        /// Its columns' types, in order.
        case composite([UInt32])
        case enumeration([String])
        case array(of: UInt32)
        case domain(over: UInt32)
        /// A type of the database's own that reads and writes as text does.
        case text
        case range(of: UInt32)
        case hstore
        case other
    }

    package func shape(ofType oid: UInt32) -> TypeShape {
        guard let type = contents.types[oid] else { return .other }
        switch type.kind {
        case "c": return relation(type.relation).map { .composite(columns(of: $0).map(\.type)) } ?? .other
        case "e": return contents.labels[oid].map { .enumeration($0) } ?? .other
        case "d": return .domain(over: type.base)
        case "b" where type.element != 0 && type.category == "A": return .array(of: type.element)
        case "b" where type.category == "S": return .text
        case "r": return .range(of: type.element)
        case "b" where type.name == "hstore": return .hstore
        default: return .other
        }
    }

    func type(_ oid: UInt32) -> CatalogType? { contents.types[oid] }

    func routine(_ oid: UInt32) -> CatalogRoutine? { contents.routines[oid] }

    /// The body of a routine; nil when it is not known or not in SQL or PL/pgSQL.
    package func body(of routine: RoutineReference) -> String? {
        guard let routine = contents.routines[routine.oid], ["sql", "plpgsql"].contains(routine.language)
        else {
            return nil
        }
        return routine.source
    }

    func cast(from source: UInt32, to target: UInt32) -> CatalogCast? {
        contents.casts[UInt64(source) << 32 | UInt64(target)]
    }

    /// The type with all domains taken off.
    func baseType(_ oid: UInt32) -> UInt32 {
        var oid = oid
        for _ in 0..<32 {
            guard let type = contents.types[oid], type.kind == "d" else { return oid }
            oid = type.base
        }
        return oid
    }

    /// The schemas that unqualified names are looked up in, `pg_catalog` where PostgreSQL puts it (manual, 5.9.5).
    func searchSchemas(_ path: [String], role: String) -> [UInt32] {
        var result: [UInt32] = []
        for name in path {
            let schema = name == "$user" ? role : name
            if let oid = contents.schemaOIDs[ExactName(schema)], !result.contains(oid) { result.append(oid) }
        }
        if !result.contains(Self.pgCatalog) { result.insert(Self.pgCatalog, at: 0) }
        return result
    }

    /// Where an unqualified CREATE puts things: the first schema that the path names and that exists.
    func creationSchema(_ path: [String], role: String) -> UInt32? {
        for name in path {
            if let oid = contents.schemaOIDs[ExactName(name == "$user" ? role : name)] { return oid }
        }
        return nil
    }
}
