/// CopyFail ('f'): the reason why the client gives up a COPY FROM STDIN.
package struct CopyFailMessage: Sendable, Equatable {
    package let reason: Range<Int>

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        reason = try reader.string(body)
        try reader.finish()
    }

    package static func write(_ reason: String, into bytes: inout [UInt8]) {
        bytes.appendFrame(FrontendType.copyFail.rawValue) { $0.appendCString(reason) }
    }
}
