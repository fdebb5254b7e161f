package enum AgentStatus: String, Hashable, Sendable, Codable, CaseIterable {
    case online, offline
}

/// An enrolled data-plane agent.
package struct Agent: Hashable, Sendable, Codable {
    package var id: AgentID
    package var name: Name
    package var version: String
    package var status: AgentStatus
    package var enrolledAt: Timestamp
    package var lastSeenAt: Timestamp?
    package var sessions: Int64?
    package var spoolBytes: Int64?
    package var advertised: AdvertisedListeners?
    package var resources: [ResourceHealth]

    package init(
        id: AgentID, name: Name, version: String, status: AgentStatus, enrolledAt: Timestamp,
        lastSeenAt: Timestamp? = nil, sessions: Int64? = nil, spoolBytes: Int64? = nil,
        advertised: AdvertisedListeners? = nil, resources: [ResourceHealth]
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.status = status
        self.enrolledAt = enrolledAt
        self.lastSeenAt = lastSeenAt
        self.sessions = sessions
        self.spoolBytes = spoolBytes
        self.advertised = advertised
        self.resources = resources
    }
}

/// Where clients reach an agent.
package struct AdvertisedListeners: Hashable, Sendable, Codable {
    package var postgres: ListenerAddress?

    package init(postgres: ListenerAddress? = nil) {
        self.postgres = postgres
    }
}

package struct ListenerAddress: Hashable, Sendable, Codable {
    package var host: String
    package var port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}

package enum ResourceHealthStatus: String, Hashable, Sendable, Codable, CaseIterable {
    case ok, unreachable, unauthorized
}

/// How an agent finds one of its resources.
package struct ResourceHealth: Hashable, Sendable, Codable {
    package var name: Name
    package var status: ResourceHealthStatus
    package var detail: String?

    package init(name: Name, status: ResourceHealthStatus, detail: String? = nil) {
        self.name = name
        self.status = status
        self.detail = detail
    }
}
