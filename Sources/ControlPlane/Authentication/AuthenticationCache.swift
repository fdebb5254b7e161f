import APIModels
import Crypto
import Synchronization

/// Whom tokens have proved a moment ago, so that a busy caller does not cost a query for each request.
///
/// An entry lives for a second at most, and none outlives a change: `invalidate` is called for every change of principals,
/// keys and policies, those of this replica before their answer is sent, those of others when their notice arrives. A notice
/// that is lost costs that second.
final class AuthenticationCache: Sendable {
    /// How long an entry may be wrong when no notice of a change arrives.
    private static let lifetime: Duration = .seconds(1)
    /// Entries at most: 10,000 callers in one second. Beyond, all are forgotten.
    private static let capacity = 10_000

    /// A token as the cache knows it: by its hash, so that no token is kept.
    struct Key: Hashable, Sendable {
        private let digest: SHA256Digest

        init(_ token: String) {
            var token = token
            var hash = SHA256()
            token.withUTF8 { unsafe hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
            digest = hash.finalize()
        }
    }

    /// The state of principals at a time. What was read before a change is not kept after it.
    struct Generation: Equatable, Sendable {
        fileprivate let number: UInt64
    }

    private struct Entry {
        let caller: Caller
        /// When the token itself ends.
        let expiresAt: Timestamp?
        let forgottenAt: ContinuousClock.Instant
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var generation: UInt64 = 0
    }

    private let state = Mutex(State())

    /// To be asked for before the caller is read from the database.
    var generation: Generation { state.withLock { Generation(number: $0.generation) } }

    func caller(for key: Key, at now: Timestamp) -> Caller? {
        let entry = state.withLock { $0.entries[key] }
        guard let entry, entry.forgottenAt > .now, entry.expiresAt.map({ $0 > now }) ?? true else {
            return nil
        }
        return entry.caller
    }

    func keep(_ caller: Caller, expiresAt: Timestamp?, for key: Key, readIn generation: Generation) {
        let entry = Entry(
            caller: caller, expiresAt: expiresAt, forgottenAt: .now.advanced(by: Self.lifetime))
        state.withLock { state in
            guard state.generation == generation.number else { return }
            if state.entries.count >= Self.capacity { state.entries.removeAll() }
            state.entries[key] = entry
        }
    }

    /// Forgets all, since something has changed.
    func invalidate() {
        state.withLock { state in
            state.generation += 1
            state.entries.removeAll()
        }
    }
}
