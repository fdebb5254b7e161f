internal import Reactor
internal import Synchronization

/// The changes of one database's catalog that go through the agent: from when a message that may commit one goes upstream, to
/// when the server has answered it, or its connection is gone.
///
/// A statement is judged at a moment, and runs later. That nothing has changed in between is two loads and a comparison; where
/// something may have, it is found out what.
final class CatalogChanges: Sendable {
    /// How many have begun, and how many of them are over.
    struct Moment: Equatable {
        let begun: UInt64
        let ended: UInt64

        /// None is under way.
        var isQuiet: Bool { begun == ended }
    }

    struct Change {
        /// Which session makes it.
        let session: ObjectIdentifier
        let scope: ChangeScope
        fileprivate let number: UInt64
        /// How many were over when it was, with it.
        fileprivate var end: UInt64?
    }

    private let begun = Atomic<UInt64>(0)
    private let ended = Atomic<UInt64>(0)
    private let recent = Locked<[Change]>([])
    /// Of those that are over; who was judged before all of them is not told which they were.
    private static let remembered = 64

    /// The moment of now. Loaded in this order, a quiet one was quiet.
    var moment: Moment {
        let ended = ended.load(ordering: .sequentiallyConsistent)
        return Moment(begun: begun.load(ordering: .sequentiallyConsistent), ended: ended)
    }

    /// Whether none was under way at `moment`, and none has begun since.
    func isUndisturbed(since moment: Moment) -> Bool {
        moment.isQuiet && begun.load(ordering: .sequentiallyConsistent) == moment.begun
    }

    /// A message is about to go upstream that may commit a change. Returns what `end` takes.
    func begin(_ scope: ChangeScope, by session: ObjectIdentifier) -> UInt64 {
        recent.withLock { recent in
            let number = begun.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
            recent.append(Change(session: session, scope: scope, number: number))
            return number
        }
    }

    /// It is committed, or never will be.
    func end(_ number: UInt64) {
        recent.withLock { recent in
            let count = ended.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
            if let index = recent.firstIndex(where: { $0.number == number }) { recent[index].end = count }
            let over = recent.count { $0.end != nil }
            if over > Self.remembered, let oldest = recent.firstIndex(where: { $0.end != nil }) {
                recent.remove(at: oldest)
            }
        }
    }

    /// Those of others that were under way at `moment` or have begun since; nil when they are no longer remembered.
    func disturbing(_ moment: Moment, besides session: ObjectIdentifier) -> [Change]? {
        recent.withLock { recent in
            let all = recent.filter { change in change.end.map { $0 > moment.ended } ?? true }
            let now = begun.load(ordering: .sequentiallyConsistent)
            guard UInt64(all.count) == now &- moment.ended else { return nil }
            return all.filter { $0.session != session }
        }
    }
}
