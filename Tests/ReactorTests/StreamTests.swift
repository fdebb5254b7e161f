import Glibc
import Testing

@testable import Reactor

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
                        to: address, on: reactor, deadline: .after(.seconds(30)))
                    let received = try await stream.exchange(sent)
                    stream.close()
                    return received
                }
                #expect(received == sent)
            }
        }
    }

    @Test func closingEndsEveryWait() async throws {
        let outcomes = try await withPair { pair, reactor in
            let shared = Confined(pair.client, to: reactor)
            let reading = Task(executorPreference: reactor) {
                await outcome { () async throws(IOError) in _ = try await shared.value.read(upTo: 1) }
            }
            let hangingUp = Task(executorPreference: reactor) {
                await outcome { () async throws(IOError) in try await shared.value.peerClosed() }
            }
            for _ in 0..<4 { await reactor.yield() }
            pair.client.close()
            pair.client.close()
            return await [reading.value, hangingUp.value]
        }
        #expect(outcomes == [.closed, .closed])
    }

    @Test func aHandlerDealsWithWhatComesUntilItWantsItsTask() async throws {
        let (handled, rest) = try await withPair { pair, reactor in
            // A new stream is taken to be ready: only when it was found dry is there anything to wait for.
            #expect(try pair.client.tryRead(into: reactor.readArea) == .wouldBlock)
            let server = Confined(pair.server, to: reactor)
            let taken = Locked(0)
            let writing = Task(executorPreference: reactor) {
                for byte in 1...4 as ClosedRange<UInt8> {
                    try? await server.value.write([byte])
                    while taken.withLock({ $0 }) < min(Int(byte), 3) { await reactor.yield() }
                }
            }
            var handled: [UInt8] = []
            try await pair.client.readable(handledBy: {
                guard handled.count < 3,
                    case .bytes(let count)? = try? pair.client.tryRead(into: reactor.readArea)
                else { return false }
                handled += reactor.readArea.prefix(count)
                taken.withLock { $0 = handled.count }
                return true
            })
            let rest = try await pair.client.read(upTo: 16)
            await writing.value
            return (handled, rest)
        }
        #expect(handled == [1, 2, 3])
        #expect(rest == [4])
    }

    @Test func closingEndsAWaitThatIsHandled() async throws {
        let result = try await withPair { pair, reactor in
            #expect(try pair.client.tryRead(into: reactor.readArea) == .wouldBlock)
            let shared = Confined(pair.client, to: reactor)
            let waiting = Task(executorPreference: reactor) {
                await outcome { () async throws(IOError) in
                    try await shared.value.readable(handledBy: {
                        shared.value.close()
                        return true
                    })
                }
            }
            for _ in 0..<4 { await reactor.yield() }
            try await pair.server.write([1])
            return await waiting.value
        }
        #expect(result == .closed)
    }

    @Test func nothingWorksAfterClose() async throws {
        try await withPair { pair, _ in
            let stream = pair.client
            stream.close()
            #expect(stream.isClosed)
            #expect(stream.local == nil)
            #expect(throws: IOError.closed) { try stream.tryWrite(vector: []) }
            #expect(await outcome { () async throws(IOError) in try await stream.readable() } == .closed)
            #expect(await outcome { () async throws(IOError) in try await stream.write([1]) } == .closed)
            await stream.shutdownWrite()
        }
    }

    @Test func aWaitEndsAtItsDeadlineAndTheStreamGoesOn() async throws {
        let (first, second) = try await withPair { pair, _ in
            let first = await outcome { () async throws(IOError) in
                _ = try await pair.client.read(upTo: 10, deadline: .after(.milliseconds(5)))
            }
            try await pair.server.write([1, 2, 3])
            return (first, try await pair.client.read(upTo: 10))
        }
        #expect(first == .timedOut)
        #expect(second == [1, 2, 3])
    }

    @Test func eachWaitEndsAtItsOwnDeadlineWhateverOnesCameBefore() async throws {
        let outcomes = try await withPair { pair, reactor in
            let server = Confined(pair.server, to: reactor)
            var outcomes: [IOError?] = []
            // A long wait that ends in time leaves its timer set; a shorter one must not wait for it, nor a longer one end with it.
            for patience in [Duration.seconds(100), .milliseconds(5), .milliseconds(2), .milliseconds(40)] {
                let isLong = patience == .seconds(100)
                if isLong {
                    reactor.spawn { try? await server.value.write([1]) }
                }
                let deadline = Deadline.after(patience)
                outcomes.append(
                    await outcome { () async throws(IOError) in
                        _ = try await pair.client.read(upTo: 10, deadline: deadline)
                    })
                if !isLong { #expect(deadline.remaining == .zero) }
            }
            return outcomes
        }
        #expect(outcomes == [nil, .timedOut, .timedOut, .timedOut])
    }

    @Test func readinessWinsOverAPassedDeadline() async throws {
        let bytes = try await withPair { pair, _ in
            try await pair.server.write([7])
            try await pair.client.readable()
            return try await pair.client.read(upTo: 10, deadline: Deadline(nanoseconds: 0))
        }
        #expect(bytes == [7])
    }

    @Test(arguments: [SocketAddress.anyPort, .freshPath])
    func peerClosedIsSeenWhileUnreadDataWaits(address: SocketAddress) async throws {
        let bytes = try await withPair(over: address) { pair, _ in
            #expect(!pair.client.isPeerClosed)
            try await pair.server.write([1, 2, 3, 4])
            pair.server.close()
            try await pair.client.peerClosed()
            #expect(pair.client.isPeerClosed)
            return try await (pair.client.read(upTo: 2), pair.client.readToEnd())
        }
        #expect(bytes == ([1, 2], [3, 4]))
    }

    @Test(arguments: [SocketAddress.anyPort, .freshPath])
    func halfCloseLeavesTheOtherDirectionOpen(address: SocketAddress) async throws {
        let (request, response) = try await withPair(over: address) { pair, _ in
            try await pair.client.write(Array("request".utf8))
            await pair.client.shutdownWrite()
            let request = try await pair.server.readToEnd()
            try await pair.server.write(Array("response".utf8))
            pair.server.close()
            return (request, try await pair.client.readToEnd())
        }
        #expect(request == Array("request".utf8))
        #expect(response == Array("response".utf8))
    }

    @Test func aResetIsAnErrorAndNoSignal() async throws {
        let failure = try await withPair { pair, _ in
            // Unread data makes the peer's close a reset.
            try await pair.client.write([1])
            try await pair.server.readable()
            pair.server.close()
            try await pair.client.peerClosed()
            return await outcome { () async throws(IOError) in
                while true { try await pair.client.write([UInt8](repeating: 0, count: 1000)) }
            }
        }
        guard case .system(let number, "write") = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect([EPIPE, ECONNRESET].contains(number))
    }

    @Test(arguments: [SocketAddress.anyPort, .freshPath])
    func aSlowReaderHoldsTheWriterBack(address: SocketAddress) async throws {
        let sent = Pattern.bytes(seed: 3, count: 2 << 20)
        let (taken, received) = try await withPair(over: address) { pair, reactor in
            Socket.set(SO_SNDBUF, level: SOL_SOCKET, on: pair.client.registration.descriptor, to: 1)
            var taken = 0
            var refused: IOError?
            // The kernel may still be moving bytes to the receiver's side, which makes room once more.
            while refused == nil, taken < sent.count {
                taken = try sent.withUnsafeBytes { bytes in
                    var taken = taken
                    while true {
                        let count = try pair.client.tryWrite(
                            UnsafeRawBufferPointer(rebasing: bytes[taken...]))
                        if count == 0 { return taken }
                        taken += count
                    }
                }
                refused = await outcome { () async throws(IOError) in
                    try await pair.client.writable(deadline: .after(.milliseconds(20)))
                }
            }
            #expect(refused == .timedOut)
            let behind = taken
            let client = Confined(pair.client, to: reactor)
            let writing = Task(executorPreference: reactor) {
                try await client.value.write(sent[behind...])
            }
            let received = try await pair.server.read(exactly: sent.count)
            try await writing.value
            return (taken, received)
        }
        #expect(taken > 0)
        #expect(taken < sent.count)
        #expect(received == sent)
    }

    @Test func piecesArriveInOrder() async throws {
        let received = try await withPair { pair, _ in
            let pieces = (0..<200).map { [UInt8](repeating: UInt8($0), count: $0 % 7) }
            var sent = 0
            let all = pieces.flatMap { $0 }
            while sent < all.count {
                sent += try Self.write(pieces, skipping: sent, to: pair.client)
                try await pair.client.writable()
            }
            return try await (pair.server.read(exactly: all.count), all)
        }
        #expect(received.0 == received.1)
    }

    /// Offers all of `pieces` but their first bytes, in one vector.
    private static func write(_ pieces: [[UInt8]], skipping: Int, to stream: ByteStream) throws -> Int {
        var skipping = skipping
        var buffers: [UnsafeMutableRawBufferPointer] = []
        defer { for buffer in buffers { buffer.deallocate() } }
        for piece in pieces {
            let rest = piece.dropFirst(skipping)
            skipping = max(0, skipping - piece.count)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: rest.count, alignment: 1)
            buffer.copyBytes(from: rest)
            buffers.append(buffer)
        }
        return try stream.tryWrite(vector: buffers.map(UnsafeRawBufferPointer.init))
    }

    @Test func noRoomIsNotTheEndOfTheStream() async throws {
        try await withPair { pair, _ in
            try await pair.server.write([1])
            try await pair.client.readable()
            let nothing = try pair.client.tryRead(into: .init(start: nil, count: 0))
            #expect(nothing == .bytes(0))
            let something = try await pair.client.read(upTo: 1)
            #expect(something == [1])
        }
    }

    @Test func aReaderAndAWriterMayWaitForTheSameReadiness() async throws {
        let outcomes = try await withPair { pair, reactor in
            let shared = Confined(pair.client.registration, to: reactor)
            shared.value.read.isReady = false
            let waiting = [Duration.milliseconds(2), .seconds(60)].map { patience in
                Task(executorPreference: reactor) {
                    await outcome { () async throws(IOError) in
                        try await shared.value.wait(for: .read, deadline: .after(patience))
                    }
                }
            }
            let first = await waiting[0].value
            try await pair.server.write([1])
            return await [first, waiting[1].value]
        }
        #expect(outcomes == [.timedOut, nil])
    }
}
