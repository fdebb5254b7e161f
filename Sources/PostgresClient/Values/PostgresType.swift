/// A type by its OID (catalog `pg_type`; the built-in ones are fixed).
package struct PostgresType: Sendable, Hashable {
    package let oid: UInt32

    package init(oid: UInt32) {
        self.oid = oid
    }

    /// The server infers the type from where the parameter stands.
    static let unspecified = PostgresType(oid: 0)
    package static let bool = PostgresType(oid: 16)
    package static let bytea = PostgresType(oid: 17)
    package static let int8 = PostgresType(oid: 20)
    package static let int2 = PostgresType(oid: 21)
    package static let int4 = PostgresType(oid: 23)
    package static let text = PostgresType(oid: 25)
    package static let oidType = PostgresType(oid: 26)
    package static let json = PostgresType(oid: 114)
    package static let float8 = PostgresType(oid: 701)
    package static let varchar = PostgresType(oid: 1043)
    package static let timestamptz = PostgresType(oid: 1184)
    package static let uuid = PostgresType(oid: 2950)
    package static let jsonb = PostgresType(oid: 3802)

    /// The array type whose elements are of this type, for those that can be sent as arrays.
    var array: PostgresType? {
        switch self {
        case .bool: PostgresType(oid: 1000)
        case .bytea: PostgresType(oid: 1001)
        case .int4: PostgresType(oid: 1007)
        case .int8: PostgresType(oid: 1016)
        case .text: PostgresType(oid: 1009)
        case .float8: PostgresType(oid: 1022)
        case .timestamptz: PostgresType(oid: 1185)
        case .uuid: PostgresType(oid: 2951)
        case .jsonb: PostgresType(oid: 3807)
        default: nil
        }
    }
}
