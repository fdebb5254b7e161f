/// FunctionCall ('F'): the legacy call of a function by its OID. Decoded so that a refusal can name the function.
package struct FunctionCallMessage: Sendable, Equatable {
    package let function: UInt32
    package let argumentFormats: FormatList
    package let arguments: ValueList
    package let resultFormat: ValueFormat

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        function = try reader.uint32(body)
        argumentFormats = try FormatList(&reader, body)
        arguments = try ValueList(&reader, body)
        guard argumentFormats.count <= 1 || argumentFormats.count == arguments.count else {
            throw .invalidCount(argumentFormats.count)
        }
        let code = try reader.uint16(body)
        guard let format = ValueFormat(rawValue: code) else { throw .unsupportedFormat(code) }
        resultFormat = format
        try reader.finish()
    }
}
