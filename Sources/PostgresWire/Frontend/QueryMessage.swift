/// Query ('Q'): the text of a simple query, NUL-terminated.
package struct QueryMessage: Sendable, Equatable {
    package let text: Range<Int>

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        text = try reader.string(body)
        try reader.finish()
    }

    package static func write(_ text: String, into bytes: inout [UInt8]) {
        bytes.appendFrame(FrontendType.query.rawValue) { $0.appendCString(text) }
    }
}
