/// The first record of a session: who reaches what, by which policy revision, when.
///
///     time opened · text principal id, name, kind · list of text groups · text credential id · text claimed user ·
///     text application name · text client address · text resource id, name · text agent id · varint policy revision ·
///     text protocol
package struct SessionOpened: Hashable, Sendable, RecordPayload {
    package static let kind = RecordKind.sessionOpened

    package var openedAt: RecordTime
    package var principalID: String
    package var principalName: String
    /// `human`, `ai_agent` or `workload`.
    package var principalKind: String
    package var groups: [String]
    /// The id of the API key, or the `jti` of the token; never the secret.
    package var credentialID: String
    /// The user name that the client gave; it decides nothing.
    package var claimedUser: String
    package var applicationName: String
    package var clientAddress: String
    package var resourceID: String
    package var resourceName: String
    package var agentID: String
    package var policyRevision: UInt64
    /// `postgres`, `mysql`, `http`, `aws`.
    package var protocolName: String

    package init(
        openedAt: RecordTime, principalID: String, principalName: String, principalKind: String,
        groups: [String],
        credentialID: String, claimedUser: String, applicationName: String, clientAddress: String,
        resourceID: String, resourceName: String, agentID: String, policyRevision: UInt64,
        protocolName: String
    ) {
        self.openedAt = openedAt
        self.principalID = principalID
        self.principalName = principalName
        self.principalKind = principalKind
        self.groups = groups
        self.credentialID = credentialID
        self.claimedUser = claimedUser
        self.applicationName = applicationName
        self.clientAddress = clientAddress
        self.resourceID = resourceID
        self.resourceName = resourceName
        self.agentID = agentID
        self.policyRevision = policyRevision
        self.protocolName = protocolName
    }

    private var texts: [String] {
        [
            principalID, principalName, principalKind, credentialID, claimedUser, applicationName,
            clientAddress,
            resourceID, resourceName, agentID, protocolName,
        ]
    }

    package var encodedLengthBound: Int {
        32 + (texts + groups).reduce(0) { $0 + $1.utf8.count + 10 }
    }

    package func encode(into writer: inout PayloadWriter) {
        writer.time(openedAt)
        writer.text(principalID)
        writer.text(principalName)
        writer.text(principalKind)
        writer.texts(groups)
        writer.text(credentialID)
        writer.text(claimedUser)
        writer.text(applicationName)
        writer.text(clientAddress)
        writer.text(resourceID)
        writer.text(resourceName)
        writer.text(agentID)
        writer.varint(policyRevision)
        writer.text(protocolName)
    }

    init(from reader: inout PayloadReader) throws(RecordError) {
        openedAt = try reader.time("opened_at")
        principalID = try reader.text("principal_id")
        principalName = try reader.text("principal_name")
        principalKind = try reader.text("principal_kind")
        groups = try reader.texts("groups")
        credentialID = try reader.text("credential_id")
        claimedUser = try reader.text("claimed_user")
        applicationName = try reader.text("application_name")
        clientAddress = try reader.text("client_address")
        resourceID = try reader.text("resource_id")
        resourceName = try reader.text("resource_name")
        agentID = try reader.text("agent_id")
        policyRevision = try reader.varint("policy_revision")
        protocolName = try reader.text("protocol")
    }
}
