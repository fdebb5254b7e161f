internal import Glibc
internal import Synchronization

/// A listening address: one `SO_REUSEPORT` socket per reactor, so that the kernel spreads the connections.
///
/// A connection stays with the reactor that accepted it unless `Placement` says otherwise; then it moves before its first
/// byte is read. A Unix socket is accepted by the first reactor.
///
/// The address must be free: another process on it, or another listener, is an error. The file of a Unix socket that nobody
/// listens on any more is replaced, and the own one is removed at the end.
package final class Listener: Sendable {
    /// Where it listens, with the real port when 0 was asked for.
    package let address: SocketAddress
    private let group: ReactorGroup
    private let placement: Placement
    private let state: Locked<State>
    private let isClosed = Atomic<Bool>(false)
    private let file: UnixSocketFile?

    /// What `close` has to end.
    private struct State: Sendable {
        /// Listening sockets that no accept loop has taken over.
        var idle: [(reactor: Reactor, descriptor: Int32)]
        /// Registrations of the running accept loops, which own their sockets.
        var running: [Registration] = []
    }

    /// Pause when descriptors have run out: long enough not to spin, short enough to be unnoticed afterwards.
    private static let unavailablePause = Duration.milliseconds(50)
    /// Connections accepted in a row before the reactor's other work gets its turn.
    private static let acceptBatch = 64

    package init(
        _ address: SocketAddress, group: ReactorGroup, placement: Placement = .spread, backlog: Int32 = 1024
    ) throws(IOError) {
        self.group = group
        self.placement = placement
        try UnixSocketFile.removeStale(address)
        var sockets: [(reactor: Reactor, descriptor: Int32)] = []
        var bound = address
        do throws(IOError) {
            for reactor in address.isUnix ? Array(group.reactors.prefix(1)) : group.reactors {
                let socket = try Socket.listen(on: bound, joins: !sockets.isEmpty, backlog: backlog)
                bound = socket.address
                sockets.append((reactor, socket.descriptor))
            }
        } catch {
            for socket in sockets { Glibc.close(socket.descriptor) }
            throw error
        }
        self.address = bound
        state = Locked(State(idle: sockets))
        file = UnixSocketFile(bound)
    }

    deinit {
        close()
    }

    /// Accepts until `close`, giving each connection to a task of its own on its reactor. Does not wait for those tasks.
    /// To be called once.
    package func run(_ handler: @escaping @Sendable (AcceptedConnection) async -> Void) async {
        let sockets = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
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
        file?.remove()
        let ended = state.withLock { state in
            defer { state = State(idle: []) }
            return state
        }
        for (_, descriptor) in ended.idle { Glibc.close(descriptor) }
        for registration in ended.running {
            registration.reactor.perform { registration.close() }
        }
    }

    private func accept(
        on descriptor: Int32, reactor: Reactor,
        _ handler: @escaping @Sendable (AcceptedConnection) async -> Void
    ) async {
        guard let registration = try? Registration(descriptor: descriptor, owned: true, on: reactor) else {
            return
        }
        state.withLock { $0.running.append(registration) }
        defer { registration.close() }
        while !isClosed.load(ordering: .acquiring) {
            do throws(IOError) {
                try await registration.wait(for: .read, deadline: .never)
                switch acceptBatch(registration, handler) {
                case .dry: break
                case .more: await reactor.yield()
                case .unavailable: try await reactor.sleep(for: Listener.unavailablePause)
                }
            } catch {
                return
            }
        }
    }

    private enum BatchOutcome {
        case dry, more, unavailable
    }

    private func acceptBatch(
        _ registration: Registration, _ handler: @escaping @Sendable (AcceptedConnection) async -> Void
    ) -> BatchOutcome {
        for _ in 0..<Listener.acceptBatch where !registration.isClosed {
            switch Socket.accept(on: registration.descriptor) {
            case .connection(let descriptor, let peer):
                let reactor = placement.reactor(
                    among: group.reactors, acceptedBy: registration.reactor)
                let pending = PendingDescriptor(descriptor, for: reactor)
                Socket.tune(descriptor, peer)
                let accepted = AcceptedConnection(
                    reactor: reactor, peer: peer, local: Socket.localAddress(of: descriptor) ?? address,
                    pending: pending)
                reactor.spawn { await handler(accepted) }
            case .wouldBlock:
                registration.read.isReady = false
                return .dry
            case .aborted:
                continue
            case .unavailable:
                return .unavailable
            }
        }
        return .more
    }
}
