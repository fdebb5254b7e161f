/// One bound parameter in its wire form.
package struct PostgresValue: Sendable, Hashable {
    let type: PostgresType
    /// The server's binary format; for `isText`, UTF-8 without U+0000.
    let bytes: [UInt8]?
    let isText: Bool

    init(_ value: some PostgresEncodable) {
        self = value.postgresValue
    }

    init(type: PostgresType, bytes: [UInt8]?, isText: Bool = false) {
        self.type = type
        self.bytes = bytes
        self.isText = isText
    }
}

/// What can be bound to a parameter.
package protocol PostgresEncodable: Sendable {
    static var postgresType: PostgresType { get }

    /// Appends the value in the binary format of `postgresType`.
    func encodePostgres(into bytes: inout [UInt8])

    /// The value as one parameter.
    var postgresValue: PostgresValue { get }

    /// The typed NULL of this type.
    static var postgresNull: PostgresValue { get }
}

extension PostgresEncodable {
    package var postgresValue: PostgresValue {
        var bytes: [UInt8] = []
        encodePostgres(into: &bytes)
        return PostgresValue(type: Self.postgresType, bytes: bytes)
    }

    package static var postgresNull: PostgresValue { PostgresValue(type: postgresType, bytes: nil) }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package static var postgresType: PostgresType { Wrapped.postgresType }

    package func encodePostgres(into bytes: inout [UInt8]) {
        self?.encodePostgres(into: &bytes)
    }

    package var postgresValue: PostgresValue { self?.postgresValue ?? Wrapped.postgresNull }

    package static var postgresNull: PostgresValue { Wrapped.postgresNull }
}

/// Text is sent untyped, so that the server takes it as whatever the statement needs there: an enum, a name, an interval.
extension String: PostgresEncodable {
    package static var postgresType: PostgresType { .text }

    package func encodePostgres(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: utf8)
    }

    package var postgresValue: PostgresValue {
        PostgresValue(type: .unspecified, bytes: Array(utf8), isText: true)
    }

    package static var postgresNull: PostgresValue {
        PostgresValue(type: .unspecified, bytes: nil, isText: true)
    }
}

/// A string enum is bound as its raw value. A type takes it by declaring the conformance.
extension PostgresEncodable where Self: RawRepresentable, RawValue == String {
    package static var postgresType: PostgresType { String.postgresType }
    package func encodePostgres(into bytes: inout [UInt8]) { rawValue.encodePostgres(into: &bytes) }
    package var postgresValue: PostgresValue { rawValue.postgresValue }
    package static var postgresNull: PostgresValue { String.postgresNull }
}

extension Int: PostgresEncodable {
    package static var postgresType: PostgresType { .int8 }
    package func encodePostgres(into bytes: inout [UInt8]) { Int64(self).encodePostgres(into: &bytes) }
}

extension Int64: PostgresEncodable {
    package static var postgresType: PostgresType { .int8 }
    package func encodePostgres(into bytes: inout [UInt8]) { bytes.appendBigEndian(self) }
}

extension Int32: PostgresEncodable {
    package static var postgresType: PostgresType { .int4 }
    package func encodePostgres(into bytes: inout [UInt8]) { bytes.appendBigEndian(self) }
}

extension Double: PostgresEncodable {
    package static var postgresType: PostgresType { .float8 }
    package func encodePostgres(into bytes: inout [UInt8]) { bytes.appendBigEndian(bitPattern) }
}

extension Bool: PostgresEncodable {
    package static var postgresType: PostgresType { .bool }
    package func encodePostgres(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
}

/// Bytes as `bytea`. A type of its own, because `[UInt8]` would read as an array of numbers.
package struct PostgresBytes: Sendable, Hashable, PostgresEncodable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package static var postgresType: PostgresType { .bytea }
    package func encodePostgres(into bytes: inout [UInt8]) { bytes.append(contentsOf: self.bytes) }
}

/// A `uuid`, big end first.
package struct PostgresUUID: Sendable, Hashable, PostgresEncodable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package static var postgresType: PostgresType { .uuid }

    package func encodePostgres(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(high)
        bytes.appendBigEndian(low)
    }
}

/// A `timestamptz`: microseconds since 1970-01-01 UTC.
package struct PostgresInstant: Sendable, Hashable, Comparable, PostgresEncodable {
    package let microsecondsSinceEpoch: Int64

    package init(microsecondsSinceEpoch: Int64) {
        self.microsecondsSinceEpoch = microsecondsSinceEpoch
    }

    /// Microseconds from 1970-01-01 to 2000-01-01, where PostgreSQL counts from.
    static let postgresEpoch: Int64 = 946_684_800_000_000

    package static var postgresType: PostgresType { .timestamptz }

    package func encodePostgres(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(
            microsecondsSinceEpoch.subtractingReportingOverflow(Self.postgresEpoch).partialValue)
    }

    package static func < (left: PostgresInstant, right: PostgresInstant) -> Bool {
        left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
    }
}

/// A JSON document, as `jsonb`.
package struct PostgresJSON: Sendable, Hashable, PostgresEncodable {
    package let utf8: [UInt8]

    package init(utf8: [UInt8]) {
        self.utf8 = utf8
    }

    package static var postgresType: PostgresType { .jsonb }

    /// The version octet of `jsonb_recv`, then the text.
    package func encodePostgres(into bytes: inout [UInt8]) {
        bytes.append(1)
        bytes.append(contentsOf: utf8)
    }
}

extension Array: PostgresEncodable where Element: PostgresEncodable {
    package static var postgresType: PostgresType {
        guard let array = Element.postgresType.array else {
            preconditionFailure("no array of \(Element.self) can be bound")
        }
        return array
    }

    /// The format of `array_recv`: dimensions, whether there are NULLs, element type, then length and lower bound of the
    /// dimension, then each element behind its length, -1 for NULL.
    package func encodePostgres(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(Int32(isEmpty ? 0 : 1))
        bytes.appendBigEndian(Int32(1))
        bytes.appendBigEndian(Element.postgresType.oid)
        guard !isEmpty else { return }
        bytes.appendBigEndian(Int32(count))
        bytes.appendBigEndian(Int32(1))
        for element in self {
            if element.isPostgresNull {
                bytes.appendBigEndian(Int32(-1))
                continue
            }
            let lengthAt = bytes.count
            bytes.appendBigEndian(Int32(0))
            element.encodePostgres(into: &bytes)
            let length = UInt32(bytes.count - lengthAt - 4)
            for offset in 0..<4 {
                bytes[lengthAt + offset] = UInt8(truncatingIfNeeded: length >> (24 - 8 * offset))
            }
        }
    }
}

extension PostgresEncodable {
    fileprivate var isPostgresNull: Bool {
        guard let optional = self as? any NullablePostgresValue else { return false }
        return optional.isNull
    }
}

private protocol NullablePostgresValue {
    var isNull: Bool { get }
}

extension Optional: NullablePostgresValue {
    fileprivate var isNull: Bool { self == nil }
}

extension [UInt8] {
    mutating func appendBigEndian(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
