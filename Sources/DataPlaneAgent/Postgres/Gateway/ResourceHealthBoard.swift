internal import APIModels
internal import PostgresWire
internal import Reactor

/// How the resources were found when they were last reached; what heartbeats report.
final class ResourceHealthBoard: Sendable {
    private let outcomes = Locked<[Name: ResourceHealth]>([:])

    func noteReached(_ resource: Name) {
        outcomes.withLock { $0[resource] = ResourceHealth(name: resource, status: .ok) }
    }

    func note(_ failure: UpstreamFailure, of resource: Name) {
        let status: ResourceHealthStatus =
            switch failure {
            case .unreachable: .unreachable
            case .login, .misconfigured: .unauthorized
            }
        let health = ResourceHealth(name: resource, status: status, detail: "\(failure)")
        outcomes.withLock { $0[resource] = health }
    }

    /// Of those that are served now and were reached, or tried, before.
    func report(_ configuration: ConfigurationSnapshot?) -> [ResourceHealth] {
        let names = configuration?.resourceNamesInOrder ?? []
        return outcomes.withLock { outcomes in names.compactMap { outcomes[$0] } }
    }
}
