import Glibc
import Testing

@testable import Reactor

/// The three conditions under which sessions stay apart and waits cost no hop.
@Suite(.timeLimit(.minutes(1)))
struct ConfinementTests {
    actor Resident {
        nonisolated let reactor: Reactor
        nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

        init(_ reactor: Reactor) { self.reactor = reactor }

        func check(_ what: String) { #expect(Reactor.current === reactor, "\(what)") }

        func isIsolated() -> Bool {
            preconditionIsolated()
            return assumeIsolated { _ in Reactor.current != nil }
        }

        /// Every kind of wait, and where the actor is afterwards.
        func waitForEverything(_ group: ReactorGroup) async throws {
            check("start")
            let pair = try await StreamPair.connect(on: reactor, group: group)
            defer { pair.close() }
            check("connect")
            try await pair.client.writable()
            check("writable")
            try await pair.server.write([1])
            try await pair.client.readable()
            check("readable")
            try await reactor.sleep(for: .milliseconds(1))
            check("sleep")
            await reactor.yield()
            check("yield")
            _ = await BlockingPool.shared.run { 1 }
            check("blocking pool")
            _ = try await Resolver.resolve(host: "localhost", port: 1)
            check("resolver")
            await Task.detached {}.value
            check("detached task")
            await Task.yield()
            check("Task.yield")
            await withTaskGroup { tasks in
                for _ in 0..<3 { tasks.addTask { await self.check("child task") } }
            }
            check("task group")
            pair.server.close()
            try await pair.client.peerClosed()
            check("peer closed")
        }
    }

    @Test func anActorResumesOnItsReactorAfterEveryWait() async throws {
        try await withReactors { group in
            let reactor = group.next()
            let resident = Resident(reactor)
            try await reactor.run { try await resident.waitForEverything(group) }
            // From a caller that does not prefer the reactor, too.
            try await resident.waitForEverything(group)
            #expect(await resident.isIsolated())
        }
    }

    @Test func aTaskResumesOnItsReactorAfterEveryWait() async throws {
        try await withPair { pair, reactor in
            func check(_ what: String) { #expect(Reactor.current === reactor, "\(what)") }
            check("start")
            try await pair.client.writable()
            check("writable")
            try await pair.server.write([1])
            try await pair.client.readable()
            check("readable")
            try await reactor.sleep(for: .milliseconds(1))
            check("sleep")
            await reactor.yield()
            check("yield")
            _ = await BlockingPool.shared.run { 1 }
            check("blocking pool")
            _ = try await Resolver.resolve(host: "localhost", port: 1)
            check("resolver")
            await Task.detached {}.value
            check("detached task")
            await withTaskGroup { tasks in
                for _ in 0..<3 { tasks.addTask { #expect(Reactor.current === reactor) } }
            }
            check("task group")
            await Resident(reactor).check("actor")
            check("actor")
        }
    }

    @Test func useOffTheReactorTraps() async throws {
        await #expect(processExitsWith: .failure) {
            let group = ReactorGroup(count: 1)
            _ = group.reactors[0].readArea
        }
        await #expect(processExitsWith: .failure) {
            let group = ReactorGroup(count: 1)
            let leaked = Locked<Leak?>(nil)
            try await ConfinementTests.withLeakedStream(leaked, group)
            _ = try leaked.withLock { $0 }!.stream.tryWrite(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        await #expect(processExitsWith: .failure) {
            let group = ReactorGroup(count: 1)
            let leaked = Locked<Leak?>(nil)
            try await ConfinementTests.withLeakedStream(leaked, group)
            leaked.withLock { $0 }!.stream.close()
        }
    }

    /// A stream that a test takes where it must not be.
    struct Leak: @unchecked Sendable {
        let stream: ByteStream
    }

    static func withLeakedStream(_ leaked: Locked<Leak?>, _ group: ReactorGroup) async throws {
        let reactor = group.reactors[0]
        try await reactor.run {
            let pair = try await StreamPair.connect(on: reactor, group: group)
            leaked.withLock { $0 = Leak(stream: pair.client) }
        }
    }

    // MARK: Fairness

    private static func countTurns(of reactor: Reactor, in turns: Locked<Int>) -> Task<Void, Never> {
        reactor.spawn {
            while !Task.isCancelled {
                turns.withLock { $0 += 1 }
                await reactor.yield()
            }
        }
    }

    @Test func aBusyStreamGivesOthersTheirTurn() async throws {
        let turns = try await withPair { pair, reactor in
            try await pair.server.write([1])
            try await pair.client.readable()
            let turns = Locked(0)
            let other = Self.countTurns(of: reactor, in: turns)
            // As a pump whose source is never dry: full reads, and a stream that stays ready.
            for _ in 0..<1000 {
                try await pair.client.readable()
                reactor.charge(Reactor.readAreaSize)
            }
            other.cancel()
            return turns.withLock { $0 }
        }
        #expect(turns >= 200)
    }

    @Test func manyTinyReadsEndATurnAsWell() async throws {
        let turns = try await withPair { pair, reactor in
            try await pair.server.write([UInt8](repeating: 0, count: 20_000))
            try await pair.client.readable()
            let turns = Locked(0)
            let other = Self.countTurns(of: reactor, in: turns)
            for _ in 0..<10_000 { _ = try await pair.client.read(upTo: 1) }
            other.cancel()
            return turns.withLock { $0 }
        }
        #expect(turns >= 10)
    }
}
