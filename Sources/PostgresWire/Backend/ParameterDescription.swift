/// ParameterDescription ('t'): the types of a prepared statement's parameters.
package struct ParameterDescription: Sendable, Equatable {
    package let types: OIDList

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        types = try OIDList(&reader, body)
        try reader.finish()
    }

    package static func write(_ types: [UInt32], into bytes: inout [UInt8]) {
        bytes.appendFrame(BackendType.parameterDescription.rawValue) { bytes in
            bytes.appendUInt16(UInt16(truncatingIfNeeded: types.count))
            for oid in types { bytes.appendUInt32(oid) }
        }
    }
}
