/// Readiness of a descriptor that somebody else owns and reads (libpq's socket). Used on its reactor only.
///
/// Edge-triggered: `readable` returns at once when an event came since the last call returned; a spurious return is
/// possible, a missed event is not, as long as the owner reads until dry.
package final class WatchedDescriptor {
    private let registration: Registration

    package init(_ descriptor: Int32, on reactor: Reactor) throws(IOError) {
        registration = try Registration(descriptor: descriptor, on: reactor)
    }

    deinit {
        guard !registration.isClosed else { return }
        let registration = registration
        registration.reactor.execute { registration.detach() }
    }

    package func readable(deadline: Deadline = .never) async throws(IOError) {
        try await registration.wait(for: .read, deadline: deadline)
        registration.read.isReady = false
    }

    package func writable(deadline: Deadline = .never) async throws(IOError) {
        try await registration.wait(for: .write, deadline: deadline)
        registration.write.isReady = false
    }

    /// Leaves the epoll set; to be called before the owner closes the descriptor. Waiting tasks get `.closed`.
    package func detach() {
        registration.detach()
    }
}
