import APIModels
import Reactor
import Synchronization

/// The configuration that holds now, for every reactor of the agent.
///
/// The hot path asks for `generation` only: one atomic load. The rest is for the moment after it has changed.
final class ConfigurationStore: Sendable {
    private let published = Locked<ConfigurationSnapshot?>(nil)
    private let counter = Atomic<Int64>(0)
    /// When the control plane last said that the configuration is the right one, in nanoseconds.
    private let contact = Atomic<Int64>(Timestamp.distantPast.nanoseconds)
    private let now: @Sendable () -> Timestamp

    /// A clock that is set back by no more than this, in nanoseconds, counts as being right.
    private static let clockTolerance: Int64 = 300_000_000_000

    init(now: @escaping @Sendable () -> Timestamp = { .coarseNow }) { self.now = now }

    /// Grows with every configuration that is published.
    var generation: Int64 { counter.load(ordering: .acquiring) }

    /// The configuration; nil before the first one.
    var current: ConfigurationSnapshot? { published.withLock { $0 } }

    /// The configuration together with its generation.
    var numbered: (generation: Int64, snapshot: ConfigurationSnapshot)? {
        published.withLock { snapshot in snapshot.map { (generation, $0) } }
    }

    func publish(_ snapshot: ConfigurationSnapshot?) {
        published.withLock { published in
            published = snapshot
            counter.add(1, ordering: .releasing)
        }
    }

    // MARK: The lease

    var lastContact: Timestamp { Timestamp(nanoseconds: contact.load(ordering: .relaxed)) }

    /// The control plane was heard, and what holds here is what it said.
    func renewLease(at time: Timestamp) { contact.store(time.nanoseconds, ordering: .relaxed) }

    /// Nanoseconds for which a resource with this lease may still be served without a word from the control plane; nil when the
    /// lease is over. In integers, because every decision asks.
    func remainingNanoseconds(of lease: DurationText) -> Int64? {
        let (elapsed, overflows) = now().nanoseconds.subtractingReportingOverflow(lastContact.nanoseconds)
        guard !overflows, elapsed >= -Self.clockTolerance else { return nil }
        let remaining = lease.milliseconds * 1_000_000 - elapsed
        return remaining > 0 ? remaining : nil
    }
}
