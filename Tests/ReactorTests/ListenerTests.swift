import Glibc
import Synchronization
import Testing

@testable import Reactor

@Suite(.timeLimit(.minutes(1)))
struct ListenerTests {
    @Test func allReactorsShareThePortThatTheSystemChose() async throws {
        try await withReactors(3) { group in
            let clients = ReactorGroup(count: 1)
            defer { clients.shutdown() }
            let listener = try Listener(.anyPort, group: group)
            #expect(listener.address.port != 0)
            let served = Locked<Set<Int>>([])
            let handler: @Sendable (AcceptedConnection) async -> Void = { accepted in
                served.withLock { _ = $0.insert(accepted.reactor.index) }
                await holdUntilPeerCloses(accepted)
            }
            try await serving(listener, with: handler) { address in
                let reactor = clients.next()
                try await reactor.run {
                    var streams: [ByteStream] = []
                    for _ in 0..<60 {
                        streams.append(
                            try await ByteStream.connect(
                                to: address, on: reactor, deadline: .after(.seconds(30))))
                    }
                    while served.withLock({ $0.count }) < 3 { try await reactor.sleep(for: .milliseconds(1)) }
                    for stream in streams { stream.close() }
                }
            }
        }
    }

    @Test(arguments: [SocketAddress.anyPort, .freshPath])
    func aBurstIsSpreadOverTheReactors(address: SocketAddress) async throws {
        try await withReactors(4) { group in
            let clients = ReactorGroup(count: 1)
            defer { clients.shutdown() }
            let listener = try Listener(address, group: group)
            let arrived = Atomic<Int>(0)
            let handler: @Sendable (AcceptedConnection) async -> Void = { accepted in
                arrived.wrappingAdd(1, ordering: .relaxed)
                await holdUntilPeerCloses(accepted)
            }
            try await serving(listener, with: handler) { address in
                let reactor = clients.next()
                try await reactor.run {
                    var streams: [ByteStream] = []
                    for _ in 0..<200 {
                        streams.append(
                            try await ByteStream.connect(
                                to: address, on: reactor, deadline: .after(.seconds(30))))
                    }
                    while arrived.load(ordering: .relaxed) < 200 {
                        try await reactor.sleep(for: .milliseconds(1))
                    }
                    // Each reactor's listening socket counts as well.
                    let loads = group.reactors.map(\.streamCount)
                    #expect(loads.allSatisfy { $0 > 200 / 4 - 10 && $0 < 200 / 4 + 10 }, "\(loads)")
                    for stream in streams { stream.close() }
                }
            }
        }
    }

    @Test func aTakenPortIsRefused() async throws {
        try await withReactors(2) { group in
            let listener = try Listener(.anyPort, group: group)
            let address = listener.address
            #expect(throws: IOError.system(errno: EADDRINUSE, operation: "bind to \(address)")) {
                _ = try Listener(address, group: group)
            }
            listener.close()
            let second = try Listener(address, group: group)
            second.close()
        }
    }

    @Test func closingEndsTheRun() async throws {
        try await withReactors(2) { group in
            for round in 0..<20 {
                let listener = try Listener(.anyPort, group: group)
                let running = Task { await listener.run { $0.reject() } }
                if round % 2 == 0 { try await group.next().sleep(for: .milliseconds(1)) }
                listener.close()
                listener.close()
                await running.value
            }
        }
    }

    @Test func whatWasAcceptedHasOneOwner() async throws {
        try await withReactors { group in
            let listener = try Listener(.anyPort, group: group)
            let outcomes = Locked<[IOError?]>([])
            let handler: @Sendable (AcceptedConnection) async -> Void = { accepted in
                let first = try? ByteStream(accepted)
                accepted.reject()
                let second = await outcome { () async throws(IOError) in _ = try ByteStream(accepted) }
                try? await first?.write([9])
                outcomes.withLock { $0.append(second) }
            }
            try await serving(listener, with: handler) { address in
                let reactor = group.next()
                let bytes = try await reactor.run {
                    let stream = try await ByteStream.connect(
                        to: address, on: reactor, deadline: .after(.seconds(30)))
                    return try await stream.readToEnd()
                }
                #expect(bytes == [9])
            }
            #expect(outcomes.withLock { $0 } == [.closed])
        }
    }

    @Test func aConnectionThatNobodyTakesIsClosed() async throws {
        try await withReactors { group in
            let listener = try Listener(.anyPort, group: group)
            try await serving(listener, with: { _ in }) { address in
                let reactor = group.next()
                let bytes = try await reactor.run {
                    let stream = try await ByteStream.connect(
                        to: address, on: reactor, deadline: .after(.seconds(30)))
                    return try await stream.readToEnd()
                }
                #expect(bytes == [])
            }
        }
    }

    // MARK: Unix sockets

    @Test func aStaleSocketFileIsReplacedAndTheOwnOneRemoved() async throws {
        try await withReactors { group in
            let address = SocketAddress.freshPath
            let abandoned = try Socket.listen(on: address, joins: false, backlog: 1)
            Glibc.close(abandoned.descriptor)
            #expect(access(address.path!, F_OK) == 0)
            let listener = try Listener(address, group: group)
            listener.close()
            #expect(access(address.path!, F_OK) != 0)
        }
    }

    @Test func aSocketThatSomebodyListensOnIsLeftAlone() async throws {
        try await withReactors { group in
            let listener = try Listener(.freshPath, group: group)
            defer { listener.close() }
            let address = listener.address
            #expect(throws: IOError.system(errno: EADDRINUSE, operation: "bind to \(address)")) {
                _ = try Listener(address, group: group)
            }
            #expect(access(address.path!, F_OK) == 0)
        }
    }

    @Test func anotherListenersFileIsNotRemoved() async throws {
        try await withReactors { group in
            let listener = try Listener(.freshPath, group: group)
            unlink(listener.address.path!)
            let successor = try Listener(listener.address, group: group)
            listener.close()
            #expect(access(successor.address.path!, F_OK) == 0)
            successor.close()
        }
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() async throws {
        try await withReactors { group in
            let address = SocketAddress.freshPath
            Glibc.close(open(address.path!, O_CREAT | O_WRONLY, 0o600))
            defer { unlink(address.path!) }
            #expect(throws: IOError.system(errno: EADDRINUSE, operation: "bind to \(address)")) {
                _ = try Listener(address, group: group)
            }
            #expect(access(address.path!, F_OK) == 0)
        }
    }
}
