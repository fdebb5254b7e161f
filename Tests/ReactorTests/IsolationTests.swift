import Glibc
import Reactor
import Synchronization
import Testing

/// The worst fault of a gateway is one session's bytes in another's stream. Many connections, each with a pattern of its own,
/// go through relays that split, hold, cancel and speak TLS; every byte that arrives must be the next of its own pattern.
@Suite(.timeLimit(.minutes(5)))
struct IsolationTests {
    static let connections = 500
    static let bytesEach = 24_000

    @Test func noByteEverReachesAnotherStream() async throws {
        raiseDescriptorLimit()
        let server = try TLSServer(names: "DNS:localhost")
        let trust = try TLSClientContext(
            trust: .pem(TestAuthority.trusted.certificate), verifyHostname: true, alpn: [])
        try await withReactors(3) { group in
            let echoes = try Listener(.anyPort, group: group)
            let plain = try Listener(.anyPort, group: group)
            let encrypted = try Listener(.anyPort, group: group)
            let seeds = Atomic<UInt64>(0)
            let relay: @Sendable (AcceptedConnection, TLSServerContext?) async -> Void = { accepted, tls in
                let seed = seeds.wrappingAdd(1, ordering: .relaxed).newValue
                await Relay.serve(accepted, upstream: echoes.address, tls: tls, seed: seed)
            }
            let whole = try await serving(echoes, with: echoConnection) { _ in
                try await serving(plain, with: { await relay($0, nil) }) { plain in
                    try await serving(encrypted, with: { await relay($0, server.context) }) { encrypted in
                        try await Self.drive(group, plain: plain, encrypted: encrypted, trust: trust)
                    }
                }
            }
            // Two in eleven or so are cancelled, by the client or by the relay.
            #expect(whole > Self.connections / 2)
            #expect(whole < Self.connections)
        }
    }

    /// Runs all the connections at once; how many carried their whole pattern there and back.
    private static func drive(
        _ group: ReactorGroup, plain: SocketAddress, encrypted: SocketAddress, trust: TLSClientContext
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for number in 0..<connections {
                let reactor = group.next()
                let usesTLS = number % 3 == 0
                tasks.addTask(executorPreference: reactor) {
                    let stream = try await ByteStream.connect(
                        to: usesTLS ? encrypted : plain, on: reactor, deadline: .after(.seconds(120)))
                    if usesTLS {
                        do {
                            try await stream.startTLS(
                                client: trust, serverName: "localhost", deadline: .after(.seconds(120)))
                        } catch {
                            Issue.record("connection \(number): \(error)")
                        }
                    }
                    return try await Client(stream: stream, number: number).run()
                }
            }
            return try await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
    }
}

/// One connection's own end: sends its pattern in random splits and checks what comes back, byte for byte.
private struct Client {
    let stream: ByteStream
    let number: Int

    /// Whether all of the pattern came back. It may be cut short by a cancellation, but never be another's.
    func run() async throws -> Bool {
        let expected = Pattern.bytes(seed: UInt64(number), count: IsolationTests.bytesEach)
        let shared = Confined(stream, to: stream.reactor)
        let reactor = stream.reactor
        let number = number
        let writer = Task(executorPreference: reactor) {
            await Client.send(expected, to: shared.value, number: number)
        }
        let killer =
            number % 13 == 5
            ? reactor.spawn { [reactor] in
                try? await reactor.sleep(for: .milliseconds(number % 30))
                shared.value.close()
            } : nil
        let received = await receive(expecting: expected)
        stream.close()
        killer?.cancel()
        await writer.value
        return received == expected.count
    }

    private static func send(_ bytes: [UInt8], to stream: ByteStream, number: Int) async {
        var random = Pattern(seed: UInt64(number) &+ 1_000_000)
        var rest = bytes[...]
        do throws(IOError) {
            while !rest.isEmpty {
                let part = rest.prefix(1 + random.next(below: random.next(below: 4) == 0 ? 9000 : 700))
                try await stream.write(part)
                rest = rest.dropFirst(part.count)
                switch random.next(below: 12) {
                case 0: await stream.reactor.yield()
                case 1: try await stream.reactor.sleep(for: .microseconds(random.next(below: 2000)))
                default: break
                }
            }
            await stream.shutdownWrite()
        } catch {}
    }

    private func receive(expecting expected: [UInt8]) async -> Int {
        var random = Pattern(seed: UInt64(number) &+ 2_000_000)
        var offset = 0
        do throws(IOError) {
            while true {
                let bytes = try await stream.read(
                    upTo: 1 + random.next(below: 8000), deadline: .after(.seconds(120)))
                if bytes.isEmpty { return offset }
                guard offset + bytes.count <= expected.count,
                    memcmp(Array(expected[offset..<(offset + bytes.count)]), bytes, bytes.count) == 0
                else {
                    Issue.record("connection \(number) got a foreign byte after \(offset)")
                    return offset
                }
                offset += bytes.count
            }
        } catch {
            if error == .timedOut { Issue.record("connection \(number) stalled after \(offset)") }
            return offset
        }
    }
}
