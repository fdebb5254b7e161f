package import APIModels
package import PostgresClient

extension TypedID: PostgresEncodable {
    package static var postgresType: PostgresType { .uuid }

    package func encodePostgres(into bytes: inout [UInt8]) {
        uuid.encodePostgres(into: &bytes)
    }

    private var uuid: PostgresUUID {
        PostgresUUID(
            high: UInt64(truncatingIfNeeded: rawValue >> 64), low: UInt64(truncatingIfNeeded: rawValue))
    }
}

extension TypedID: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        let uuid = try PostgresUUID(postgres: cell)
        self.init(rawValue: UInt128(uuid.high) << 64 | UInt128(uuid.low))
    }
}

/// Stored to the microsecond.
extension Timestamp: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .timestamptz }

    package func encodePostgres(into bytes: inout [UInt8]) {
        PostgresInstant(microsecondsSinceEpoch: microseconds).encodePostgres(into: &bytes)
    }

    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        self.init(microseconds: try PostgresInstant(postgres: cell).microsecondsSinceEpoch)
    }
}

extension Name: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { String.postgresType }
    package func encodePostgres(into bytes: inout [UInt8]) { description.encodePostgres(into: &bytes) }
    package var postgresValue: PostgresValue { description.postgresValue }
    package static var postgresNull: PostgresValue { String.postgresNull }

    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        let text = try String(postgres: cell)
        guard let name = Name(text) else { throw PostgresDecodingError("is no name: \(text)") }
        self = name
    }
}

extension PrincipalKind: PostgresEncodable, PostgresDecodable {}
extension ResourceProtocol: PostgresEncodable, PostgresDecodable {}
extension CredentialMode: PostgresEncodable, PostgresDecodable {}
extension ApprovalStatus: PostgresEncodable, PostgresDecodable {}
extension ApprovalMode: PostgresEncodable, PostgresDecodable {}
extension ApprovalDecision: PostgresEncodable, PostgresDecodable {}

/// A shape of the API in a `jsonb` column.
struct JSONColumn<Value: Codable & Sendable>: Sendable, PostgresEncodable, PostgresDecodable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }

    static var postgresType: PostgresType { .jsonb }

    func encodePostgres(into bytes: inout [UInt8]) {
        PostgresJSON(utf8: JSON.encode(value)).encodePostgres(into: &bytes)
    }

    init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        do {
            value = try JSON.decode(
                Value.self, from: PostgresJSON(postgres: cell).utf8, limits: .configuration)
        } catch let error as JSONDecodingFailure {
            throw PostgresDecodingError(error.description)
        } catch let error as PostgresDecodingError {
            throw error
        } catch {
            throw PostgresDecodingError("\(error)")
        }
    }
}

extension PostgresRow {
    /// A `jsonb` column as a shape.
    func json<Value: Codable & Sendable>(_ column: String, as type: Value.Type = Value.self)
        throws(PostgresError) -> Value
    {
        try get(column, as: JSONColumn<Value>.self).value
    }
}
