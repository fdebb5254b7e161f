/// Flush, Sync, Terminate and CopyDone of the client: a type and nothing else.
package enum EmptyFrontendMessage {
    package static func check(_ body: Span<UInt8>) throws(WireViolation) {
        guard body.isEmpty else { throw .trailingBytes(body.count) }
    }

    package static func writeSync(into bytes: inout [UInt8]) { write(.sync, into: &bytes) }
    package static func writeFlush(into bytes: inout [UInt8]) { write(.flush, into: &bytes) }
    package static func writeTerminate(into bytes: inout [UInt8]) { write(.terminate, into: &bytes) }
    package static func writeCopyDone(into bytes: inout [UInt8]) { write(.copyDone, into: &bytes) }

    private static func write(_ type: FrontendType, into bytes: inout [UInt8]) {
        bytes.append(type.rawValue)
        bytes.appendUInt32(4)
    }
}
