import APIModels

/// `GET /v1/me`: the caller.
struct MeRoutes: Sendable {
    var handlers: [Operation: Handler] { [.getMe: get] }

    @Sendable private func get(_ request: APIRequest) async throws -> APIResponse {
        let principal = request.principal
        return .json(
            Me(
                id: principal.id, principal: principal.name, kind: principal.kind, groups: principal.groups,
                roles: principal.roles))
    }
}
