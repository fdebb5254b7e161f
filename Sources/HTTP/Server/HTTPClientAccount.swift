import Synchronization

/// What the bodies of one client's requests take up in memory, over all its connections: those that wait to be read, and those
/// that handlers have collected and not answered yet.
package final class HTTPClientAccount: Sendable {
    private let bytes = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Counts `count` more bytes. False when they would be too many; they are not counted then.
    func take(_ count: Int) -> Bool {
        let (_, total) = bytes.wrappingAdd(count, ordering: .relaxed)
        if total <= limit { return true }
        giveBack(count)
        return false
    }

    func giveBack(_ count: Int) {
        if count > 0 { bytes.wrappingSubtract(count, ordering: .relaxed) }
    }

    /// What is counted now.
    var held: Int { bytes.load(ordering: .relaxed) }
}
