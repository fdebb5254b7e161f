internal import Glibc
internal import Synchronization

/// A connection that was accepted and belongs to `reactor`; a `ByteStream` is made of it there, or it is rejected.
package struct AcceptedConnection: Sendable {
    let descriptor: Int32
    package let reactor: Reactor
    package let peer: SocketAddress
    package let local: SocketAddress

    /// Closes it unheard.
    package func reject() {
        Glibc.close(descriptor)
    }
}

/// A listening address: one `SO_REUSEPORT` socket per reactor, so that the kernel spreads the connections.
///
/// A connection stays with the reactor that accepted it unless that one has two more than the idlest; then it moves there
/// before its first byte is read. A Unix socket is accepted by the first reactor and spread the same way.
package final class Listener: Sendable {
    /// Where it listens, with the real port when 0 was asked for.
    package let address: SocketAddress
    private let group: ReactorGroup
    private let sockets: [(reactor: Reactor, descriptor: Int32)]
    private let isClosed = Atomic<Bool>(false)
    /// Registrations of the running accept loops, for `close`.
    private let loops = Mutex<[Registration]>([])

    /// Pause when descriptors have run out: long enough not to spin, short enough to be unnoticed afterwards.
    private static let exhaustionPause = Duration.milliseconds(50)
    /// Connections accepted in a row before the reactor's other work gets its turn.
    private static let acceptBatch = 64

    package init(_ address: SocketAddress, group: ReactorGroup, backlog: Int32 = 1024) throws(IOError) {
        self.group = group
        var sockets: [(reactor: Reactor, descriptor: Int32)] = []
        var bound = address
        do {
            for reactor in address.isUnix ? Array(group.reactors.prefix(1)) : group.reactors {
                let socket = try Socket.listen(on: bound, reusePort: true, backlog: backlog)
                bound = socket.address
                sockets.append((reactor, socket.descriptor))
            }
        } catch {
            for socket in sockets { Glibc.close(socket.descriptor) }
            throw error
        }
        self.sockets = sockets
        self.address = bound
    }

    /// Accepts until `close`, giving each connection to a task of its own on its reactor. Does not wait for those tasks.
    package func run(_ handler: @escaping @Sendable (AcceptedConnection) async -> Void) async {
        await withTaskGroup { tasks in
            for (reactor, descriptor) in sockets {
                tasks.addTask(executorPreference: reactor) {
                    await self.accept(on: descriptor, reactor: reactor, handler)
                }
            }
        }
    }

    /// Stops accepting; connections already made go on. Idempotent.
    package func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let running = loops.withLock { $0 }
        for registration in running {
            registration.reactor.execute { registration.detach() }
        }
    }

    private func accept(
        on descriptor: Int32, reactor: Reactor,
        _ handler: @escaping @Sendable (AcceptedConnection) async -> Void
    ) async {
        defer { Glibc.close(descriptor) }
        guard let registration = try? Registration(descriptor: descriptor, on: reactor) else { return }
        loops.withLock { $0.append(registration) }
        defer { registration.detach() }
        while !isClosed.load(ordering: .acquiring) {
            do {
                try await registration.wait(for: .read, deadline: .never)
                if try await acceptBatch(registration, handler) { await reactor.yield() }
            } catch {
                return
            }
        }
    }

    /// Whether more connections may be waiting.
    private func acceptBatch(
        _ registration: Registration, _ handler: @escaping @Sendable (AcceptedConnection) async -> Void
    ) async throws(IOError) -> Bool {
        for _ in 0..<Listener.acceptBatch {
            switch Socket.accept(on: registration.descriptor) {
            case .connection(let descriptor, let peer):
                Socket.tune(descriptor, peer)
                let reactor = group.balanced(preferred: registration.reactor)
                let accepted = AcceptedConnection(
                    descriptor: descriptor, reactor: reactor, peer: peer,
                    local: Socket.localAddress(of: descriptor) ?? address)
                reactor.spawn { await handler(accepted) }
            case .wouldBlock:
                registration.read.isReady = false
                return false
            case .exhausted:
                try await registration.reactor.sleep(for: Listener.exhaustionPause)
            case .aborted:
                continue
            }
        }
        return true
    }
}
