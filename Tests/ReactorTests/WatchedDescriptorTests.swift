import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1)))
struct WatchedDescriptorTests {
    /// The two ends of a pipe, for `body` on a reactor.
    private static func withPipe<T: Sendable>(
        _ body: @escaping @Sendable (_ reader: Int32, _ writer: Int32, Reactor) async throws -> T
    ) async throws -> T {
        try await withReactors { group in
            let reactor = group.next()
            return try await reactor.run {
                var ends: [Int32] = [0, 0]
                #expect(pipe(&ends) == 0)
                defer { for end in ends { close(end) } }
                return try await body(ends[0], ends[1], reactor)
            }
        }
    }

    @Test func tellsOfDataThatWasNotReadToTheEnd() async throws {
        try await Self.withPipe { reader, writer, reactor in
            let watched = try WatchedDescriptor(reader, on: reactor)
            write(writer, [1, 2, 3] as [UInt8], 3)
            for expected in 1...3 {
                try await watched.readable(deadline: .after(.seconds(30)))
                var byte: UInt8 = 0
                read(reader, &byte, 1)
                #expect(byte == UInt8(expected))
            }
            let empty = await outcome { () async throws(IOError) in
                try await watched.readable(deadline: .after(.milliseconds(5)))
            }
            #expect(empty == .timedOut)
            watched.detach()
        }
    }

    @Test func tellsOfTheEndAsOftenAsItIsAsked() async throws {
        try await Self.withPipe { reader, writer, reactor in
            let watched = try WatchedDescriptor(reader, on: reactor)
            let other = dup(writer)
            close(other)
            // The pipe's own writer is closed by replacing it.
            dup2(0, writer)
            for _ in 0..<3 { try await watched.readable(deadline: .after(.seconds(30))) }
            watched.detach()
        }
    }

    @Test func detachingEndsTheWaitAndLeavesTheDescriptorOpen() async throws {
        try await Self.withPipe { reader, writer, reactor in
            let watched = Confined(try WatchedDescriptor(reader, on: reactor), to: reactor)
            let waiting = Task(executorPreference: reactor) {
                await outcome { () async throws(IOError) in try await watched.value.readable() }
            }
            for _ in 0..<3 { await reactor.yield() }
            watched.value.detach()
            let ended = await waiting.value
            #expect(ended == .closed)
            let again = await outcome { () async throws(IOError) in try await watched.value.writable() }
            #expect(again == .closed)
            #expect(fcntl(reader, F_GETFD) >= 0)
        }
    }

    @Test func aDescriptorThatCannotBeWatchedIsAnError() async throws {
        try await Self.withPipe { _, _, reactor in
            let failure = #expect(throws: IOError.self) { _ = try WatchedDescriptor(-1, on: reactor) }
            #expect(failure == .system(errno: EBADF, operation: "epoll_ctl"))
        }
    }
}
