/// Whether something is left out, used when it is there, or insisted on.
package enum Preference: Sendable, Equatable {
    case disabled
    case preferred
    case required
}

/// Who logs in to the server, and what is acceptable on the way.
package struct UpstreamLoginSettings: Sendable {
    package let user: String
    package let database: String
    package let password: UpstreamPassword?
    /// Further startup parameters, such as `client_encoding` and `application_name`.
    package let parameters: [(name: String, value: String)]
    package let tls: Preference
    /// SCRAM-SHA-256-PLUS; `required` also refuses a server that asks for anything less.
    package let channelBinding: Preference
    /// Whether a password may be sent in the clear outside TLS: for a Unix socket or the loopback, never for a network.
    package let allowsCleartextWithoutTLS: Bool
    package let version: ProtocolVersion
    package let limits: WireLimits

    /// Throws `invalidSetting` for an empty user or database and for text with a NUL, which the protocol cannot carry.
    package init(
        user: String, database: String, password: UpstreamPassword?,
        parameters: [(name: String, value: String)] = [],
        tls: Preference = .required, channelBinding: Preference = .preferred,
        allowsCleartextWithoutTLS: Bool = false,
        version: ProtocolVersion = .version30, limits: WireLimits = WireLimits()
    ) throws(UpstreamLoginFailure) {
        guard !user.isEmpty, !user.utf8.contains(0) else { throw .invalidSetting("user") }
        guard !database.isEmpty, !database.utf8.contains(0) else { throw .invalidSetting("database") }
        guard password?.text.utf8.contains(0) != true else { throw .invalidSetting("password") }
        for (name, value) in parameters {
            guard !name.isEmpty, !name.utf8.contains(0), !value.utf8.contains(0) else {
                throw .invalidSetting(name)
            }
        }
        self.user = user
        self.database = database
        self.password = password
        self.parameters = parameters
        self.tls = tls
        self.channelBinding = channelBinding
        self.allowsCleartextWithoutTLS = allowsCleartextWithoutTLS
        self.version = version
        self.limits = limits
    }
}

/// Why a login did not come to a session.
package enum UpstreamLoginFailure: Error, Equatable, Sendable {
    case invalidSetting(String)
    /// The server does not speak TLS and we insist on it.
    case tlsRefused
    /// The answer to SSLRequest was neither `S` nor `N`. An error text at this place is not authenticated, nor shown.
    case tlsAnswerInvalid(UInt8)
    /// Bytes came in the clear behind the answer to SSLRequest (CVE-2021-23222).
    case bytesBehindTLSAnswer
    /// The server's own error: wrong password, unknown database, too many connections.
    case refused(Report)
    case violation(WireViolation)
    case unexpectedMessage(BackendType)
    /// The server wants a password and none is configured.
    case passwordMissing
    case unsupportedAuthentication(String)
    /// The server asks for the password in the clear outside TLS.
    case cleartextRefused
    /// `channelBinding` is required and the server did not do it.
    case channelBindingMissing
    case scram(SCRAMFailure)
    case unsupportedProtocol(ProtocolVersion)
    /// More bytes than a login can need.
    case tooManyBytes
    /// The server closed the connection.
    case closed
}

extension UpstreamLoginFailure: CustomStringConvertible {
    /// For the operator's log.
    package var description: String {
        switch self {
        case .invalidSetting(let name): "the setting \(name) is empty or holds a NUL"
        case .tlsRefused: "the server does not offer TLS, which is required"
        case .tlsAnswerInvalid(let byte): "the server answered the TLS request with byte \(byte)"
        case .bytesBehindTLSAnswer: "bytes in the clear followed the server's answer to the TLS request"
        case .refused(let report): "the server refused: \(report.sqlState) \(report.message)"
        case .violation(let violation): "the server broke the protocol: \(violation)"
        case .unexpectedMessage(let type): "unexpected message \(type) while logging in"
        case .passwordMissing: "the server asks for a password and none is configured"
        case .unsupportedAuthentication(let name): "the server asks for unsupported authentication: \(name)"
        case .cleartextRefused: "the server asks for the password in the clear outside TLS"
        case .channelBindingMissing: "channel binding is required and the server did not use it"
        case .scram(let failure): "SCRAM failed: \(failure)"
        case .unsupportedProtocol(let version): "the server speaks protocol \(version) only"
        case .tooManyBytes: "the server sent too much before it was ready"
        case .closed: "the server closed the connection while logging in"
        }
    }
}
