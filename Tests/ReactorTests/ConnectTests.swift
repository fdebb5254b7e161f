import Glibc
import Testing

@testable import Reactor

@Suite(.timeLimit(.minutes(1)))
struct ConnectTests {
    private static func failure(connectingTo address: SocketAddress, patience: Duration = .seconds(30))
        async throws
        -> IOError?
    {
        try await withReactors { group in
            let reactor = group.next()
            return try await reactor.run {
                await outcome { () async throws(IOError) in
                    _ = try await ByteStream.connect(to: address, on: reactor, deadline: .after(patience))
                }
            }
        }
    }

    @Test func aClosedPortRefuses() async throws {
        let address = try await withReactors { group in
            // An address that no other test listens on, so that nobody takes the port meanwhile.
            let own = try #require(SocketAddress(ip: "127.0.0.24", port: 0))
            let listener = try Listener(own, group: group)
            listener.close()
            return listener.address
        }
        let failure = try await Self.failure(connectingTo: address)
        #expect(failure == .system(errno: ECONNREFUSED, operation: "connect to \(address)"))
    }

    @Test func aMissingPathIsNotFound() async throws {
        let address = SocketAddress.freshPath
        let failure = try await Self.failure(connectingTo: address)
        #expect(failure == .system(errno: ENOENT, operation: "connect to \(address)"))
    }

    /// A queue that is full and never emptied: TCP drops the attempt and retries, a Unix socket says EAGAIN.
    @Test(arguments: [SocketAddress.anyPort, .freshPath])
    func givesUpAtTheDeadline(address: SocketAddress) async throws {
        try await withReactors { group in
            let listener = try Listener(address, group: group, backlog: 0)
            defer { listener.close() }
            let reactor = group.next()
            let last = try await reactor.run {
                var streams: [ByteStream] = []
                for _ in 0..<8 {
                    do {
                        streams.append(
                            try await ByteStream.connect(
                                to: listener.address, on: reactor, deadline: .after(.milliseconds(100))))
                    } catch {
                        return error as? IOError
                    }
                }
                return nil
            }
            #expect(last == .timedOut)
        }
    }

    @Test func waitsForRoomInAUnixQueue() async throws {
        try await withReactors { group in
            let listener = try Listener(.freshPath, group: group, backlog: 1)
            let reactor = group.next()
            let connecting = (0..<20).map { _ in
                Task(executorPreference: reactor) {
                    let stream = try await ByteStream.connect(
                        to: listener.address, on: reactor, deadline: .after(.seconds(30)))
                    let answer = try await stream.exchange([5])
                    stream.close()
                    return answer
                }
            }
            try await reactor.sleep(for: .milliseconds(20))
            try await serving(listener, with: echoConnection) { _ in
                for task in connecting {
                    let answer = try await task.value
                    #expect(answer == [5])
                }
            }
        }
    }

    @Test func triesEachAddressOfAName() async throws {
        // "localhost" may be ::1 first; only 127.0.0.1 listens.
        try await withReactors { group in
            let listener = try Listener(.anyPort, group: group)
            try await serving(listener, with: echoConnection) { address in
                let reactor = group.next()
                let answer = try await reactor.run {
                    let stream = try await ByteStream.connect(
                        host: "localhost", port: address.port!, on: reactor, deadline: .after(.seconds(30)))
                    return try await stream.exchange([1, 2])
                }
                #expect(answer == [1, 2])
            }
        }
    }

    @Test func aDeadlineIsSharedAmongTheAddresses() {
        let share = Deadline.after(.seconds(30)).share(of: 3)
        #expect(share.remaining <= .seconds(10))
        #expect(share.remaining > .seconds(5))
        #expect(Deadline.never.share(of: 3).isNever)
    }
}
