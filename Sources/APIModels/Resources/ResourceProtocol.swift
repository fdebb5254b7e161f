/// What a resource speaks.
package enum ResourceProtocol: String, Hashable, Sendable, Codable, CaseIterable {
    case postgres
    case mysql
    case http
    case aws

    /// What an agent of this version can serve.
    package static let served: Set<ResourceProtocol> = [.postgres]
}

/// How the agent secures its connection to a resource; the words of libpq's `sslmode`. There is no mode that
/// falls back.
package enum UpstreamTLS: String, Hashable, Sendable, Codable, CaseIterable {
    case disable
    case require
    case verifyCA = "verify-ca"
    case verifyFull = "verify-full"
}
