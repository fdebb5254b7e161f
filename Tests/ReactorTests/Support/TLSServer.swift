import Reactor

/// A server that speaks TLS with a certificate of its own.
final class TLSServer: Sendable {
    let context: TLSServerContext
    /// What the handshakes settled, as the server sees it.
    let handshakes = Locked<[TLSInfo]>([])

    init(
        names: String..., alpn: [String] = [], authority: TestAuthority = .trusted,
        clients: TestAuthority? = nil
    ) throws {
        let identity = authority.issue(names)
        context = try TLSServerContext(
            certificateChainPEM: identity.chain, privateKeyPEM: identity.key, alpn: alpn,
            clientAuthoritiesPEM: clients?.certificate)
    }

    /// Sends back what comes, once the handshake is done.
    @Sendable func echo(_ accepted: AcceptedConnection) async {
        guard let stream = try? ByteStream(accepted) else { return }
        do {
            let info = try await stream.startTLS(server: context, deadline: .after(.seconds(30)))
            handshakes.withLock { $0.append(info) }
        } catch {
            return stream.close()
        }
        await ReactorTests.echo(stream)
    }
}
