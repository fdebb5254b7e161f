/// `POST /v1/agent/enroll`.
package struct EnrollRequest: Sendable, Codable {
    package var joinToken: ShownSecret<String>
    package var name: Name
    package var version: String
    /// Ed25519, raw 32 bytes.
    package var signingPublicKey: EncodedBytes
    /// X25519, raw 32 bytes.
    package var sealingPublicKey: EncodedBytes

    package init(
        joinToken: ShownSecret<String>, name: Name, version: String, signingPublicKey: EncodedBytes,
        sealingPublicKey: EncodedBytes
    ) {
        self.joinToken = joinToken
        self.name = name
        self.version = version
        self.signingPublicKey = signingPublicKey
        self.sealingPublicKey = sealingPublicKey
    }
}

extension EnrollRequest: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if let error = TextCheck.term(version) { report(["version"], error) }
        if signingPublicKey.bytes.count != 32 {
            report(["signing_public_key"], InvalidValue("must be 32 bytes", code: .outOfRange))
        }
        if sealingPublicKey.bytes.count != 32 {
            report(["sealing_public_key"], InvalidValue("must be 32 bytes", code: .outOfRange))
        }
    }
}

package struct EnrollResponse: Hashable, Sendable, Codable {
    package var agentID: AgentID
    package var name: Name
    package var lease: DurationText
    package var controlPlaneURL: String

    package init(agentID: AgentID, name: Name, lease: DurationText, controlPlaneURL: String) {
        self.agentID = agentID
        self.name = name
        self.lease = lease
        self.controlPlaneURL = controlPlaneURL
    }
}
