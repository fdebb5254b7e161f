import APIModels
import Crypto
import HTTP
import HTTPTypes
import PostgresClient

/// Finds out who asks, by the bearer token: an API key, an access token of ours, or an agent's signature.
struct Authenticator: Sendable {
    let services: Services

    private static let refused = Problem.unauthenticated(
        "The token is not valid, has expired, or was revoked.")

    /// The caller, where the database need not be asked; nil where it must, and then `authenticate` is to be called.
    /// - Throws: 401 when the operation needs a caller and there is no token.
    func callerAtHand(
        _ request: HTTPServerRequest, for access: Access, at now: Timestamp
    ) throws(Problem) -> Caller? {
        switch access {
        case .open, .bodyToken: return .anonymous
        case .authenticated, .roles, .agent: break
        }
        let token = try Self.bearerToken(request.head.headerFields)
        // An agent's is signed anew for each request, so it is never at hand.
        if AgentBearer.isOne(token) { return nil }
        return services.authentications.caller(for: AuthenticationCache.Key(token), at: now)
    }

    /// The caller that the token proves.
    /// - Throws: 401 when it proves none.
    func authenticate(_ request: HTTPServerRequest, at now: Timestamp) async throws -> Caller {
        let token = try Self.bearerToken(request.head.headerFields)
        if let bearer = AgentBearer(parsing: token) {
            return .agent(try await agent(behind: bearer, at: now))
        }
        let generation = services.authentications.generation
        let proved = try await proved(by: token, at: now)
        let caller = Caller.principal(proved.principal)
        services.authentications.keep(
            caller, expiresAt: proved.expiresAt, for: AuthenticationCache.Key(token), readIn: generation)
        return caller
    }

    /// A principal, and when the token that proved it ends.
    private struct Proved {
        let principal: Principal
        let expiresAt: Timestamp?
    }

    private func proved(by token: String, at now: Timestamp) async throws -> Proved {
        if let key = APIKeyText(parsing: token) { return try await principal(holding: key, at: now) }
        if token.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 2 {
            return try await principal(namedBy: token, at: now)
        }
        throw Self.refused
    }

    /// The credentials of the one Authorization field (RFC 6750, section 2.1).
    private static func bearerToken(_ fields: HTTPFields) throws(Problem) -> String {
        guard let place = fields.firstIndex(where: { $0.name == .authorization }),
            !fields[(place + 1)...].contains(where: { $0.name == .authorization })
        else { throw .unauthenticated }
        let value = fields[place].value
        let text = value.utf8
        let scheme = text.prefix(Self.scheme.count)
        let token = text.dropFirst(Self.scheme.count)
        // Setting a letter's sixth bit puts it into lower case, and makes no other byte a letter of the scheme's.
        guard scheme.elementsEqual(Self.scheme, by: { $0 | 0x20 == $1 }), token.first == UInt8(ascii: " "),
            let start = token.firstIndex(where: { $0 != UInt8(ascii: " ") })
        else { throw .unauthenticated }
        return String(value[start...])
    }

    private static let scheme = Array("bearer".utf8)

    private func principal(holding key: APIKeyText, at now: Timestamp) async throws -> Proved {
        guard
            let row = try await services.database.first(
                """
                SELECT \(Self.principalColumns), key.secret_hash, key.expires_at
                FROM api_keys AS key JOIN principals AS principal ON principal.id = key.principal_id
                WHERE key.id = \(key.id) AND key.revoked_at IS NULL AND NOT principal.disabled
                    AND (key.expires_at IS NULL OR key.expires_at > \(now))
                """)
        else { throw Self.refused }
        let expected: PostgresBytes = try row.get("secret_hash")
        guard ConstantTime.areEqual(KeyHash.of(key.text), expected.bytes) else { throw Self.refused }
        return Proved(principal: try Self.principal(row), expiresAt: try row.get("expires_at"))
    }

    private func principal(namedBy token: String, at now: Timestamp) async throws -> Proved {
        let claims: AccessTokenClaims
        do {
            claims = try await services.accessTokens.verify(token, at: now)
        } catch {
            throw Self.refused
        }
        if let resource = claims.resource {
            throw Problem.unauthenticated("This token is for connecting to \"\(resource)\", not for the API.")
        }
        guard let id = PrincipalID(claims.sub),
            let row = try await services.database.first(
                """
                SELECT \(Self.principalColumns) FROM principals AS principal
                WHERE principal.id = \(id) AND NOT principal.disabled
                """)
        else { throw Self.refused }
        return Proved(principal: try Self.principal(row), expiresAt: Timestamp(seconds: claims.exp))
    }

    private func agent(behind bearer: AgentBearer, at now: Timestamp) async throws -> AuthenticatedAgent {
        guard bearer.isTimely(at: now) else { throw Self.refused }
        let found = try await services.database.first(
            "SELECT name, signing_public_key FROM agents WHERE id = \(bearer.agentID)")
        // Told apart from a wrong signature: an agent that was removed forgets what it was told.
        guard let row = found else {
            throw Problem(
                status: 401, code: .agentUnknown, title: "The agent is not known",
                detail: "It was removed, or never enrolled here.")
        }
        let key = try Curve25519.Signing.PublicKey(
            rawRepresentation: row.get("signing_public_key", as: PostgresBytes.self).bytes)
        guard key.isValidSignature(bearer.signature, for: bearer.signedText) else { throw Self.refused }
        return AuthenticatedAgent(id: bearer.agentID, name: try row.get("name"))
    }

    /// A principal with what its roles follow from.
    static let principalColumns: SQL = """
        principal.id, principal.name, principal.kind, principal.groups,
        EXISTS (SELECT FROM policies WHERE reviewer_groups && principal.groups) AS is_reviewer
        """

    static func principal(_ row: PostgresRow) throws(PostgresError) -> Principal {
        let groups: [String] = try row.get("groups")
        return Principal(
            id: try row.get("id"), name: try row.get("name"), kind: try row.get("kind"), groups: groups,
            roles: RoleMapping.roles(of: groups, isReviewer: try row.get("is_reviewer")))
    }
}

/// From groups to roles. `admin` and `auditor` have a group each; whoever is in a group that a policy names as reviewers
/// has the role `reviewer`.
enum RoleMapping {
    static let administrators = "admins"
    static let auditors = "auditors"

    static func roles(of groups: [String], isReviewer: Bool) -> [Role] {
        var roles: [Role] = []
        if groups.contains(administrators) { roles.append(.admin) }
        if groups.contains(auditors) { roles.append(.auditor) }
        if isReviewer { roles.append(.reviewer) }
        return roles
    }
}
