import Reactor
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StreamTests {
    static let addresses = [
        SocketAddress.anyPort, SocketAddress(ip: "::1", port: 0)!, SocketAddress.freshPath,
    ]

    @Test(arguments: addresses)
    func echoesOverEachFamily(address: SocketAddress) async throws {
        try await withReactors(2) { group in
            let listener = try Listener(address, group: group)
            try await serving(listener, with: echoConnection) { address in
                let reactor = group.next()
                let sent = Pattern.bytes(seed: 1, count: 300_000)
                let received = try await reactor.run {
                    let stream = try await ByteStream.connect(
                        to: address, on: reactor, deadline: .after(.seconds(5)))
                    let received = try await stream.exchange(sent)
                    stream.close()
                    return received
                }
                #expect(received == sent)
            }
        }
    }

    @Test func closingEndsEveryWait() async throws {
        try await withReactors { group in
            let reactor = group.next()
            let listener = try Listener(.anyPort, group: group)
            try await serving(listener, with: holdUntilPeerCloses) { address in
                let outcomes = try await reactor.run {
                    let stream = try await ByteStream.connect(
                        to: address, on: reactor, deadline: .after(.seconds(5)))
                    let shared = Confined(stream, to: reactor)
                    let reading = Task(executorPreference: reactor) {
                        await outcome { () async throws(IOError) in _ = try await shared.value.read(upTo: 1) }
                    }
                    let hangingUp = Task(executorPreference: reactor) {
                        await outcome { () async throws(IOError) in try await shared.value.peerClosed() }
                    }
                    await reactor.yield()
                    stream.close()
                    stream.close()
                    return await [reading.value, hangingUp.value]
                }
                #expect(outcomes == [.closed, .closed])
            }
        }
    }
}
