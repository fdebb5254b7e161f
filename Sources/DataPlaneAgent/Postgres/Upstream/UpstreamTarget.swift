internal import APIModels
internal import PostgresWire
internal import Reactor

/// Where a resource is and how the agent proves itself there, with the secret in hand. Made from the configuration once
/// per revision of the resource; the credential never leaves the agent.
struct UpstreamTarget: Sendable {
    let resource: Name
    let host: String
    let port: UInt16
    let database: String
    let tls: UpstreamTLS
    let tlsContext: TLSClientContext?
    let user: String
    let password: Secret<[UInt8]>?

    /// How long reaching and logging in to a resource may take, all together.
    static let connectTimeout = Duration.seconds(10)
}

/// Why there is no connection to the resource, for the operator (`description`) and for the caller (`report`).
enum UpstreamFailure: Error, CustomStringConvertible {
    case unreachable(IOError)
    case login(UpstreamLoginFailure)
    case misconfigured(String)

    var description: String {
        switch self {
        case .unreachable(let error): "\(error)"
        case .login(let failure): "\(failure)"
        case .misconfigured(let reason): reason
        }
    }

    /// What the caller is told: which side failed and what to do, not how the resource is reached.
    func report(resource: Name) -> Report {
        switch self {
        case .unreachable(.timedOut):
            Report(
                .fatal, .connectionFailure, "resource \"\(resource)\" did not answer in time",
                hint: "The resource may be down. Try again, or tell its operator.")
        case .unreachable:
            Report(
                .fatal, .connectionFailure, "resource \"\(resource)\" cannot be reached by its agent",
                hint: "The resource may be down. Try again, or tell its operator.")
        case .login(.refused(let report)) where report.sqlState == .tooManyConnections:
            Report(
                .fatal, .tooManyConnections, "resource \"\(resource)\" has no connection to spare",
                hint: "Close idle sessions or try again later.")
        case .login(.refused(let report)) where report.sqlState == .invalidCatalogName:
            Report(.fatal, .invalidCatalogName, "the database of resource \"\(resource)\" does not exist")
        case .login(.refused(let report)) where report.sqlState == .cannotConnectNow:
            Report(
                .fatal, .cannotConnectNow, "resource \"\(resource)\" is starting up or shutting down",
                hint: "Try again in a moment.")
        case .login(.refused):
            Report(
                .fatal, .sqlServerRejectedConnection,
                "resource \"\(resource)\" did not accept the agent's credential",
                hint: "Your own token is fine. The operator has to correct the credential of the resource.")
        case .login, .misconfigured:
            Report(
                .fatal, .sqlServerRejectedConnection,
                "the agent could not log in to resource \"\(resource)\"",
                hint: "Your own token is fine. The operator finds the reason in the agent's log.")
        }
    }
}
