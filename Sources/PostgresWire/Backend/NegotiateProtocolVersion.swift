/// NegotiateProtocolVersion ('v'): the newest version the server speaks, and the `_pq_.` options that it does not know.
package struct NegotiateProtocolVersion: Sendable, Equatable {
    package let newest: ProtocolVersion
    package let unrecognizedOptions: [Range<Int>]

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        newest = ProtocolVersion(rawValue: try reader.uint32(body))
        let count = Int(Int32(bitPattern: try reader.uint32(body)))
        guard count >= 0, count <= reader.remaining else { throw .invalidCount(count) }
        var options: [Range<Int>] = []
        for _ in 0..<count { options.append(try reader.string(body)) }
        try reader.finish()
        unrecognizedOptions = options
    }

    package static func write(
        newest: ProtocolVersion, unrecognizedOptions: [String], into bytes: inout [UInt8]
    ) {
        bytes.appendFrame(BackendType.negotiateProtocolVersion.rawValue) { bytes in
            bytes.appendUInt32(newest.rawValue)
            bytes.appendUInt32(UInt32(truncatingIfNeeded: unrecognizedOptions.count))
            for option in unrecognizedOptions { bytes.appendCString(option) }
        }
    }
}
