/// Readiness of a descriptor that somebody else owns and reads (libpq's socket). Used on its reactor only.
///
/// Each wait has the system look anew, so that an owner who did not read until dry misses nothing; a spurious return is
/// possible.
package final class WatchedDescriptor {
    private let registration: Registration

    package init(_ descriptor: Int32, on reactor: Reactor) throws(IOError) {
        registration = try Registration(descriptor: descriptor, owned: false, on: reactor)
    }

    deinit {
        let registration = registration
        registration.reactor.perform { registration.close() }
    }

    package func readable(deadline: Deadline = .never) async throws(IOError) {
        try await look(for: .read, \.read, deadline: deadline)
    }

    package func writable(deadline: Deadline = .never) async throws(IOError) {
        try await look(for: .write, \.write, deadline: deadline)
    }

    /// Leaves the epoll set; to be called before the owner closes the descriptor. Waiting tasks get `.closed`.
    package func detach() {
        registration.close()
    }

    private func look(
        for interest: Registration.Interest, _ readiness: ReferenceWritableKeyPath<Registration, Readiness>,
        deadline: Deadline
    ) async throws(IOError) {
        try registration.refresh()
        registration[keyPath: readiness].isReady = false
        try await registration.wait(for: interest, deadline: deadline)
    }
}
