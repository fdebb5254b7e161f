import Synchronization

/// The bytes that all lanes of a spool may take on disk, shared by them.
final class SpoolBudget: Sendable {
    let limit: Int
    private let taken = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    var takenBytes: Int { taken.load(ordering: .relaxed) }

    /// False when there is no room for `bytes` more; then nothing is taken.
    func take(_ bytes: Int) -> Bool {
        var current = taken.load(ordering: .relaxed)
        while current + bytes <= limit {
            let (exchanged, original) = taken.compareExchange(
                expected: current, desired: current + bytes, ordering: .relaxed)
            if exchanged { return true }
            current = original
        }
        return false
    }

    /// For what is on disk already when the spool is opened, whatever the limit.
    func takeExisting(_ bytes: Int) { taken.add(bytes, ordering: .relaxed) }

    func giveBack(_ bytes: Int) { taken.subtract(bytes, ordering: .relaxed) }
}
