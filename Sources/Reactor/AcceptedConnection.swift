internal import Glibc
internal import Synchronization

/// A connection that was accepted and belongs to `reactor`; a `ByteStream` is made of it there, or it is rejected. One that
/// is let go without either is closed as well.
package struct AcceptedConnection: Sendable {
    package let reactor: Reactor
    package let peer: SocketAddress
    package let local: SocketAddress
    let pending: PendingDescriptor

    /// Closes it unheard.
    package func reject() {
        pending.close()
    }
}

/// A descriptor on its way from the listener to its stream. It counts in the reactor's load from the start, so that a burst
/// of connections is spread well.
final class PendingDescriptor: Sendable {
    private let descriptor: Atomic<Int32>
    private let reactor: Reactor

    init(_ descriptor: Int32, for reactor: Reactor) {
        self.descriptor = Atomic(descriptor)
        self.reactor = reactor
        reactor.load.wrappingAdd(1, ordering: .relaxed)
    }

    deinit {
        close()
    }

    /// Hands the descriptor over, to the first who asks.
    func take() -> Int32? {
        let descriptor = descriptor.exchange(-1, ordering: .acquiringAndReleasing)
        guard descriptor >= 0 else { return nil }
        reactor.load.wrappingSubtract(1, ordering: .relaxed)
        return descriptor
    }

    func close() {
        if let descriptor = take() { Glibc.close(descriptor) }
    }
}
