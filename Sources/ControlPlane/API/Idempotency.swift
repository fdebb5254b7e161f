import APIModels
import Crypto
import HTTPTypes
import PostgresClient

/// The Idempotency-Key of a creating request, and what the request was.
struct IdempotencyKey: Sendable {
    let principal: PrincipalID
    let operation: Operation
    let text: String
    /// SHA-256 of path and body: the same key with another request is refused.
    let requestHash: [UInt8]

    /// - Returns: `nil` when the request has none, or the operation takes none.
    init?(_ request: APIRequest) throws(Problem) {
        guard request.operation.isIdempotent, let text = request.headerFields[.idempotencyKey] else {
            return nil
        }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalidParameters([
                FieldError(
                    pointer: JSONPointer.root.appending("idempotency-key"), code: .invalidValue,
                    detail: "must be 1 to 255 visible ASCII characters")
            ])
        }
        principal = request.principal.id
        operation = request.operation
        self.text = text
        var hash = SHA256()
        for (name, value) in request.path.sorted(by: { $0.key < $1.key }) {
            hash.update(data: Array("\(name)=\(value)\n".utf8))
        }
        hash.update(data: [0])
        hash.update(data: request.body)
        requestHash = Array(hash.finalize())
    }
}

/// The first answers to requests with an Idempotency-Key, kept for a day.
struct IdempotentResponses: Sendable {
    static let retention: Duration = .seconds(86_400)

    private struct Stored: Codable, Sendable {
        var headerFields: [String: String]
        var body: EncodedBytes
    }

    let masterKey: MasterKey

    /// Takes the key for this transaction. A second request with the same key waits here until the first has ended.
    /// - Returns: the first answer, when there is one.
    /// - Throws: 422 when the key was used for another request.
    func claim(
        _ key: IdempotencyKey, at now: Timestamp, in transaction: PostgresTransaction
    ) async throws -> APIResponse? {
        let claimed = try await transaction.execute(
            """
            INSERT INTO idempotency_keys (principal_id, operation, key, request_hash, created_at)
            VALUES (\(key.principal), \(key.operation.rawValue), \(key.text), \(PostgresBytes(key.requestHash)), \(now))
            ON CONFLICT ON CONSTRAINT idempotency_keys_pkey DO NOTHING
            """)
        if claimed == 1 { return nil }
        guard
            let row = try await transaction.first(
                """
                SELECT request_hash, status, response FROM idempotency_keys
                WHERE principal_id = \(key.principal) AND operation = \(key.operation.rawValue) AND key = \(key.text)
                """),
            let status: Int = try row.get("status"), let response: PostgresBytes = try row.get("response")
        else {
            throw Problem.conflict(
                .requestInProgress, "A request with this Idempotency-Key has not ended yet.")
        }
        guard try row.get("request_hash", as: PostgresBytes.self).bytes == key.requestHash else {
            throw Problem(
                status: 422, code: .idempotencyKeyReused, title: "The Idempotency-Key was used before",
                detail: "It belongs to another request. Use a new key for each.")
        }
        return try restore(response.bytes, status: status, for: key)
    }

    func keep(_ response: APIResponse, for key: IdempotencyKey, in transaction: PostgresTransaction)
        async throws
    {
        guard case .bytes(let body) = response.body else { preconditionFailure("\(key.operation) streams") }
        let fields = response.headerFields.map { ($0.name.canonicalName, $0.value) }
        let stored = Stored(
            headerFields: Dictionary(fields, uniquingKeysWith: { first, _ in first }),
            body: EncodedBytes(body))
        let encrypted = masterKey.encrypt(Secret(JSON.encode(stored)), context: context(key))
        try await transaction.execute(
            """
            UPDATE idempotency_keys
            SET status = \(Int32(response.status.code)), response = \(PostgresBytes(encrypted))
            WHERE principal_id = \(key.principal) AND operation = \(key.operation.rawValue) AND key = \(key.text)
            """)
    }

    private func restore(_ encrypted: [UInt8], status: Int, for key: IdempotencyKey) throws -> APIResponse {
        let text = try masterKey.decrypt(encrypted, context: context(key)).reveal()
        let stored = try JSON.decode(Stored.self, from: text, limits: .configuration)
        var response = APIResponse(status: .init(code: status), body: .bytes(stored.body.bytes))
        for (name, value) in stored.headerFields {
            if let name = HTTPField.Name(name) { response.headerFields[name] = value }
        }
        response.headerFields[.idempotencyReplayed] = "true"
        return response
    }

    private func context(_ key: IdempotencyKey) -> String {
        MasterKey.Context.idempotentResponse(key.principal, key.operation, key: key.text)
    }
}
