/// A packet of the startup phase, the only ones without a type byte: length word, code, content.
package enum StartupRequest: Sendable, Equatable {
    case startup(StartupMessage)
    case cancel(CancelRequest)
    case sslRequest
    case gssEncryptionRequest

    static let sslCode: UInt32 = 80_877_103
    static let gssCode: UInt32 = 80_877_104
    static let cancelCode: UInt32 = 80_877_102

    /// What the first bytes of a connection are.
    package enum Outcome: Sendable, Equatable {
        /// A whole packet of `length` bytes at the beginning. Its ranges count from there.
        case request(StartupRequest, length: Int)
        case needMore(missing: Int)
        /// A TLS record of the handshake kind: the client speaks TLS at once (ALPN `postgresql`, PostgreSQL 17).
        case directTLS
        case violation(WireViolation)
    }

    /// Reads the packet at the beginning of `bytes`. What follows it there is the caller's to judge: behind an SSLRequest
    /// or GSSENCRequest it is a fatal error.
    package static func scan(_ bytes: Span<UInt8>, limits: WireLimits = WireLimits()) -> Outcome {
        guard bytes.count >= 1 else { return .needMore(missing: 8) }
        if bytes[0] == 0x16 { return .directTLS }
        guard bytes.count >= 4 else { return .needMore(missing: 8 - bytes.count) }
        let word = bytes.bigEndianUInt32(at: 0)
        guard word >= 8 else { return .violation(.lengthBelowMinimum(word)) }
        let length = Int(word)
        guard length - 4 <= limits.startupBody else {
            return .violation(.frameTooLarge(type: 0, bodyLength: length - 4, limit: limits.startupBody))
        }
        guard bytes.count >= length else { return .needMore(missing: length - bytes.count) }
        do throws(WireViolation) {
            return .request(try decode(bytes.extracting(0..<length), limits: limits), length: length)
        } catch {
            return .violation(error)
        }
    }

    private static func decode(_ packet: Span<UInt8>, limits: WireLimits) throws(WireViolation)
        -> StartupRequest
    {
        var reader = BodyReader(packet, from: 4)
        let code = try reader.uint32(packet)
        switch code {
        case sslCode:
            try reader.finish()
            return .sslRequest
        case gssCode:
            try reader.finish()
            return .gssEncryptionRequest
        case cancelCode:
            return .cancel(try CancelRequest(&reader, packet, limits: limits))
        default:
            return .startup(try StartupMessage(ProtocolVersion(rawValue: code), &reader, packet))
        }
    }

    package static func writeSSLRequest(into bytes: inout [UInt8]) {
        bytes.appendUInt32(8)
        bytes.appendUInt32(sslCode)
    }

    package static func writeGSSEncryptionRequest(into bytes: inout [UInt8]) {
        bytes.appendUInt32(8)
        bytes.appendUInt32(gssCode)
    }
}
