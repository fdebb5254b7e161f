/// CancelRequest: process id and secret key; four bytes of key in protocol 3.0, up to 256 since 3.2.
package struct CancelRequest: Sendable, Equatable {
    package let processID: UInt32
    package let key: Range<Int>

    init(_ reader: inout BodyReader, _ packet: Span<UInt8>, limits: WireLimits) throws(WireViolation) {
        processID = try reader.uint32(packet)
        key = reader.rest()
        guard !key.isEmpty, key.count <= limits.cancelKey else { throw .invalidCount(key.count) }
    }

    package static func write(_ key: BackendKey, into bytes: inout [UInt8]) {
        bytes.appendLengthPrefixed { bytes in
            bytes.appendUInt32(StartupRequest.cancelCode)
            bytes.appendUInt32(key.processID)
            bytes.append(contentsOf: key.secret)
        }
    }
}
