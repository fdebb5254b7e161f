import Reactor
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    @Test func carriesFourMebibytesBothWays() async throws {
        let server = try TLSServer(names: "DNS:localhost")
        let client = try TLSClientContext(
            trust: .pem(TestAuthority.trusted.certificate), verifyHostname: true, alpn: [])
        try await withReactors(2) { group in
            let listener = try Listener(.anyPort, group: group)
            try await serving(listener, with: server.echo) { address in
                let reactor = group.next()
                let sent = Pattern.bytes(seed: 2, count: 4 << 20)
                let (info, received) = try await reactor.run {
                    let stream = try await ByteStream.connect(
                        to: address, on: reactor, deadline: .after(.seconds(5)))
                    let info = try await stream.startTLS(
                        client: client, serverName: "localhost", deadline: .after(.seconds(5)))
                    let received = try await stream.exchange(sent)
                    stream.close()
                    return (info, received)
                }
                #expect(received == sent)
                #expect(info.version == "TLSv1.3")
                #expect(info.serverEndPoint?.count == 32)
            }
        }
    }
}
