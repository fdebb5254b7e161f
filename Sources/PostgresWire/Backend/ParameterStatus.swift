/// ParameterStatus ('S'): the name and the value of a setting that the server reports.
package struct ParameterStatus: Sendable, Equatable {
    package let name: Range<Int>
    package let value: Range<Int>

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        name = try reader.string(body)
        value = try reader.string(body)
        try reader.finish()
    }

    package static func write(name: String, value: String, into bytes: inout [UInt8]) {
        bytes.appendFrame(BackendType.parameterStatus.rawValue) { bytes in
            bytes.appendCString(name)
            bytes.appendCString(value)
        }
    }
}
