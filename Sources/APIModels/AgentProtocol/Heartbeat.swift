/// `POST /v1/agent/heartbeat`.
package struct Heartbeat: Hashable, Sendable, Codable {
    package var version: String
    package var startedAt: Timestamp
    package var sessions: Int64
    package var spoolBytes: Int64
    package var advertised: AdvertisedListeners?
    package var resources: [ResourceHealth]

    package init(
        version: String, startedAt: Timestamp, sessions: Int64, spoolBytes: Int64,
        advertised: AdvertisedListeners? = nil, resources: [ResourceHealth]
    ) {
        self.version = version
        self.startedAt = startedAt
        self.sessions = sessions
        self.spoolBytes = spoolBytes
        self.advertised = advertised
        self.resources = resources
    }
}

/// `POST /v1/agent/records`: how far the segment is stored.
package struct RecordsAcknowledgement: Hashable, Sendable, Codable {
    package var acknowledgedOffset: Int64

    package init(acknowledgedOffset: Int64) {
        self.acknowledgedOffset = acknowledgedOffset
    }
}
