/// Parse ('P'): statement name, text, and the types that the client fixes for the first parameters (0: unspecified).
package struct ParseMessage: Sendable, Equatable {
    package let name: Range<Int>
    package let text: Range<Int>
    package let parameterTypes: OIDList

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        name = try reader.string(body)
        text = try reader.string(body)
        parameterTypes = try OIDList(&reader, body)
        try reader.finish()
    }

    package static func write(
        name: String = "", text: String, parameterTypes: [UInt32] = [], into bytes: inout [UInt8]
    ) {
        bytes.appendFrame(FrontendType.parse.rawValue) { bytes in
            bytes.appendCString(name)
            bytes.appendCString(text)
            bytes.appendUInt16(UInt16(truncatingIfNeeded: parameterTypes.count))
            for oid in parameterTypes { bytes.appendUInt32(oid) }
        }
    }
}
