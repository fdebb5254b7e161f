import APIModels
import PostgresClient

/// `/v1/service-accounts` and their keys.
struct ServiceAccountRoutes: Sendable {
    let services: Services

    var handlers: [Operation: Handler] {
        [
            .listServiceAccounts: list, .createServiceAccount: create, .getServiceAccount: get,
            .updateServiceAccount: update, .deleteServiceAccount: delete,
            .listAPIKeys: listKeys, .createAPIKey: createKey, .getAPIKey: getKey, .revokeAPIKey: revokeKey,
        ]
    }

    @Sendable private func list(_ request: APIRequest) async throws -> APIResponse {
        .json(try await ServiceAccountStore(database: services.database).list(PageRequest(request.query)))
    }

    @Sendable private func create(_ request: APIRequest) async throws -> APIResponse {
        let input: ServiceAccountCreate = try request.decode()
        return try await services.change(request) { transaction in
            let stored = try await ServiceAccountStore(database: transaction).insert(
                input, id: services.makeID(PrincipalID.self), at: request.now)
            let account = stored.account
            let details: JSON = [
                "kind": .string(account.kind.rawValue), "groups": .array(account.groups.map(JSON.string)),
            ]
            return Changed(
                .created(account, stored.tag, at: "/v1/service-accounts/\(account.name)"),
                audit: [
                    AuditEntry(
                        "service_account.create", account.id, name: account.name.description, details: details
                    )
                ],
                notices: [.configuration])
        }
    }

    @Sendable private func get(_ request: APIRequest) async throws -> APIResponse {
        let stored = try await account(request, in: ServiceAccountStore(database: services.database))
        return .item(stored.account, stored.tag, for: request)
    }

    @Sendable private func update(_ request: APIRequest) async throws -> APIResponse {
        let input: ServiceAccountUpdate = try request.decode()
        return try await services.change(request) { transaction in
            let store = ServiceAccountStore(database: transaction)
            let current = try await account(request, in: store, forUpdate: true)
            try request.requireMatch(current.tag)
            let staysAdmin = input.groups?.contains(RoleMapping.administrators) ?? true
            if input.disabled == true || !staysAdmin { try request.requireOthers(current.account) }
            let updated = try await store.update(current, with: input, at: request.now)
            let account = updated.account
            let details: JSON = [
                "groups": .array(account.groups.map(JSON.string)), "disabled": .bool(account.disabled),
            ]
            return Changed(
                .json(account).with(updated.tag),
                audit: [
                    AuditEntry(
                        "service_account.update", account.id, name: account.name.description, details: details
                    )
                ],
                notices: [.configuration])
        }
    }

    @Sendable private func delete(_ request: APIRequest) async throws -> APIResponse {
        try await services.change(request) { transaction in
            let store = ServiceAccountStore(database: transaction)
            let current = try await account(request, in: store, forUpdate: true)
            try request.requireMatch(current.tag)
            try request.requireOthers(current.account)
            try await store.delete(current.account.id)
            return Changed(
                .noContent,
                audit: [
                    AuditEntry(
                        "service_account.delete", current.account.id, name: current.account.name.description)
                ],
                notices: [.configuration])
        }
    }

    // MARK: Keys

    @Sendable private func listKeys(_ request: APIRequest) async throws -> APIResponse {
        let owner = try await account(request, in: ServiceAccountStore(database: services.database)).account
        return .json(
            try await APIKeyStore(database: services.database).list(
                of: owner, page: PageRequest(request.query)))
    }

    @Sendable private func createKey(_ request: APIRequest) async throws -> APIResponse {
        let input: APIKeyCreate = try request.decode()
        return try await services.change(request) { transaction in
            let owner = try await account(request, in: ServiceAccountStore(database: transaction)).account
            let created = try await services.makeKey(
                of: owner, description: input.description, expiresIn: input.expiresIn, at: request.now,
                in: transaction)
            let location = "/v1/service-accounts/\(owner.name)/keys/\(created.id)"
            return Changed(
                .created(created, EntityTag(created.id, revision: 1), at: location),
                audit: [
                    AuditEntry(
                        "api_key.create", created.id,
                        details: ["service_account": .string(owner.name.description)])
                ],
                notices: [.configuration])
        }
    }

    @Sendable private func getKey(_ request: APIRequest) async throws -> APIResponse {
        let owner = try await account(request, in: ServiceAccountStore(database: services.database)).account
        let stored = try await key(request, of: owner, in: APIKeyStore(database: services.database))
        return .item(stored.key, stored.tag, for: request)
    }

    @Sendable private func revokeKey(_ request: APIRequest) async throws -> APIResponse {
        try await services.change(request) { transaction in
            let owner = try await account(request, in: ServiceAccountStore(database: transaction)).account
            let store = APIKeyStore(database: transaction)
            let current = try await key(request, of: owner, in: store, forUpdate: true)
            try request.requireMatch(current.tag)
            try await store.revoke(current.key.id, at: request.now)
            return Changed(
                .noContent,
                audit: [
                    AuditEntry(
                        "api_key.revoke", current.key.id,
                        details: ["service_account": .string(owner.name.description)])
                ],
                notices: [.configuration])
        }
    }

    private func account(
        _ request: APIRequest, in store: ServiceAccountStore, forUpdate: Bool = false
    ) async throws -> StoredServiceAccount {
        guard let stored = try await store.find(try request.path("name"), forUpdate: forUpdate) else {
            throw Problem.notFound("There is no such service account.")
        }
        return stored
    }

    private func key(
        _ request: APIRequest, of owner: ServiceAccount, in store: APIKeyStore, forUpdate: Bool = false
    ) async throws -> StoredAPIKey {
        guard let stored = try await store.find(try request.path("key_id"), of: owner, forUpdate: forUpdate)
        else {
            throw Problem.notFound("There is no such key.")
        }
        return stored
    }
}

extension APIRequest {
    /// Whoever locks themself out, by accident or by force, may be the last admin there is.
    fileprivate func requireOthers(_ account: ServiceAccount) throws(Problem) {
        guard account.id == principal.id else { return }
        throw .conflict(
            .inUse,
            "You are using this account: it can be deleted, disabled or taken its role by another admin only."
        )
    }
}

extension Services {
    /// Makes a key: the one time that its text is known.
    func makeKey(
        of owner: ServiceAccount, description: String?, expiresIn: DurationText?, at now: Timestamp,
        in transaction: PostgresTransaction
    ) async throws -> APIKeyCreated {
        let id = makeID(KeyID.self)
        guard let text = APIKeyText(id: id, secret: randomBytes(32)) else {
            preconditionFailure("a key's secret is 32 bytes")
        }
        let expiresAt = expiresIn.map { now.advanced(by: $0) }
        try await APIKeyStore(database: transaction).insert(
            text, of: owner.id, description: description, expiresAt: expiresAt, at: now)
        return APIKeyCreated(
            id: id, serviceAccount: owner.name, description: description, createdAt: now,
            expiresAt: expiresAt,
            secret: text.text.shownOnce)
    }
}
