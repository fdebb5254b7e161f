internal import PostgresWire
internal import SQLInspection

/// The catalog as a session's open transaction has made it, read inside that transaction.
///
/// Behind a savepoint, so that the settings that it needs, and an error, are taken back.
struct CatalogReading: Sendable {
    private static let savepoint = "sallyport_catalog"
    private static let preparation = [
        "SAVEPOINT \(savepoint)", "SET LOCAL search_path = pg_catalog, pg_temp",
        "SET LOCAL lock_timeout = '1s'",
    ]
    private static let ending = ["ROLLBACK TO SAVEPOINT \(savepoint)", "RELEASE SAVEPOINT \(savepoint)"]
    private static let queries = CatalogQuery.allCases.filter { $0 != .systemViews }
    /// As much as a session may hold of it; beyond, the catalog as committed serves.
    private static let maximumBytes = 256 << 20

    static let statements = (preparation + queries.map(\.sql) + ending).map {
        OwnStatement(text: $0, purpose: .catalog)
    }
    /// Where one of them has failed.
    static let undoing = ending.map { OwnStatement(text: $0, purpose: .catalog) }

    private var builder = CatalogSnapshot.Builder()
    private var position = 0
    private var bytes = 0

    /// - Parameter systemViews: of the last load of another connection; they do not change.
    init(systemViews: SystemViews) {
        for row in systemViews.rows { builder.add(.systemViews, row: row) }
    }

    /// A row of the statement that is answered.
    mutating func add(row body: Span<UInt8>) {
        bytes += body.count
        let index = position - Self.preparation.count
        guard Self.queries.indices.contains(index), bytes <= Self.maximumBytes,
            let row = try? DataRow(decoding: body)
        else { return }
        builder.add(Self.queries[index], row: row.texts(in: body))
    }

    /// The statement is complete.
    mutating func endStatement() { position += 1 }

    /// What was read; nil when it is not whole.
    consuming func snapshot() -> CatalogSnapshot? {
        guard position == Self.statements.count, bytes <= Self.maximumBytes else { return nil }
        return builder.build()
    }
}
