import APIModels

/// The agent's configuration as the control plane wrote it: a snapshot and the changes since.
struct ConfigurationDocument: Equatable, Sendable, Codable {
    private(set) var revision: Int64
    private(set) var configuration: AgentConfiguration

    /// From a snapshot.
    init(revision: Int64, _ configuration: AgentConfiguration) {
        self.revision = revision
        self.configuration = configuration
    }

    /// The document after a change: what is upserted replaces what has its id, what is removed goes.
    ///
    /// - Throws: when the revision is not a later one; the stream has lost its thread, and a new snapshot is needed.
    func changed(
        to revision: Int64, upserted: AgentConfiguration, removed: AgentRemovals
    ) throws(ConfigurationStreamError) -> ConfigurationDocument {
        guard revision > self.revision else { throw .outOfOrder(have: self.revision, got: revision) }
        var next = self
        next.revision = revision
        next.configuration.controlPlaneURL = upserted.controlPlaneURL ?? configuration.controlPlaneURL
        next.configuration.lease = upserted.lease ?? configuration.lease
        next.configuration.tokenKeys = upserted.tokenKeys ?? configuration.tokenKeys
        next.configuration.detectors = upserted.detectors ?? configuration.detectors
        next.configuration.principalKey = upserted.principalKey ?? configuration.principalKey
        next.configuration.resources = Self.merge(
            configuration.resources, upserted.resources, removed.resources, \.id)
        next.configuration.policies = Self.merge(
            configuration.policies, upserted.policies, removed.policies, \.id)
        next.configuration.principals = Self.merge(
            configuration.principals, upserted.principals, removed.principals, \.id)
        next.configuration.grants = Self.merge(configuration.grants, upserted.grants, removed.grants, \.id)
        return next
    }

    private static func merge<Element, ID: Hashable>(
        _ elements: [Element], _ upserted: [Element], _ removed: [ID], _ id: (Element) -> ID
    ) -> [Element] {
        let gone = Set(removed).union(upserted.map(id))
        return elements.filter { !gone.contains(id($0)) } + upserted
    }
}

/// Why a configuration stream was given up.
enum ConfigurationStreamError: Error, Equatable, Sendable, CustomStringConvertible {
    case outOfOrder(have: Int64, got: Int64)
    case noSnapshot
    case lineTooLong
    case malformed(JSONDecodingFailure)
    /// The configuration cannot be used, whole: what was used before stays, until its lease runs out.
    case unusable(String)
    case ended
    case silent

    var description: String {
        switch self {
        case .outOfOrder(let have, let got): "revision \(got) came after \(have)"
        case .noSnapshot: "a change came before any snapshot"
        case .lineTooLong: "an event is longer than the limit"
        case .malformed(let failure): "an event is malformed: \(failure)"
        case .unusable(let reason): "the configuration cannot be used: \(reason)"
        case .ended: "the control plane ended the stream"
        case .silent: "the control plane was silent for too long"
        }
    }
}
