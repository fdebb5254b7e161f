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
        /// How often the catalog was read, because it was not as it had been.
        let looks: UInt64

        /// None is under way.
        var isQuiet: Bool { begun == ended }
    }

    struct Change {
        /// Which session makes it.
        let session: ObjectIdentifier
        fileprivate(set) var scope: ChangeScope
        /// More than one where several are remembered together.
        fileprivate(set) var count = 1
        fileprivate let number: UInt64
        /// How many were over when it was, with it.
        fileprivate var end: UInt64?

        var isOver: Bool { end != nil }
    }

    private let begun = Atomic<UInt64>(0)
    private let ended = Atomic<UInt64>(0)
    private let looks = Atomic<UInt64>(0)
    private let recent = Locked<[Change]>([])
    /// Of those that are over; older ones are remembered together.
    private static let remembered = 512

    /// The moment of now. Loaded in this order, a quiet one was quiet.
    var moment: Moment {
        let looks = looks.load(ordering: .sequentiallyConsistent)
        let ended = ended.load(ordering: .sequentiallyConsistent)
        return Moment(begun: begun.load(ordering: .sequentiallyConsistent), ended: ended, looks: looks)
    }

    /// The catalog is read again.
    func noteLook() { looks.add(1, ordering: .sequentiallyConsistent) }

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
            Self.join(&recent)
        }
    }

    /// The two oldest that are over become one, when there are too many.
    private static func join(_ recent: inout [Change]) {
        let over = recent.indices.filter { recent[$0].isOver }
        guard over.count > remembered else { return }
        let older = recent[over[0]]
        recent[over[1]].count += older.count
        recent[over[1]].scope = recent[over[1]].scope.union(older.scope)
        recent[over[1]].end = max(recent[over[1]].end ?? 0, older.end ?? 0)
        recent.remove(at: over[0])
    }

    /// Those that were under way at `moment` or have begun since, but a session's own. Of changes that are remembered together
    /// some may have been over before.
    func disturbing(_ moment: Moment, besides session: ObjectIdentifier?) -> [Change] {
        recent.withLock { recent in
            recent.filter { change in
                (change.end.map { $0 > moment.ended } ?? true)
                    && (change.count > 1 || change.session != session)
            }
        }
    }
}
