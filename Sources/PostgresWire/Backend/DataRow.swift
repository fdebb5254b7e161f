/// DataRow ('D'): the cells of one row.
package struct DataRow: Sendable, Equatable {
    package let cells: ValueList

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        cells = try ValueList(&reader, body)
        try reader.finish()
    }

    /// The cells as text, for results that were asked for in text format; nil for NULL.
    package func texts(in body: Span<UInt8>) -> [String?] {
        cells.array(in: body).map { cell in
            if case .bytes(let range) = cell { body.text(range) } else { nil }
        }
    }

    package static func write(_ cells: [[UInt8]?], into bytes: inout [UInt8]) {
        bytes.appendFrame(BackendType.dataRow.rawValue) { bytes in
            bytes.appendUInt16(UInt16(truncatingIfNeeded: cells.count))
            for cell in cells { bytes.appendValue(cell) }
        }
    }
}
