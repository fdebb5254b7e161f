import Reactor
import Testing

/// Peers that do not complete a handshake: each gets an error and a closed stream, never a stream in the clear.
@Suite(.timeLimit(.minutes(1)))
struct HandshakeFailureTests {
    private static func serverContext() throws -> TLSServerContext {
        let identity = TestAuthority.trusted.issue(["DNS:localhost"])
        return try TLSServerContext(
            certificateChainPEM: identity.chain, privateKeyPEM: identity.key, alpn: [])
    }

    private static func handshake(
        _ pair: StreamPair, _ context: TLSServerContext, patience: Duration = .seconds(30)
    ) async -> IOError? {
        let failure = await outcome { () async throws(IOError) in
            try await pair.server.startTLS(server: context, deadline: .after(patience))
        }
        #expect(pair.server.isClosed)
        return failure
    }

    @Test func aSilentPeerTimesOut() async throws {
        let context = try Self.serverContext()
        let failure = try await withPair { pair, _ in
            await Self.handshake(pair, context, patience: .milliseconds(5))
        }
        #expect(failure == .timedOut)
    }

    @Test func whatIsNotTLSIsRefused() async throws {
        let context = try Self.serverContext()
        let failure = try await withPair { pair, _ in
            try await pair.client.write(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            return await Self.handshake(pair, context)
        }
        guard case .tls(let reason) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(reason.contains("http request"))
    }

    @Test func aPeerThatLeavesIsAnError() async throws {
        let context = try Self.serverContext()
        let failure = try await withPair { pair, _ in
            pair.client.close()
            return await Self.handshake(pair, context)
        }
        #expect(failure == .tls(reason: "the peer closed the connection during the handshake"))
    }

    @Test func closingEndsAHandshake() async throws {
        let context = try Self.serverContext()
        let failure = try await withPair { pair, reactor in
            let server = Confined(pair.server, to: reactor)
            let closing = reactor.spawn {
                for _ in 0..<4 { await reactor.yield() }
                server.value.close()
            }
            let failure = await Self.handshake(pair, context)
            await closing.value
            return failure
        }
        #expect(failure == .closed)
    }

    @Test func aBadRecordEndsTheStreamForGood() async throws {
        let context = try Self.serverContext()
        let failures = try await withPair { pair, reactor in
            let server = Confined(pair.server, to: reactor)
            let accepting = Task(executorPreference: reactor) {
                try await server.value.startTLS(server: context, deadline: .after(.seconds(30)))
                var failures: [IOError?] = []
                for _ in 0..<2 {
                    failures.append(
                        await outcome { () async throws(IOError) in _ = try await server.value.read(upTo: 1) }
                    )
                }
                failures.append(
                    await outcome { () async throws(IOError) in try await server.value.write([1]) })
                return failures
            }
            try await pair.client.startTLS(
                client: TLSClientContext(trust: .unverified, verifyHostname: false, alpn: []),
                serverName: "localhost", deadline: .after(.seconds(30)))
            try pair.client.writeBelowTLS(
                Array("\u{17}\u{3}\u{3}\u{0}\u{20}this is not what was agreed on..".utf8))
            return try await accepting.value
        }
        #expect(failures.count == 3)
        #expect(Set(failures.map { "\(String(describing: $0))" }).count == 1)
        guard case .tls = failures.first ?? nil else {
            Issue.record("\(failures)")
            return
        }
    }
}
