package enum SessionStatus: String, Hashable, Sendable, Codable, CaseIterable {
    case active
    case closed
    /// The agent ended without closing it.
    case interrupted
}

/// Where the recording of a session stands in the control plane.
package struct RecordingState: Hashable, Sendable, Codable {
    /// Records that are stored.
    package var records: Int64
    /// SHA-256 of the last of them, in hexadecimal.
    package var headHash: String
    /// Sequence of the last checkpoint whose signature is right.
    package var signedSequence: Int64?
    /// Whether every record followed from the one before when it came in.
    package var intact: Bool
    /// The first thing that did not.
    package var flaw: String?

    package init(records: Int64, headHash: String, signedSequence: Int64?, flaw: String?) {
        self.records = records
        self.headHash = headHash
        self.signedSequence = signedSequence
        intact = flaw == nil
        self.flaw = flaw
    }
}

/// One client connection to one resource.
package struct Session: Hashable, Sendable, Codable {
    package var id: SessionID
    package var principal: PrincipalReference
    package var resource: Name
    package var `protocol`: ResourceProtocol
    package var agent: Name
    package var status: SessionStatus
    package var clientAddress: String?
    package var claimedUser: String?
    package var applicationName: String?
    package var policyRevision: Int64
    package var startedAt: Timestamp
    package var endedAt: Timestamp?
    package var endReason: String?
    package var statements: Int64
    package var recording: RecordingState?

    package init(
        id: SessionID, principal: PrincipalReference, resource: Name, `protocol`: ResourceProtocol,
        agent: Name, status: SessionStatus, clientAddress: String? = nil, claimedUser: String? = nil,
        applicationName: String? = nil, policyRevision: Int64, startedAt: Timestamp,
        endedAt: Timestamp? = nil, endReason: String? = nil, statements: Int64,
        recording: RecordingState? = nil
    ) {
        self.id = id
        self.principal = principal
        self.resource = resource
        self.protocol = `protocol`
        self.agent = agent
        self.status = status
        self.clientAddress = clientAddress
        self.claimedUser = claimedUser
        self.applicationName = applicationName
        self.policyRevision = policyRevision
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.endReason = endReason
        self.statements = statements
        self.recording = recording
    }
}

/// `POST /v1/sessions/{id}/terminate`.
package struct SessionTerminate: Hashable, Sendable, Codable {
    package var reason: String?

    package init(reason: String? = nil) {
        self.reason = reason
    }
}

extension SessionTerminate: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if let reason, let error = TextCheck.line(reason, maximum: 500) { report(["reason"], error) }
    }
}
