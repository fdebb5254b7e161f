/// One cell of a result, in the server's binary format.
package struct PostgresCell {
    let type: PostgresType
    /// Valid while the result is; `nil` is NULL.
    let bytes: UnsafeRawBufferPointer?

    package var isNull: Bool { bytes == nil }
}

/// Why a cell is not the value it was taken for.
package struct PostgresDecodingError: Error {
    let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}

/// What a cell can be read as.
package protocol PostgresDecodable {
    init(postgres cell: PostgresCell) throws(PostgresDecodingError)
}

extension PostgresCell {
    /// The bytes of a cell that must be of one of `types`.
    fileprivate func bytes(of types: PostgresType...) throws(PostgresDecodingError) -> UnsafeRawBufferPointer
    {
        guard types.contains(type) else {
            throw PostgresDecodingError("unexpected type with OID \(type.oid)")
        }
        guard let bytes else { throw PostgresDecodingError("is NULL") }
        return bytes
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func bigEndian<T: FixedWidthInteger>(
        at offset: Int = 0, as type: T.Type = T.self
    ) throws(PostgresDecodingError) -> T {
        guard offset >= 0, offset <= count - MemoryLayout<T>.size else {
            throw PostgresDecodingError("is too short")
        }
        return T(bigEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        self = cell.isNull ? nil : try Wrapped(postgres: cell)
    }
}

extension String: PostgresDecodable {
    /// Text of any textual type, enums and names among them: their binary format is their text.
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        guard let bytes = cell.bytes else { throw PostgresDecodingError("is NULL") }
        switch cell.type {
        case .bool, .bytea, .int8, .int2, .int4, .float8, .timestamptz, .uuid, .jsonb:
            throw PostgresDecodingError("is no text (type OID \(cell.type.oid))")
        default:
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw PostgresDecodingError("is not UTF-8")
            }
            self = text
        }
    }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue == String {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        let text = try String(postgres: cell)
        guard let value = Self(rawValue: text) else {
            throw PostgresDecodingError("is no \(Self.self): \(text)")
        }
        self = value
    }
}

extension Int64: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        let bytes = try cell.bytes(of: .int8, .int4, .int2)
        self =
            switch cell.type {
            case .int8: try bytes.bigEndian(as: Int64.self)
            case .int4: Int64(try bytes.bigEndian(as: Int32.self))
            default: Int64(try bytes.bigEndian(as: Int16.self))
            }
    }
}

extension Int: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        self = Int(try Int64(postgres: cell))
    }
}

extension Int32: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        guard let value = Int32(exactly: try Int64(postgres: cell)) else {
            throw PostgresDecodingError("is out of range")
        }
        self = value
    }
}

extension Double: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        self = Double(bitPattern: try cell.bytes(of: .float8).bigEndian())
    }
}

extension Bool: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        self = try cell.bytes(of: .bool).bigEndian(as: UInt8.self) != 0
    }
}

extension PostgresBytes: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        self.init(Array(try cell.bytes(of: .bytea)))
    }
}

extension PostgresUUID: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        let bytes = try cell.bytes(of: .uuid)
        self.init(high: try bytes.bigEndian(at: 0), low: try bytes.bigEndian(at: 8))
    }
}

extension PostgresInstant: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        let microseconds = try cell.bytes(of: .timestamptz).bigEndian(as: Int64.self)
        let (value, overflow) = microseconds.addingReportingOverflow(Self.postgresEpoch)
        // The ends of the range stand for infinity.
        guard !overflow, microseconds != .min else { throw PostgresDecodingError("is infinite") }
        self.init(microsecondsSinceEpoch: value)
    }
}

extension PostgresJSON: PostgresDecodable {
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        let bytes = try cell.bytes(of: .jsonb, .json)
        if cell.type == .json {
            self.init(utf8: Array(bytes))
            return
        }
        guard bytes.first == 1 else { throw PostgresDecodingError("has an unknown jsonb version") }
        self.init(utf8: Array(bytes.dropFirst()))
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// A one-dimensional array, in the format of `array_send`.
    package init(postgres cell: PostgresCell) throws(PostgresDecodingError) {
        guard let bytes = cell.bytes else { throw PostgresDecodingError("is NULL") }
        let dimensions: Int32 = try bytes.bigEndian(at: 0)
        let element = PostgresType(oid: try bytes.bigEndian(at: 8))
        self = []
        if dimensions == 0 { return }
        guard dimensions == 1 else { throw PostgresDecodingError("is an array of \(dimensions) dimensions") }
        let count: Int32 = try bytes.bigEndian(at: 12)
        var offset = 20
        // Each element takes at least the four bytes of its length.
        guard count >= 0, Int(count) <= (bytes.count - offset) / 4 else {
            throw PostgresDecodingError("is too short")
        }
        reserveCapacity(Int(count))
        for _ in 0..<count {
            let length = Int(try bytes.bigEndian(at: offset, as: Int32.self))
            offset += 4
            if length == -1 {
                append(try Element(postgres: PostgresCell(type: element, bytes: nil)))
                continue
            }
            guard length >= 0, length <= bytes.count - offset else {
                throw PostgresDecodingError("is too short")
            }
            let slice = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
            append(try Element(postgres: PostgresCell(type: element, bytes: slice)))
            offset += length
        }
    }
}
