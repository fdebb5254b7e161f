import APIModels
import Policy

/// `/v1/policies` and their versions.
struct PolicyRoutes: Sendable {
    let services: Services

    /// Paths of operations, which no policy could be reached under.
    private static let reservedNames: Set<Name> = ["evaluate", "simulate"]

    var handlers: [Operation: Handler] {
        [
            .listPolicies: list, .getPolicy: get, .putPolicy: put, .deletePolicy: delete,
            .listPolicyVersions: listVersions, .getPolicyVersion: getVersion,
        ]
    }

    @Sendable private func list(_ request: APIRequest) async throws -> APIResponse {
        .json(try await PolicyStore(database: services.database).list(PageRequest(request.query)))
    }

    @Sendable private func get(_ request: APIRequest) async throws -> APIResponse {
        let policy = try await policy(request, in: PolicyStore(database: services.database))
        return .item(policy, policy.tag, for: request)
    }

    @Sendable private func put(_ request: APIRequest) async throws -> APIResponse {
        let spec: PolicySpec = try request.decode()
        let wanted: NameOrID<IDKinds.Policy> = try request.path("name")
        if case .name(let name) = wanted, name != spec.name { throw Self.otherName }
        guard !Self.reservedNames.contains(spec.name) else {
            throw Problem.invalidBody("name", .invalidValue, "is the path of an operation")
        }
        return try await services.change(request) { transaction in
            let detectors = try await DetectorStore(database: transaction).all().map(\.name)
            let errors = PolicySet.check(spec) + DetectorNames.check(spec, custom: detectors)
            guard errors.isEmpty else { throw Problem(JSONDecodingFailure(errors: errors)) }
            let store = PolicyStore(database: transaction)
            guard let current = try await store.find(wanted, forUpdate: true) else {
                guard case .name = wanted else { throw Self.missing }
                return try await create(spec, request, in: store)
            }
            guard current.name == spec.name else { throw Self.otherName }
            return try await replace(current, with: spec, request, in: store)
        }
    }

    private func create(_ spec: PolicySpec, _ request: APIRequest, in store: PolicyStore) async throws
        -> Changed
    {
        try request.requireAbsenceAllowed()
        let policy = Policy(
            id: services.makeID(PolicyID.self), revision: 1, spec: spec, createdAt: request.now,
            updatedAt: request.now)
        try await store.insert(policy, by: request.principal, at: request.now)
        return Changed(
            .created(policy, policy.tag, at: "/v1/policies/\(policy.name)"),
            audit: [Self.audit("policy.create", policy)], notices: [.configuration])
    }

    private func replace(
        _ current: Policy, with spec: PolicySpec, _ request: APIRequest, in store: PolicyStore
    ) async throws -> Changed {
        try request.requireReplaceAllowed()
        try request.requireMatch(current.tag)
        // The same again is no new version: approvals are bound to the revision that they were asked under.
        if spec == current.spec { return .nothing(.json(current).with(current.tag)) }
        let policy = Policy(
            id: current.id, revision: current.revision + 1, spec: spec, createdAt: current.createdAt,
            updatedAt: request.now)
        try await store.replace(policy, by: request.principal, at: request.now)
        return Changed(
            .json(policy).with(policy.tag), audit: [Self.audit("policy.update", policy)],
            notices: [.configuration])
    }

    @Sendable private func delete(_ request: APIRequest) async throws -> APIResponse {
        try await services.change(request) { transaction in
            let store = PolicyStore(database: transaction)
            let current = try await policy(request, in: store, forUpdate: true)
            try request.requireMatch(current.tag)
            try await store.delete(current.id)
            return Changed(
                .noContent, audit: [Self.audit("policy.delete", current)], notices: [.configuration])
        }
    }

    @Sendable private func listVersions(_ request: APIRequest) async throws -> APIResponse {
        let store = PolicyStore(database: services.database)
        let policy = try await policy(request, in: store)
        return .json(try await store.versions(of: policy.id, page: PageRequest(request.query)))
    }

    @Sendable private func getVersion(_ request: APIRequest) async throws -> APIResponse {
        let store = PolicyStore(database: services.database)
        let policy = try await policy(request, in: store)
        guard let revision = request.path["revision"].flatMap({ Int64($0) }),
            let version = try await store.version(revision, of: policy.id)
        else { throw Problem.notFound("There is no such version.") }
        // A version never changes.
        return .item(version, EntityTag(policy.id, revision: revision), for: request)
    }

    private func policy(
        _ request: APIRequest, in store: PolicyStore, forUpdate: Bool = false
    ) async throws -> Policy {
        guard let policy = try await store.find(try request.path("name"), forUpdate: forUpdate) else {
            throw Self.missing
        }
        return policy
    }

    private static let missing = Problem.notFound("There is no such policy.")
    private static let otherName = Problem.invalidBody(
        "name", .invalidValue, "must be the name of the policy in the path")

    private static func audit(_ action: String, _ policy: Policy) -> AuditEntry {
        AuditEntry(
            action, policy.id, name: policy.name.description,
            details: ["revision": .integer(policy.revision), "enabled": .bool(policy.spec.enabled)])
    }
}
