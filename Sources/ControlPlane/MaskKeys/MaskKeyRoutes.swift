import APIModels
import Crypto
import HTTPTypes
import Masking

/// `/v1/resources/{name}/mask-keys`, and the way back from tokens.
struct MaskKeyRoutes: Sendable {
    let services: Services

    var handlers: [Operation: Handler] {
        [.listMaskKeys: list, .createMaskKey: create, .reverseTokens: reverse]
    }

    @Sendable private func list(_ request: APIRequest) async throws -> APIResponse {
        let resource = try await ResourceStore(database: services.database).required(request)
        let store = MaskKeyStore(database: services.database)
        return .json(try await store.list(of: resource.resource.id, page: PageRequest(request.query)))
    }

    /// A new version, under which everything is masked from now on.
    @Sendable private func create(_ request: APIRequest) async throws -> APIResponse {
        try await services.change(request) { transaction in
            let resource = try await ResourceStore(database: transaction).required(request, forUpdate: true)
                .resource
            let store = MaskKeyStore(database: transaction)
            let version = (try await store.find(nil, of: resource.id)?.version ?? 0) + 1
            let key = services.makeMaskKey(version: version, for: resource.id, at: request.now)
            try await store.insert(key, of: resource.id)
            let entry = AuditEntry(
                "resource.rotate_mask_key", resource.id, name: resource.name.description,
                details: ["version": .integer(version)])
            return Changed(
                .json(MaskKeyVersion(version: version, createdAt: request.now), status: .created),
                audit: [entry], notices: [.configuration])
        }
    }

    /// The values behind tokens. The audit event says who asked for how many and why, and is there before the answer.
    @Sendable private func reverse(_ request: APIRequest) async throws -> APIResponse {
        let input: TokenReversalRequest = try request.decode()
        return try await services.change(request) { transaction in
            let resource = try await ResourceStore(database: transaction).required(request).resource
            guard
                let key = try await MaskKeyStore(database: transaction).find(
                    input.keyVersion, of: resource.id)
            else {
                throw Problem.invalidBody("key_version", .invalidValue, "is no version of the resource's key")
            }
            let context = MasterKey.Context.maskKey(resource.id, version: key.version)
            let secret = try services.masterKey.decrypt(key.ciphertext, context: context)
            let reversal = TokenReversal(MaskKey(SymmetricKey(data: secret.reveal())))
            let items = input.tokens.map { token in
                ReversedToken(token: token, value: reversal.value(of: token, input.kind))
            }
            let entry = AuditEntry(
                "resource.reverse_tokens", resource.id, name: resource.name.description,
                details: [
                    "tokens": .integer(Int64(items.count)), "kind": .string(input.kind.rawValue),
                    "key_version": .integer(key.version), "reason": .string(input.reason),
                ])
            return Changed(.json(ReversedTokens(keyVersion: key.version, items: items)), audit: [entry])
        }
    }
}

/// `POST /v1/resources/{name}/tokens/reverse`.
struct TokenReversalRequest: Sendable, Decodable, CrossFieldValidated {
    /// As many as an answer of a few MiB holds.
    private static let maximumTokens = 1_000

    var tokens: [String]
    var kind: TokenKind
    var keyVersion: Int64?
    var reason: String

    private enum CodingKeys: String, CodingKey { case tokens, kind, keyVersion, reason }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        tokens = try fields.decode([String].self, forKey: .tokens)
        kind = try fields.decodeIfPresent(TokenKind.self, forKey: .kind) ?? .text
        keyVersion = try fields.decodeIfPresent(Int64.self, forKey: .keyVersion)
        reason = try fields.decode(String.self, forKey: .reason)
    }

    func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if tokens.isEmpty { report(["tokens"], InvalidValue("must have an entry", code: .outOfRange)) }
        if tokens.count > Self.maximumTokens {
            report(
                ["tokens"], InvalidValue("must have at most \(Self.maximumTokens) entries", code: .tooLong))
        }
        if reason.isEmpty { report(["reason"], InvalidValue("must say why", code: .outOfRange)) }
        if let error = TextCheck.line(reason, maximum: 500) { report(["reason"], error) }
    }
}

extension TokenKind: Codable {}

struct ReversedToken: Sendable, Codable {
    var token: String
    /// Null when it cannot be a token of this kind.
    var value: String?

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(token, forKey: .token)
        try fields.encode(value, forKey: .value)
    }

    private enum CodingKeys: String, CodingKey { case token, value }
}

struct ReversedTokens: Sendable, Codable {
    var keyVersion: Int64
    var items: [ReversedToken]
}
