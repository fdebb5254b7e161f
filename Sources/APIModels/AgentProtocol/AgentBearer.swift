/// How an agent proves who it is: `spa.<agent id>.<unix seconds>.<base64url of an Ed25519 signature>` as the
/// bearer token.
package struct AgentBearer: Hashable, Sendable {
    package let agentID: AgentID
    package let unixSeconds: Int64
    package let signature: [UInt8]

    /// How far the clocks of an agent and the control plane may be apart, in seconds.
    package static let tolerance: Int64 = 300

    package init(agentID: AgentID, unixSeconds: Int64, signature: [UInt8]) {
        self.agentID = agentID
        self.unixSeconds = unixSeconds
        self.signature = signature
    }

    /// What is signed.
    package static func signedText(agentID: AgentID, unixSeconds: Int64) -> [UInt8] {
        Array("sallyport-agent-v1\n\(agentID)\n\(unixSeconds)".utf8)
    }

    package var signedText: [UInt8] { Self.signedText(agentID: agentID, unixSeconds: unixSeconds) }

    package var text: String { "spa.\(agentID).\(unixSeconds).\(Base64URL.encode(signature))" }

    /// Whether a bearer token can be an agent's, and nobody else's.
    package static func isOne(_ text: String) -> Bool { text.hasPrefix("spa.") }

    /// Parses a bearer token; nil when it does not have this form. The signature is not checked.
    package init?(parsing text: String) {
        // Looked at before it is taken apart: most bearers are something else.
        guard Self.isOne(text) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count < 200, parts.count == 4, parts[0] == "spa", let id = AgentID(String(parts[1])),
            let seconds = Int64(parts[2]), String(seconds) == parts[2],
            let signature = Base64URL.decode(parts[3]),
            signature.count == 64
        else { return nil }
        agentID = id
        unixSeconds = seconds
        self.signature = signature
    }

    package func isTimely(at now: Timestamp) -> Bool {
        let (difference, overflowed) = now.seconds.subtractingReportingOverflow(unixSeconds)
        return !overflowed && difference.magnitude <= UInt64(Self.tolerance)
    }
}
