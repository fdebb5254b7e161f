/// Bind ('B'): portal, statement, parameter formats, parameter values, result formats.
package struct BindMessage: Sendable, Equatable {
    package let portal: Range<Int>
    package let statement: Range<Int>
    package let parameterFormats: FormatList
    package let parameters: ValueList
    package let resultFormats: FormatList

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        portal = try reader.string(body)
        statement = try reader.string(body)
        parameterFormats = try FormatList(&reader, body)
        parameters = try ValueList(&reader, body)
        guard parameterFormats.count <= 1 || parameterFormats.count == parameters.count else {
            throw .invalidCount(parameterFormats.count)
        }
        resultFormats = try FormatList(&reader, body)
        try reader.finish()
    }

    /// Of what is read for its names only.
    package static func names(
        decoding body: Span<UInt8>
    ) throws(WireViolation) -> (portal: Range<Int>, statement: Range<Int>) {
        var reader = BodyReader(body)
        return (try reader.string(body), try reader.string(body))
    }

    package static func write(
        portal: String = "", statement: String = "", parameterFormats: [ValueFormat] = [],
        parameters: [[UInt8]?] = [],
        resultFormats: [ValueFormat] = [], into bytes: inout [UInt8]
    ) {
        bytes.appendFrame(FrontendType.bind.rawValue) { bytes in
            bytes.appendCString(portal)
            bytes.appendCString(statement)
            bytes.appendUInt16(UInt16(truncatingIfNeeded: parameterFormats.count))
            for format in parameterFormats { bytes.appendUInt16(format.rawValue) }
            bytes.appendUInt16(UInt16(truncatingIfNeeded: parameters.count))
            for value in parameters { bytes.appendValue(value) }
            bytes.appendUInt16(UInt16(truncatingIfNeeded: resultFormats.count))
            for format in resultFormats { bytes.appendUInt16(format.rawValue) }
        }
    }
}
