/// A direction's alphabet of message types.
@usableFromInline
package protocol MessageType: RawRepresentable<UInt8>, Sendable {
    /// The largest body that a message of this type may have.
    func maximumBodyLength(_ limits: WireLimits) -> Int
}

/// What a client sends, by its type byte (manual, 55.7 "Message Formats").
@usableFromInline
package enum FrontendType: UInt8, MessageType, CaseIterable {
    case bind = 0x42  // B
    case close = 0x43  // C
    case describe = 0x44  // D
    case execute = 0x45  // E
    case functionCall = 0x46  // F
    case flush = 0x48  // H
    case parse = 0x50  // P
    case query = 0x51  // Q
    case sync = 0x53  // S
    case terminate = 0x58  // X
    case copyDone = 0x63  // c
    case copyData = 0x64  // d
    case copyFail = 0x66  // f
    /// PasswordMessage, SASLInitialResponse, SASLResponse and GSSResponse: the authentication in course tells which.
    case authenticationResponse = 0x70  // p

    @inlinable
    package func maximumBodyLength(_ limits: WireLimits) -> Int {
        switch self {
        case .query, .parse, .bind, .functionCall, .copyData: limits.largeFrontendBody
        case .authenticationResponse: limits.authenticationBody
        case .close, .describe, .execute, .flush, .sync, .terminate, .copyDone, .copyFail:
            limits.smallFrontendBody
        }
    }
}

/// What a server sends, by its type byte (manual, 55.7 "Message Formats").
@usableFromInline
package enum BackendType: UInt8, MessageType, CaseIterable {
    case parseComplete = 0x31  // 1
    case bindComplete = 0x32  // 2
    case closeComplete = 0x33  // 3
    case notificationResponse = 0x41  // A
    case commandComplete = 0x43  // C
    case dataRow = 0x44  // D
    case errorResponse = 0x45  // E
    case copyInResponse = 0x47  // G
    case copyOutResponse = 0x48  // H
    case emptyQueryResponse = 0x49  // I
    case backendKeyData = 0x4b  // K
    case noticeResponse = 0x4e  // N
    case authentication = 0x52  // R
    case parameterStatus = 0x53  // S
    case rowDescription = 0x54  // T
    case functionCallResponse = 0x56  // V
    case copyBothResponse = 0x57  // W
    case readyForQuery = 0x5a  // Z
    case copyDone = 0x63  // c
    case copyData = 0x64  // d
    case noData = 0x6e  // n
    case portalSuspended = 0x73  // s
    case parameterDescription = 0x74  // t
    case negotiateProtocolVersion = 0x76  // v

    @inlinable
    package func maximumBodyLength(_ limits: WireLimits) -> Int {
        switch self {
        case .dataRow, .rowDescription, .copyData, .errorResponse, .noticeResponse, .notificationResponse,
            .functionCallResponse:
            limits.largeBackendBody
        case .parameterDescription:
            // Up to 65,535 types of four bytes; libpq accepts any length that agrees with its count.
            max(limits.smallBackendBody, 2 + 4 * 65_535)
        case .copyInResponse, .copyOutResponse, .copyBothResponse, .parseComplete, .bindComplete,
            .closeComplete,
            .commandComplete, .emptyQueryResponse, .backendKeyData, .authentication, .parameterStatus,
            .readyForQuery, .copyDone, .noData, .portalSuspended, .negotiateProtocolVersion:
            limits.smallBackendBody
        }
    }
}
