internal import APIModels
internal import Masking
internal import Policy
internal import PostgresWire
internal import Reactor

/// What a session needs of the configuration: its resource and the policies for its principal.
struct ResourceView {
    let resource: AgentResource
    let policies: ApplicablePolicies
    let tags: ColumnTagIndex
    /// Of the agent's configuration; another one means that the view is to be made anew.
    let generation: Int64
    /// Key of the hashes and tokens of this resource.
    let maskKey: MaskKey
    /// The tokens that the principal was shown.
    let shownTokens: ShownTokens
    /// Those that admins made.
    let detectors: CustomDetectors
    /// How long the resource is served without a word from the control plane.
    let lease: DurationText
}

/// The resources that this agent serves, out of the configuration of now.
final class ResourceDirectory: Sendable {
    private let store: ConfigurationStore
    private let tokens = TokenMemory()

    init(_ store: ConfigurationStore) {
        self.store = store
    }

    /// Changes with every change of the configuration; cheap enough to ask for each statement.
    var generation: Int64 { store.generation }

    /// Nil when this agent serves no such resource.
    func resource(named name: String) -> AgentResource? {
        guard let name = try? Name(text: name) else { return nil }
        return store.current?.resource(named: name)?.resource
    }

    /// What now holds for a principal on a resource; nil when the resource is gone, the principal disabled or the credential
    /// revoked.
    func view(of id: ResourceID, for principal: Principal, credential: String?) -> ResourceView? {
        guard let (generation, snapshot) = store.numbered, let served = snapshot.resource(id),
            credential.map({ snapshot.isRevoked(credentialID: $0) }) != true,
            let policies = snapshot.policies(for: principal, on: id), let lease = snapshot.lease(of: id)
        else { return nil }
        return ResourceView(
            resource: served.resource, policies: policies, tags: served.tags, generation: generation,
            maskKey: MaskKey(snapshot.maskKey(of: id)),
            shownTokens: tokens.tokens(shownTo: principal.id, on: id), detectors: snapshot.detectors,
            lease: lease)
    }

    /// Why a resource with this lease may not be served now; nil when it may. Asked for each decision: a clock and a load.
    func obstacle(lease: DurationText) -> Report? {
        guard store.remainingNanoseconds(of: lease) == nil else { return nil }
        return Report(
            .error, .insufficientPrivilege,
            "the agent has not heard from its control plane for longer than the lease of this resource",
            detail: #"{"code":"lease_expired"}"#,
            hint: "Nothing runs until the control plane is reachable again. Tell its operator.")
    }

    /// Where the resource is, with its credential unsealed.
    func target(of resource: AgentResource, database: String?) throws(UpstreamFailure) -> UpstreamTarget {
        let password: Secret<[UInt8]>?
        do throws(SecretError) {
            password = try store.current?.password(of: resource.id)
        } catch {
            throw .misconfigured("\(error)")
        }
        let endpoint = resource.endpoint
        return UpstreamTarget(
            resource: resource.name, host: endpoint.host, port: endpoint.port,
            database: database ?? endpoint.database ?? resource.name.description, tls: endpoint.tls,
            tlsContext: try Self.tlsContext(endpoint), user: resource.credential.username, password: password)
    }

    private static func tlsContext(_ endpoint: Endpoint) throws(UpstreamFailure) -> TLSClientContext? {
        let trust: TLSClientContext.Trust
        switch endpoint.tls {
        case .disable: return nil
        case .require: trust = endpoint.caPEM.map { .pem($0) } ?? .unverified
        case .verifyCA, .verifyFull: trust = endpoint.caPEM.map { .pem($0) } ?? .system
        }
        do throws(IOError) {
            return try TLSClientContext(trust: trust, verifyHostname: endpoint.tls == .verifyFull, alpn: [])
        } catch {
            throw .misconfigured("\(error)")
        }
    }
}
