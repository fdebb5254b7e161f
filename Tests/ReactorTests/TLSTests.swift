import COpenSSL
import Glibc
import Testing

@testable import Reactor

@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    enum Version: CaseIterable {
        case tls12, tls13

        /// Keeps a context to this version.
        func limit(_ context: TLSClientContext) {
            // SSL_CTRL_SET_MAX_PROTO_VERSION, whose macro does not reach Swift.
            if self == .tls12 { SSL_CTX_ctrl(context.handle.pointer, 124, Int(TLS1_2_VERSION), nil) }
        }

        var name: String { self == .tls12 ? "TLSv1.2" : "TLSv1.3" }
    }

    static func client(
        trust: TLSClientContext.Trust = .pem(TestAuthority.trusted.certificate), verifyHostname: Bool = true,
        alpn: [String] = [], identity: Identity? = nil
    ) throws -> TLSClientContext {
        try TLSClientContext(
            trust: trust, verifyHostname: verifyHostname, alpn: alpn,
            identity: identity.map { ($0.chain, $0.key) })
    }

    /// Serves with `server`, connects as `client` to `name`, and exchanges `bytes`.
    static func exchange(
        _ bytes: [UInt8] = [1, 2, 3], server: TLSServer, client: TLSClientContext, name: String = "localhost",
        times: Int = 1
    ) async throws -> [TLSInfo] {
        try await withReactors(2) { group in
            try await serving(try Listener(.anyPort, group: group), with: server.echo) { address in
                let reactor = group.next()
                return try await reactor.run {
                    var infos: [TLSInfo] = []
                    for _ in 0..<times {
                        let stream = try await ByteStream.connect(
                            to: address, on: reactor, deadline: .after(.seconds(30)))
                        defer { stream.close() }
                        infos.append(
                            try await stream.startTLS(
                                client: client, serverName: name, deadline: .after(.seconds(30))))
                        let received = try await stream.exchange(bytes)
                        #expect(received == bytes)
                    }
                    return infos
                }
            }
        }
    }

    /// What a connection fails with, in the handshake or at the first read.
    static func failure(server: TLSServer, client: TLSClientContext, name: String = "localhost") async
        -> String
    {
        do {
            _ = try await exchange(server: server, client: client, name: name)
            return "no failure"
        } catch IOError.tls(let reason) {
            return reason
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: Version.allCases)
    func carriesFourMebibytesBothWays(version: Version) async throws {
        let client = try Self.client()
        version.limit(client)
        let infos = try await Self.exchange(
            Pattern.bytes(seed: 2, count: 4 << 20), server: TLSServer(names: "DNS:localhost"), client: client)
        #expect(infos.map(\.version) == [version.name])
    }

    // MARK: Negotiation

    @Test func takesTheServersFirstProtocolThatTheClientOffers() async throws {
        let server = try TLSServer(names: "DNS:localhost", alpn: ["h2", "http/1.1"])
        let both = try await Self.exchange(server: server, client: Self.client(alpn: ["http/1.1", "h2"]))
        #expect(both.map(\.alpn) == ["h2"])
        let one = try await Self.exchange(server: server, client: Self.client(alpn: ["http/1.1"]))
        #expect(one.map(\.alpn) == ["http/1.1"])
        let none = try await Self.exchange(server: server, client: Self.client())
        #expect(none.map(\.alpn) == [nil])
        let seen = server.handshakes.withLock { $0.map(\.alpn) }
        #expect(seen == ["h2", "http/1.1", nil])
    }

    @Test func refusesAClientThatOffersOnlyOtherProtocols() async throws {
        let server = try TLSServer(names: "DNS:localhost", alpn: ["postgresql"])
        let reason = await Self.failure(server: server, client: try Self.client(alpn: ["h2"]))
        #expect(reason.contains("no application protocol"))
    }

    @Test func theServerSeesTheNameThatWasAskedFor() async throws {
        let server = try TLSServer(names: "DNS:db.example")
        _ = try await Self.exchange(server: server, client: Self.client(), name: "db.example")
        #expect(server.handshakes.withLock { $0.map(\.serverName) } == ["db.example"])
    }

    // MARK: Verification

    @Test(arguments: [
        ("DNS:localhost", "localhost"), ("DNS:*.example.com", "db.example.com"),
        ("IP:127.0.0.1", "127.0.0.1"),
        ("IP:::1", "::1"),
    ])
    func acceptsACertificateForTheName(names: String, name: String) async throws {
        let infos = try await Self.exchange(
            server: TLSServer(names: names), client: Self.client(), name: name)
        #expect(infos.first?.peerCertificate?.isEmpty == false)
    }

    @Test(arguments: [
        ("DNS:localhost", "elsewhere"), ("DNS:*.example.com", "a.b.example.com"),
        ("DNS:d*.example.com", "db.example.com"),
        ("IP:127.0.0.1", "127.0.0.2"), ("DNS:127.0.0.1", "127.0.0.1"), ("DNS:localhost", "/run/socket"),
    ])
    func refusesACertificateForAnotherName(names: String, name: String) async throws {
        let reason = await Self.failure(
            server: try TLSServer(names: names), client: try Self.client(), name: name)
        #expect(reason.contains("mismatch"), "\(reason)")
    }

    @Test(arguments: ["", "localhost\0.elsewhere"])
    func refusesANameThatWouldVerifyAnything(name: String) async throws {
        let reason = await Self.failure(
            server: try TLSServer(names: "DNS:localhost"), client: try Self.client(), name: name)
        #expect(reason == "not a server's name")
    }

    @Test func refusesACertificateOfAnotherAuthority() async throws {
        let server = try TLSServer(names: "DNS:localhost", authority: .foreign)
        let reason = await Self.failure(server: server, client: try Self.client())
        #expect(reason.contains("the certificate was not accepted"), "\(reason)")
        let system = await Self.failure(server: server, client: try Self.client(trust: .system))
        #expect(system.contains("the certificate was not accepted"), "\(system)")
    }

    @Test func verifiesNoMoreThanItWasAskedTo() async throws {
        let named = try TLSServer(names: "DNS:elsewhere")
        _ = try await Self.exchange(server: named, client: Self.client(verifyHostname: false))
        let foreign = try TLSServer(names: "DNS:elsewhere", authority: .foreign)
        _ = try await Self.exchange(server: foreign, client: Self.client(trust: .unverified))
    }

    @Test func bindsTheChannelToTheServersCertificate() async throws {
        let infos = try await Self.exchange(server: TLSServer(names: "DNS:localhost"), client: Self.client())
        let info = try #require(infos.first)
        let certificate = try #require(info.peerCertificate)
        var digest = [UInt8](repeating: 0, count: 32)
        SHA256(certificate, certificate.count, &digest)
        #expect(info.serverEndPoint == digest)
    }

    // MARK: Client certificates

    @Test func asksForAClientCertificate() async throws {
        let server = try TLSServer(names: "DNS:localhost", clients: .trusted)
        let identity = TestAuthority.trusted.issue(["DNS:agent.example"])
        _ = try await Self.exchange(server: server, client: Self.client(identity: identity), times: 2)
        let seen = server.handshakes.withLock { $0 }
        #expect(seen.allSatisfy { $0.peerCertificate?.isEmpty == false })
        #expect(seen.map(\.isResumed) == [false, true])
    }

    @Test func turnsAwayAClientWithoutATrustedCertificate() async throws {
        let server = try TLSServer(names: "DNS:localhost", clients: .trusted)
        let without = await Self.failure(server: server, client: try Self.client())
        #expect(without.contains("certificate required"), "\(without)")
        let foreign = TestAuthority.foreign.issue(["DNS:agent.example"])
        let other = await Self.failure(server: server, client: try Self.client(identity: foreign))
        #expect(other.contains("unknown ca"), "\(other)")
        #expect(server.handshakes.withLock { $0.isEmpty })
    }

    // MARK: Resumption and reload

    @Test(arguments: Version.allCases)
    func resumesASession(version: Version) async throws {
        let client = try Self.client()
        version.limit(client)
        let infos = try await Self.exchange(
            server: TLSServer(names: "DNS:localhost"), client: client, times: 3)
        #expect(infos.map(\.isResumed) == [false, true, true])
        #expect(Set(infos.map(\.peerCertificate)).count == 1)
    }

    @Test func takesANewCertificateForTheHandshakesToCome() async throws {
        let server = try TLSServer(names: "DNS:localhost")
        let client = try Self.client()
        let before = try await Self.exchange(server: server, client: client)
        let next = TestAuthority.trusted.issue(["DNS:localhost"])
        try server.context.reload(certificateChainPEM: next.chain, privateKeyPEM: next.key)
        let after = try await Self.exchange(server: server, client: client, times: 2)
        #expect(before[0].peerCertificate != after[0].peerCertificate)
        #expect(after.map(\.isResumed) == [false, true])
    }

    @Test func aBadCertificateLeavesTheOldOne() async throws {
        let server = try TLSServer(names: "DNS:localhost")
        let next = TestAuthority.trusted.issue(["DNS:localhost"])
        let other = TestAuthority.trusted.issue(["DNS:localhost"])
        let broken = next.chain.replacing("\n-----END", with: "AA\n-----END")
        for (chain, key) in [
            (next.chain, other.key), (broken, next.key), (next.chain + broken, next.key), ("", next.key),
            (next.chain, ""),
        ] {
            #expect(throws: IOError.self) {
                try server.context.reload(certificateChainPEM: chain, privateKeyPEM: key)
            }
        }
        _ = try await Self.exchange(server: server, client: Self.client())
    }
}
