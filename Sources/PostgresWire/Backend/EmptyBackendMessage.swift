/// ParseComplete, BindComplete, CloseComplete, NoData, PortalSuspended, EmptyQueryResponse and CopyDone: a type and
/// nothing else.
package enum EmptyBackendMessage {
    package static func check(_ body: Span<UInt8>) throws(WireViolation) {
        guard body.isEmpty else { throw .trailingBytes(body.count) }
    }

    package static func writeParseComplete(into bytes: inout [UInt8]) { write(.parseComplete, into: &bytes) }
    package static func writeBindComplete(into bytes: inout [UInt8]) { write(.bindComplete, into: &bytes) }
    package static func writeCloseComplete(into bytes: inout [UInt8]) { write(.closeComplete, into: &bytes) }
    package static func writeNoData(into bytes: inout [UInt8]) { write(.noData, into: &bytes) }
    package static func writePortalSuspended(into bytes: inout [UInt8]) {
        write(.portalSuspended, into: &bytes)
    }
    package static func writeEmptyQueryResponse(into bytes: inout [UInt8]) {
        write(.emptyQueryResponse, into: &bytes)
    }
    package static func writeCopyDone(into bytes: inout [UInt8]) { write(.copyDone, into: &bytes) }

    private static func write(_ type: BackendType, into bytes: inout [UInt8]) {
        bytes.append(type.rawValue)
        bytes.appendUInt32(4)
    }
}
