import Glibc
import Synchronization
import Testing

@testable import Reactor

/// What concerns the whole process, each in one of its own.
@Suite(.timeLimit(.minutes(2)))
struct ProcessTests {
    /// Stopping a group closes its streams and ends its waits, so that tasks come to their end.
    @Test func stoppingEndsEveryWait() async throws {
        let ended = Locked<[String: IOError?]>([:])
        let tasks = Locked<[Task<Void, Never>]>([])
        try await withReactors(2) { group in
            let reactor = group.next()
            // A Unix socket has one accept loop: once that has accepted, nothing is left to be started on a stopped reactor.
            let listener = try Listener(.freshPath, group: group)
            let wait: @Sendable (String, @escaping @Sendable () async throws(IOError) -> Void) -> Void = {
                name, body in
                let task = reactor.spawn {
                    let failure = await outcome(of: body)
                    ended.withLock { $0[name] = failure }
                }
                tasks.withLock { $0.append(task) }
            }
            let started = Atomic<Int>(0)
            wait("sleep") { () async throws(IOError) in
                started.wrappingAdd(1, ordering: .relaxed)
                try await reactor.sleep(for: .seconds(3600))
            }
            wait("read") { () async throws(IOError) in
                let stream = try await ByteStream.connect(
                    to: listener.address, on: reactor, deadline: .after(.seconds(30)))
                started.wrappingAdd(1, ordering: .relaxed)
                _ = try await stream.read(upTo: 1)
            }
            let running = Task {
                await listener.run { accepted in
                    started.wrappingAdd(1, ordering: .relaxed)
                    await holdUntilPeerCloses(accepted)
                }
            }
            tasks.withLock { $0.append(running) }
            while started.load(ordering: .relaxed) < 3 { try await reactor.sleep(for: .milliseconds(1)) }
        }
        for task in tasks.withLock({ $0 }) { await task.value }
        #expect(ended.withLock { $0 } == ["sleep": .cancelled, "read": .closed])
    }

    @Test func noDescriptorIsLeaked() async throws {
        await #expect(processExitsWith: .success) {
            let server = try TLSServer(names: "DNS:localhost")
            try await ProcessTests.useEverything(server)
            let before = openDescriptors()
            for _ in 0..<5 { try await ProcessTests.useEverything(server) }
            precondition(openDescriptors() == before, "\(openDescriptors()) open, \(before) before")
        }
    }

    /// Connections that end in every way there is.
    static func useEverything(_ server: TLSServer) async throws {
        let client = try TLSClientContext(trust: .unverified, verifyHostname: false, alpn: [])
        try await withReactors(2) { group in
            let unused = try Listener(.freshPath, group: group)
            defer { unused.close() }
            try await serving(try Listener(.anyPort, group: group), with: server.echo) { address in
                for number in 0..<60 {
                    let reactor = group.next()
                    try await reactor.run {
                        let stream = try await ByteStream.connect(
                            to: address, on: reactor, deadline: .after(.seconds(30)))
                        switch number % 5 {
                        case 0: stream.close()
                        case 1: break
                        case 2: try? await stream.write([0, 1, 2, 3])
                        default:
                            try await stream.startTLS(
                                client: client, serverName: "localhost", deadline: .after(.seconds(30)))
                            if number % 5 == 3 { await stream.shutdownWrite() }
                        }
                    }
                }
                let reactor = group.next()
                try await reactor.run {
                    _ = try? await ByteStream.connect(to: .freshPath, on: reactor, deadline: .never)
                }
            }
        }
    }

    /// Out of descriptors, the listener pauses instead of spinning, and goes on when there are some again.
    @Test func runningOutOfDescriptorsIsSurvived() async throws {
        await #expect(processExitsWith: .success) {
            let group = ReactorGroup(count: 1)
            let reactor = group.next()
            let listener = try Listener(.anyPort, group: group)
            try await serving(listener, with: echoConnection) { address in
                try await reactor.run {
                    let first = try await ByteStream.connect(
                        to: address, on: reactor, deadline: .after(.seconds(30)))
                    // Once it answers, it has been accepted.
                    _ = try await first.exchange([0])
                    let hoard = ProcessTests.takeAllDescriptors(but: 1)
                    let (cpu, start) = (ProcessTests.processorSeconds(), ContinuousClock.now)
                    let second = try await ByteStream.connect(
                        to: address, on: reactor, deadline: .after(.seconds(30)))
                    let refused = await outcome { () async throws(IOError) in
                        _ = try await ByteStream.connect(
                            to: address, on: reactor, deadline: .after(.seconds(30)))
                    }
                    guard case .system(EMFILE, _) = refused else {
                        preconditionFailure("\(String(describing: refused))")
                    }
                    // Who is served goes on being served.
                    for _ in 0..<20 {
                        let answer = try await first.exchange([1, 2, 3])
                        precondition(answer == [1, 2, 3])
                        try await reactor.sleep(for: .milliseconds(10))
                    }
                    let used = Duration.seconds(ProcessTests.processorSeconds() - cpu)
                    precondition(used < (ContinuousClock.now - start) / 2, "the listener spins")
                    for descriptor in hoard { close(descriptor) }
                    let answer = try await second.exchange([4])
                    precondition(answer == [4])
                }
            }
        }
    }

    private static func takeAllDescriptors(but spare: Int) -> [Int32] {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = 128
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        var hoard: [Int32] = []
        while case let descriptor = dup(0), descriptor >= 0 { hoard.append(descriptor) }
        for _ in 0..<spare { close(hoard.removeLast()) }
        return hoard
    }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
