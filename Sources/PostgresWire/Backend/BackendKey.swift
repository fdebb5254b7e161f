/// What cancels a session's statement, as BackendKeyData ('K') hands it out: four bytes of secret in protocol 3.0, up to
/// 256 since 3.2. Owned, for it outlives the message.
package struct BackendKey: Hashable, Sendable {
    package let processID: UInt32
    package let secret: [UInt8]

    package init(processID: UInt32, secret: [UInt8]) {
        self.processID = processID
        self.secret = secret
    }

    package init(decoding body: Span<UInt8>, limits: WireLimits = WireLimits()) throws(WireViolation) {
        var reader = BodyReader(body)
        processID = try reader.uint32(body)
        let range = reader.rest()
        guard range.count >= 4, range.count <= limits.cancelKey else { throw .invalidCount(range.count) }
        secret = body.copy(range)
    }

    package init(_ request: CancelRequest, in packet: Span<UInt8>) {
        processID = request.processID
        secret = packet.copy(request.key)
    }

    package func write(into bytes: inout [UInt8]) {
        bytes.appendFrame(BackendType.backendKeyData.rawValue) { bytes in
            bytes.appendUInt32(processID)
            bytes.append(contentsOf: secret)
        }
    }
}
