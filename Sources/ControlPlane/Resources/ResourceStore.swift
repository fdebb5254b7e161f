import APIModels
import PostgresClient

/// A resource with its versions and its secret, as stored.
struct StoredResource: Sendable, Hashable {
    let resource: Resource
    let revision: Int64
    var columnsRevision: Int64
    let password: StoredPassword?

    var tag: EntityTag { EntityTag(resource.id, revision: revision) }
    var columnsTag: EntityTag { EntityTag(resource.id, part: "columns-", revision: columnsRevision) }
}

/// Where the password of a resource comes from.
enum StoredPassword: Sendable, Hashable {
    /// Encrypted under the master key.
    case stored(ciphertext: [UInt8])
    case environment(String)
    case file(String)

    var summary: SecretSummary {
        switch self {
        case .stored: SecretSummary(source: .stored)
        case .environment(let name): SecretSummary(source: .env, name: name)
        case .file(let path): SecretSummary(source: .file, name: path)
        }
    }

    private var name: String? {
        switch self {
        case .stored: nil
        case .environment(let name), .file(let name): name
        }
    }

    private var ciphertext: PostgresBytes? {
        if case .stored(let ciphertext) = self { PostgresBytes(ciphertext) } else { nil }
    }

    /// The three columns, for an INSERT or UPDATE.
    static func values(_ password: StoredPassword?) -> SQL {
        "\(password?.summary.source.rawValue), \(password?.name), \(password?.ciphertext)"
    }
}

/// Resources and the tags of their columns.
struct ResourceStore: Sendable {
    let database: any PostgresDatabase

    struct Filter: Sendable {
        var agent: NameOrID<IDKinds.Agent>?
        var `protocol`: ResourceProtocol?
    }

    private static let columns: SQL = """
        id, name, protocol, labels, endpoint, agent, settings, credential_mode, credential_username, password_source,
        password_name, password_ciphertext, revision, columns_revision, created_at, updated_at
        """

    func list(_ filter: Filter, page: PageRequest) async throws -> Page<Resource> {
        var conditions: [SQL] = ["name > \(try page.afterName())"]
        switch filter.agent {
        case nil: break
        case .name(let name): conditions.append("agent = \(name)")
        case .id(let id):
            conditions.append("agent = (SELECT agents.name FROM agents WHERE agents.id = \(id))")
        }
        if let wanted = filter.protocol { conditions.append("protocol = \(wanted)") }
        let rows = try await database.query(
            "SELECT \(Self.columns) FROM resources WHERE \(SQL.all(conditions)) ORDER BY name LIMIT \(page.fetch)"
        )
        return page.page(try rows.map { try Self.stored($0).resource }) { $0.name.description }
    }

    /// All resources, by name; for configurations.
    func all() async throws -> [StoredResource] {
        try await database.query("SELECT \(Self.columns) FROM resources ORDER BY name").map(Self.stored)
    }

    func find(_ resource: NameOrID<IDKinds.Resource>, forUpdate: Bool = false) async throws -> StoredResource?
    {
        let lock: SQL = forUpdate ? "FOR UPDATE" : ""
        return try await database.first(
            "SELECT \(Self.columns) FROM resources WHERE \(resource.condition) \(lock)"
        )
        .map(Self.stored)
    }

    /// The resource that the path names.
    /// - Throws: 404.
    func required(_ request: APIRequest, forUpdate: Bool = false) async throws -> StoredResource {
        guard let stored = try await find(try request.path("name"), forUpdate: forUpdate) else {
            throw Problem.notFound("There is no such resource.")
        }
        return stored
    }

    /// - Throws: 409 `name_taken`.
    func insert(_ resource: Resource, password: StoredPassword?) async throws {
        let credential = Self.credential(of: resource)
        let inserted = try await database.execute(
            """
            INSERT INTO resources (id, name, protocol, labels, endpoint, agent, settings, credential_mode,
                credential_username, password_source, password_name, password_ciphertext, created_at, updated_at)
            VALUES (\(resource.id), \(resource.name), \(resource.protocol), \(JSONColumn(resource.labels)),
                \(JSONColumn(resource.endpoint)), \(resource.agent), \(JSONColumn(resource.settings)),
                \(credential.mode), \(credential.username), \(StoredPassword.values(password)),
                \(resource.createdAt), \(resource.updatedAt))
            ON CONFLICT ON CONSTRAINT resources_name_is_unique DO NOTHING
            """)
        guard inserted == 1 else { throw Problem.nameTaken(resource.name) }
    }

    func replace(_ resource: Resource, password: StoredPassword?, revision: Int64) async throws {
        let credential = Self.credential(of: resource)
        try await database.execute(
            """
            UPDATE resources SET (protocol, labels, endpoint, agent, settings, credential_mode, credential_username,
                password_source, password_name, password_ciphertext, updated_at, revision)
            = ROW (\(resource.protocol)::text, \(JSONColumn(resource.labels)), \(JSONColumn(resource.endpoint)),
                \(resource.agent)::text, \(JSONColumn(resource.settings)), \(credential.mode)::text,
                \(credential.username)::text, \(StoredPassword.values(password)), \(resource.updatedAt), \(revision))
            WHERE id = \(resource.id)
            """)
    }

    func delete(_ id: ResourceID) async throws {
        try await database.execute("DELETE FROM resources WHERE id = \(id)")
    }

    // MARK: Column tags

    func columnTags(of id: ResourceID) async throws -> [ColumnTags] {
        try await database.query(
            """
            SELECT column_name, tags FROM resource_columns WHERE resource_id = \(id) ORDER BY column_name
            """
        ).map(Self.columnTags)
    }

    func allColumnTags() async throws -> [ResourceID: [ColumnTags]] {
        let rows = try await database.query(
            "SELECT resource_id, column_name, tags FROM resource_columns ORDER BY resource_id, column_name")
        var tags: [ResourceID: [ColumnTags]] = [:]
        for row in rows { tags[try row.get("resource_id"), default: []].append(try Self.columnTags(row)) }
        return tags
    }

    /// Replaces all tags of a resource.
    func replaceColumnTags(_ items: [ColumnTags], of id: ResourceID) async throws {
        // One row per tag, gathered again: an array of arrays of different lengths cannot be bound.
        let columns = items.flatMap { item in Set(item.tags).map { _ in item.column.description } }
        let tags = items.flatMap { Set($0.tags).sorted() }
        _ = try await database.run([
            "DELETE FROM resource_columns WHERE resource_id = \(id)",
            """
            INSERT INTO resource_columns (resource_id, column_name, tags)
            SELECT \(id), item.name, array_agg(item.tag ORDER BY item.tag)
            FROM unnest(\(columns), \(tags)) AS item (name, tag) GROUP BY item.name
            """,
            "UPDATE resources SET columns_revision = columns_revision + 1 WHERE id = \(id)",
        ])
    }

    // MARK: Rows

    private static func credential(of resource: Resource) -> CredentialSummary {
        guard let credential = resource.credential else { preconditionFailure("a resource has a credential") }
        return credential
    }

    private static func columnTags(_ row: PostgresRow) throws(PostgresError) -> ColumnTags {
        let text: String = try row.get("column_name")
        guard let column = try? ColumnName(text: text) else {
            throw .decoding(column: "column_name", reason: "is no column: \(text)")
        }
        return ColumnTags(column: column, tags: try row.get("tags"))
    }

    private static func stored(_ row: PostgresRow) throws(PostgresError) -> StoredResource {
        let password = try storedPassword(row)
        let resource = Resource(
            id: try row.get("id"), name: try row.get("name"), protocol: try row.get("protocol"),
            labels: try row.json("labels"), endpoint: try row.json("endpoint"),
            credential: CredentialSummary(
                mode: try row.get("credential_mode"), username: try row.get("credential_username"),
                password: password?.summary),
            agent: try row.get("agent"), settings: try row.json("settings"),
            createdAt: try row.get("created_at"), updatedAt: try row.get("updated_at"))
        return StoredResource(
            resource: resource, revision: try row.get("revision"),
            columnsRevision: try row.get("columns_revision"),
            password: password)
    }

    private static func storedPassword(_ row: PostgresRow) throws(PostgresError) -> StoredPassword? {
        guard let text = try row.get("password_source", as: String?.self) else { return nil }
        guard let source = SecretSummary.Source(rawValue: text) else {
            throw .decoding(column: "password_source", reason: "is unknown: \(text)")
        }
        return switch source {
        case .stored: .stored(ciphertext: try row.get("password_ciphertext", as: PostgresBytes.self).bytes)
        case .env: .environment(try row.get("password_name"))
        case .file: .file(try row.get("password_name"))
        }
    }
}
