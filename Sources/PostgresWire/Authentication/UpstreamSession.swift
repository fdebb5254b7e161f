/// What a login came to.
package struct UpstreamSession: Sendable {
    /// As negotiated.
    package internal(set) var version: ProtocolVersion
    /// How we proved who we are: `none`, `cleartext`, `md5`, `SCRAM-SHA-256`, `SCRAM-SHA-256-PLUS`.
    package internal(set) var authentication = "none"
    /// The settings that the server reported, in the order of their first report, each with its last value.
    package internal(set) var parameters: [(name: String, value: String)] = []
    /// What cancels this session's statements, when the server gave it.
    package internal(set) var key: BackendKey?
    package internal(set) var status = TransactionStatus.idle
    /// Bytes that came behind ReadyForQuery: the beginning of the session's stream.
    package internal(set) var unread: [UInt8] = []

    init(version: ProtocolVersion) { self.version = version }

    mutating func set(_ name: String, _ value: String) {
        if let index = parameters.firstIndex(where: { $0.name == name }) {
            parameters[index].value = value
        } else {
            parameters.append((name, value))
        }
    }

    package func parameter(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }
}
