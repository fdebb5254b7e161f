/// RowDescription ('T'): the columns of the rows that follow.
package struct RowDescription: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        package let name: Range<Int>
        /// The table the column comes from, 0 when it comes from none (an expression).
        package let table: UInt32
        /// The column's attribute number in that table, 0 when there is none.
        package let attribute: Int16
        package let type: UInt32
        /// `pg_type.typlen`: negative for types of variable width.
        package let typeSize: Int16
        package let typeModifier: Int32
        package let format: ValueFormat

        package init(
            name: Range<Int>, table: UInt32, attribute: Int16, type: UInt32, typeSize: Int16,
            typeModifier: Int32,
            format: ValueFormat
        ) {
            self.name = name
            self.table = table
            self.attribute = attribute
            self.type = type
            self.typeSize = typeSize
            self.typeModifier = typeModifier
            self.format = format
        }
    }

    package let fields: [Field]

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        let count = try reader.count16(body)
        // A field takes at least its NUL and 18 bytes: no allocation beyond what the body can hold.
        guard count * 19 <= reader.remaining else { throw .truncatedBody }
        var fields: [Field] = []
        fields.reserveCapacity(count)
        for _ in 0..<count {
            let name = try reader.string(body)
            let table = try reader.uint32(body)
            let attribute = Int16(bitPattern: try reader.uint16(body))
            let type = try reader.uint32(body)
            let typeSize = Int16(bitPattern: try reader.uint16(body))
            let typeModifier = Int32(bitPattern: try reader.uint32(body))
            let code = try reader.uint16(body)
            guard let format = ValueFormat(rawValue: code) else { throw .unsupportedFormat(code) }
            fields.append(
                Field(
                    name: name, table: table, attribute: attribute, type: type, typeSize: typeSize,
                    typeModifier: typeModifier, format: format))
        }
        try reader.finish()
        self.fields = fields
    }

    /// A column as an encoder takes it.
    package struct Column: Sendable {
        package var name: String
        package var table: UInt32 = 0
        package var attribute: Int16 = 0
        package var type: UInt32
        package var typeSize: Int16 = -1
        package var typeModifier: Int32 = -1
        package var format: ValueFormat = .text

        package init(
            name: String, type: UInt32, table: UInt32 = 0, attribute: Int16 = 0, typeSize: Int16 = -1,
            typeModifier: Int32 = -1, format: ValueFormat = .text
        ) {
            self.name = name
            self.type = type
            self.table = table
            self.attribute = attribute
            self.typeSize = typeSize
            self.typeModifier = typeModifier
            self.format = format
        }
    }

    package static func write(_ columns: [Column], into bytes: inout [UInt8]) {
        bytes.appendFrame(BackendType.rowDescription.rawValue) { bytes in
            bytes.appendUInt16(UInt16(truncatingIfNeeded: columns.count))
            for column in columns {
                bytes.appendCString(column.name)
                bytes.appendUInt32(column.table)
                bytes.appendUInt16(UInt16(bitPattern: column.attribute))
                bytes.appendUInt32(column.type)
                bytes.appendUInt16(UInt16(bitPattern: column.typeSize))
                bytes.appendUInt32(UInt32(bitPattern: column.typeModifier))
                bytes.appendUInt16(column.format.rawValue)
            }
        }
    }
}
