/// CopyInResponse ('G'), CopyOutResponse ('H') and CopyBothResponse ('W'): the overall format, and one per column.
package struct CopyResponse: Sendable, Equatable {
    /// Text here covers COPY's text and csv formats alike: the wire does not tell them apart.
    package let format: ValueFormat
    package let columnFormats: FormatList

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        let code = try reader.uint8(body)
        guard let format = ValueFormat(rawValue: UInt16(code)) else { throw .unsupportedFormat(UInt16(code)) }
        self.format = format
        columnFormats = try FormatList(&reader, body)
        try reader.finish()
    }

    /// Columns of the copy. Unlike elsewhere a count of one stands for one column.
    package var columnCount: Int { columnFormats.count }

    package static func write(
        _ type: BackendType, format: ValueFormat, columnFormats: [ValueFormat], into bytes: inout [UInt8]
    ) {
        bytes.appendFrame(type.rawValue) { bytes in
            bytes.append(UInt8(truncatingIfNeeded: format.rawValue))
            bytes.appendUInt16(UInt16(truncatingIfNeeded: columnFormats.count))
            for format in columnFormats { bytes.appendUInt16(format.rawValue) }
        }
    }
}

/// CopyData ('d') of either direction: raw bytes, cut anywhere by the client, at rows by the server.
package enum CopyData {
    package static func write(_ data: [UInt8], into bytes: inout [UInt8]) {
        bytes.appendFrame(BackendType.copyData.rawValue) { $0.append(contentsOf: data) }
    }
}
