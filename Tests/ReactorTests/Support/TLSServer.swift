import Reactor

/// A server that speaks TLS with a certificate of the trusted authority.
final class TLSServer: Sendable {
    let context: TLSServerContext

    init(names: String..., alpn: [String] = []) throws {
        let identity = TestAuthority.trusted.issue(names)
        context = try TLSServerContext(
            certificateChainPEM: identity.chain, privateKeyPEM: identity.key, alpn: alpn)
    }

    /// Sends back what comes, once the handshake is done.
    @Sendable func echo(_ accepted: AcceptedConnection) async {
        guard let stream = try? ByteStream(accepted) else { return }
        do {
            try await stream.startTLS(server: context, deadline: .after(.seconds(10)))
        } catch {
            return stream.close()
        }
        await ReactorTests.echo(stream)
    }
}
