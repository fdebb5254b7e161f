/// Execute ('E'): portal, and the largest number of rows to return (zero: all of them).
package struct ExecuteMessage: Sendable, Equatable {
    package let portal: Range<Int>
    package let maximumRows: Int32

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        portal = try reader.string(body)
        maximumRows = Int32(bitPattern: try reader.uint32(body))
        try reader.finish()
    }

    package static func write(portal: String = "", maximumRows: Int32 = 0, into bytes: inout [UInt8]) {
        bytes.appendFrame(FrontendType.execute.rawValue) { bytes in
            bytes.appendCString(portal)
            bytes.appendUInt32(UInt32(bitPattern: maximumRows))
        }
    }
}
