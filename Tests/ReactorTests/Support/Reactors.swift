import Foundation
import Reactor
import Testing

/// Runs `body` with a group of its own, and stops that group afterwards.
func withReactors<T: Sendable>(
    _ count: Int = 1, _ body: @Sendable (ReactorGroup) async throws -> T
) async throws -> T {
    let group = ReactorGroup(count: count)
    defer { group.shutdown() }
    return try await body(group)
}

extension Reactor {
    /// Runs `body` on this reactor, as a task that `spawn` started would run.
    func run<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        try await Task(executorPreference: self) { try await body() }.value
    }
}

/// A value of one reactor, for tasks of that reactor that share it. Invariant of `@unchecked`: every access is checked to
/// be on the reactor's thread.
struct Confined<Value>: @unchecked Sendable {
    private let reactor: Reactor
    private let confined: Value

    init(_ value: Value, to reactor: Reactor) {
        self.reactor = reactor
        confined = value
    }

    var value: Value {
        reactor.assertConfined()
        return confined
    }
}

extension SocketAddress {
    /// A port of the system's choice on the loopback.
    static var anyPort: SocketAddress { SocketAddress(ip: "127.0.0.1", port: 0)! }

    /// A path that nobody has used, short enough for a Unix socket.
    static var freshPath: SocketAddress { .unix(path: "/tmp/r\(UUID().uuidString.prefix(13)).sock")! }
}

/// Runs `listener` with `handler` while `body` goes on, and closes it afterwards.
func serving<T: Sendable>(
    _ listener: Listener, with handler: @escaping @Sendable (AcceptedConnection) async -> Void,
    while body: @Sendable (SocketAddress) async throws -> T
) async throws -> T {
    let running = Task { await listener.run(handler) }
    do {
        let result = try await body(listener.address)
        listener.close()
        await running.value
        return result
    } catch {
        listener.close()
        await running.value
        throw error
    }
}

/// Sends back what comes, until the end of the stream or a failure.
func echo(_ stream: ByteStream) async {
    do {
        while true {
            let bytes = try await stream.read(upTo: 64 << 10)
            if bytes.isEmpty { break }
            try await stream.write(bytes)
        }
        await stream.shutdownWrite()
    } catch {}
    stream.close()
}

/// A server that sends back what comes.
@Sendable func echoConnection(_ accepted: AcceptedConnection) async {
    guard let stream = try? ByteStream(accepted) else { return }
    await echo(stream)
}

extension ByteStream {
    /// Sends `bytes` and reads as many, both at once.
    func exchange(_ bytes: [UInt8]) async throws -> [UInt8] {
        let stream = Confined(self, to: reactor)
        let writer = Task(executorPreference: reactor) { try await stream.value.write(bytes) }
        let received = try await read(exactly: bytes.count)
        try await writer.value
        return received
    }

    /// Exactly `count` bytes, or fewer when the stream ended before.
    func read(exactly count: Int, deadline: Deadline = .after(.seconds(30))) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try await read(upTo: count - bytes.count, deadline: deadline)
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    /// All bytes up to the end of the stream.
    func readToEnd(deadline: Deadline = .after(.seconds(30))) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try await read(upTo: 64 << 10, deadline: deadline)
            if more.isEmpty { return bytes }
            bytes += more
        }
    }
}

/// Bytes that a seed determines, so that a stream can be told from any other's.
struct Pattern: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = (seed &+ 1) &* 0x9e37_79b9_7f4a_7c15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

    static func bytes(seed: UInt64, count: Int) -> [UInt8] {
        var pattern = Pattern(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            withUnsafeBytes(of: pattern.next()) { bytes.append(contentsOf: $0) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

/// The descriptors that this process has open.
func openDescriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
}

/// A server that reads nothing and closes once its peer has.
@Sendable func holdUntilPeerCloses(_ accepted: AcceptedConnection) async {
    guard let stream = try? ByteStream(accepted) else { return }
    try? await stream.peerClosed()
    stream.close()
}

/// What `body` failed with; nil when it did not.
func outcome(of body: () async throws(IOError) -> Void) async -> IOError? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}

/// As many descriptors as the system allows: the tests hold both ends of every connection.
func raiseDescriptorLimit() {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
