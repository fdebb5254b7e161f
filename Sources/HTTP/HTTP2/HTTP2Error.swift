/// The end of a whole h2 connection.
struct HTTP2Error: Error, Equatable, Sendable {
    /// For the operator's log.
    let reason: String
}

/// RFC 9113 section 7: why a stream or a connection ended.
enum HTTP2Code {
    static let noError: UInt32 = 0x0
    static let protocolError: UInt32 = 0x1
    static let internalError: UInt32 = 0x2
    static let flowControlError: UInt32 = 0x3
    static let streamClosed: UInt32 = 0x5
    static let refusedStream: UInt32 = 0x7
    static let cancel: UInt32 = 0x8
    static let enhanceYourCalm: UInt32 = 0xB
}
