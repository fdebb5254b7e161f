import APIModels
import HTTPTypes

/// `/v1/resources` and the tags of their columns.
struct ResourceRoutes: Sendable {
    let services: Services

    var handlers: [Operation: Handler] {
        [
            .listResources: list, .createResource: create, .getResource: get, .replaceResource: replace,
            .deleteResource: delete, .getColumns: getColumns, .replaceColumns: replaceColumns,
            .addColumnTags: addColumnTags,
        ]
    }

    @Sendable private func list(_ request: APIRequest) async throws -> APIResponse {
        let filter = ResourceStore.Filter(
            agent: try request.query.value("agent"), protocol: try request.query.choice("protocol"))
        return .json(
            try await ResourceStore(database: services.database).list(
                filter, page: PageRequest(request.query)))
    }

    @Sendable private func create(_ request: APIRequest) async throws -> APIResponse {
        let input: ResourceCreate = try request.decode()
        return try await services.change(request) { transaction in
            let id = services.makeID(ResourceID.self)
            let password = input.credential.password.map { encrypted($0, for: id) }
            let resource = Self.resource(
                input, id: id, password: password, createdAt: request.now, at: request.now)
            try await ResourceStore(database: transaction).insert(resource, password: password)
            try await MaskKeyStore(database: transaction).insert(
                services.makeMaskKey(version: 1, for: id, at: request.now), of: id)
            return Changed(
                .created(resource, EntityTag(id, revision: 1), at: "/v1/resources/\(resource.name)"),
                audit: [Self.audit("resource.create", resource)], notices: [.configuration])
        }
    }

    @Sendable private func get(_ request: APIRequest) async throws -> APIResponse {
        let stored = try await ResourceStore(database: services.database).required(request)
        return .item(stored.resource, stored.tag, for: request)
    }

    /// Replaces all of a resource. A credential without `password` keeps the one that is stored.
    @Sendable private func replace(_ request: APIRequest) async throws -> APIResponse {
        let input: ResourceCreate = try request.decode()
        return try await services.change(request) { transaction in
            let store = ResourceStore(database: transaction)
            let current = try await store.required(request, forUpdate: true)
            try request.requireReplaceAllowed()
            try request.requireMatch(current.tag)
            guard input.name == current.resource.name else {
                throw Problem.invalidBody(
                    "name", .invalidValue, "must be the name of the resource in the path")
            }
            let id = current.resource.id
            let password = input.credential.password.map { encrypted($0, for: id) } ?? current.password
            let updated = Self.resource(
                input, id: id, password: password, createdAt: current.resource.createdAt, at: request.now)
            let revision = current.revision + 1
            try await store.replace(updated, password: password, revision: revision)
            return Changed(
                .json(updated).with(EntityTag(id, revision: revision)),
                audit: [Self.audit("resource.update", updated)], notices: [.configuration])
        }
    }

    @Sendable private func delete(_ request: APIRequest) async throws -> APIResponse {
        try await services.change(request) { transaction in
            let store = ResourceStore(database: transaction)
            let current = try await store.required(request, forUpdate: true)
            try request.requireMatch(current.tag)
            try await store.delete(current.resource.id)
            return Changed(
                .noContent, audit: [Self.audit("resource.delete", current.resource)],
                notices: [.configuration])
        }
    }

    // MARK: Column tags

    @Sendable private func getColumns(_ request: APIRequest) async throws -> APIResponse {
        let store = ResourceStore(database: services.database)
        let stored = try await store.required(request)
        let tags = try await store.columnTags(of: stored.resource.id)
        return .item(ColumnTagList(items: tags), stored.columnsTag, for: request)
    }

    @Sendable private func replaceColumns(_ request: APIRequest) async throws -> APIResponse {
        let input: ColumnTagList = try request.decode()
        return try await services.change(request) { transaction in
            let store = ResourceStore(database: transaction)
            var current = try await store.required(request, forUpdate: true)
            // Tags exist with their resource, empty: the first PUT may go without a precondition.
            let isFirst = current.columnsRevision == 1 && request.headerFields[.ifMatch] == nil
            if !isFirst { try request.requireMatch(current.columnsTag) }
            let id = current.resource.id
            try await store.replaceColumnTags(input.items, of: id)
            let tags = try await store.columnTags(of: id)
            current.columnsRevision += 1
            let details: JSON = ["columns": .integer(Int64(tags.count))]
            return Changed(
                .json(ColumnTagList(items: tags)).with(current.columnsTag),
                audit: [Self.audit("resource.tag_columns", current.resource, details: details)],
                notices: [.configuration])
        }
    }

    /// Adds tags to columns, and leaves all others: how the proposals of a scan are accepted.
    @Sendable private func addColumnTags(_ request: APIRequest) async throws -> APIResponse {
        let input: ColumnTagList = try request.decode()
        return try await services.change(request) { transaction in
            let store = ResourceStore(database: transaction)
            var current = try await store.required(request, forUpdate: true)
            try request.requireMatch(current.columnsTag)
            let id = current.resource.id
            var tags = Dictionary(
                uniqueKeysWithValues: try await store.columnTags(of: id).map { ($0.column, Set($0.tags)) })
            for item in input.items { tags[item.column, default: []].formUnion(item.tags) }
            try await store.replaceColumnTags(
                tags.map { ColumnTags(column: $0.key, tags: $0.value.sorted()) }, of: id)
            current.columnsRevision += 1
            let details: JSON = [
                "columns": .integer(Int64(tags.count)), "named": .integer(Int64(input.items.count)),
            ]
            return Changed(
                .json(ColumnTagList(items: try await store.columnTags(of: id))).with(current.columnsTag),
                audit: [Self.audit("resource.tag_columns", current.resource, details: details)],
                notices: [.configuration])
        }
    }

    // MARK: Parts

    private func encrypted(_ password: SecretInput, for id: ResourceID) -> StoredPassword {
        switch password {
        case .value(let secret):
            .stored(
                ciphertext: services.masterKey.encrypt(
                    secret.map { Array($0.utf8) }, context: MasterKey.Context.resourcePassword(id)))
        case .environment(let name): .environment(name)
        case .file(let path): .file(path)
        }
    }

    private static func resource(
        _ input: ResourceCreate, id: ResourceID, password: StoredPassword?, createdAt: Timestamp,
        at now: Timestamp
    ) -> Resource {
        Resource(
            id: id, name: input.name, protocol: input.protocol, labels: input.labels,
            endpoint: input.endpoint,
            credential: CredentialSummary(
                mode: input.credential.mode, username: input.credential.username, password: password?.summary),
            agent: input.agent, settings: input.settings, createdAt: createdAt, updatedAt: now)
    }

    private static func audit(_ action: String, _ resource: Resource, details: JSON? = nil) -> AuditEntry {
        let summary: JSON = [
            "protocol": .string(resource.protocol.rawValue), "agent": .string(resource.agent.description),
            "host": .string(resource.endpoint.host), "port": .integer(Int64(resource.endpoint.port)),
        ]
        return AuditEntry(action, resource.id, name: resource.name.description, details: details ?? summary)
    }
}
