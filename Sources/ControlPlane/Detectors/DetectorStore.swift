import APIModels
import PostgresClient

extension CustomDetector {
    var tag: EntityTag { EntityTag(id, revision: revision) }
}

/// The detectors that admins made.
struct DetectorStore: Sendable {
    let database: any PostgresDatabase

    private static let columns: SQL = "id, revision, spec, created_at, updated_at"

    func list(_ page: PageRequest) async throws -> Page<CustomDetector> {
        let rows = try await database.query(
            """
            SELECT \(Self.columns) FROM detectors WHERE name > \(page.after ?? "") ORDER BY name LIMIT \(page.fetch)
            """)
        return page.page(try rows.map(Self.detector)) { $0.name }
    }

    /// All of them, by name; for configurations and for compiling them together.
    func all() async throws -> [CustomDetector] {
        try await database.query("SELECT \(Self.columns) FROM detectors ORDER BY name").map(Self.detector)
    }

    /// By name, or by id.
    func find(_ address: String, forUpdate: Bool = false) async throws -> CustomDetector? {
        let lock: SQL = forUpdate ? "FOR UPDATE" : ""
        let condition: SQL = DetectorID(address).map { "id = \($0)" } ?? "name = \(address)"
        return try await database.first("SELECT \(Self.columns) FROM detectors WHERE \(condition) \(lock)")
            .map(Self.detector)
    }

    /// - Throws: 412 when somebody else made one under this name at the same time.
    func insert(_ detector: CustomDetector) async throws {
        let inserted = try await database.execute(
            """
            INSERT INTO detectors (id, name, spec, revision, created_at, updated_at)
            VALUES (\(detector.id), \(detector.name), \(JSONColumn(detector.spec)), \(detector.revision),
                \(detector.createdAt), \(detector.updatedAt))
            ON CONFLICT ON CONSTRAINT detectors_name_is_unique DO NOTHING
            """)
        guard inserted == 1 else { throw Problem.preconditionFailed }
    }

    func replace(_ detector: CustomDetector) async throws {
        try await database.execute(
            """
            UPDATE detectors SET spec = \(JSONColumn(detector.spec)), revision = \(detector.revision),
                updated_at = \(detector.updatedAt)
            WHERE id = \(detector.id)
            """)
    }

    func delete(_ id: DetectorID) async throws {
        try await database.execute("DELETE FROM detectors WHERE id = \(id)")
    }

    private static func detector(_ row: PostgresRow) throws(PostgresError) -> CustomDetector {
        CustomDetector(
            id: try row.get("id"), revision: try row.get("revision"), spec: try row.json("spec"),
            createdAt: try row.get("created_at"), updatedAt: try row.get("updated_at"))
    }
}
