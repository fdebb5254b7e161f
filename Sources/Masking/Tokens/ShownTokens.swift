internal import Synchronization

/// Which tokens somebody was shown, to know them when they come back. Tokens look like any value, so that nothing but memory
/// tells them apart.
///
/// It keeps a hash of 64 bits for each, under a key of this process, and no token: two generations of them, of which the
/// older one goes when the younger is full. The newest 32,768 are known for certain, and at most twice as many.
package final class ShownTokens: Sendable {
    private struct Generations {
        var younger: Set<Int> = []
        var older: Set<Int> = []
    }

    /// Half a MiB as a set.
    private static let generation = 32_768

    private let generations = Mutex(Generations())

    package init() {}

    /// Of a token as text, as PostgreSQL writes it.
    func add(_ token: Span<UInt8>) {
        let hash = Self.hash(token)
        generations.withLock { generations in
            guard !generations.younger.contains(hash) else { return }
            if generations.younger.count >= Self.generation {
                generations.older = generations.younger
                generations.younger = []
            }
            generations.younger.insert(hash)
        }
    }

    func contains(_ text: Span<UInt8>) -> Bool {
        let hash = Self.hash(text)
        return generations.withLock { $0.younger.contains(hash) || $0.older.contains(hash) }
    }

    private static func hash(_ text: Span<UInt8>) -> Int {
        var hasher = Hasher()
        // Sound: the pointer lives for the call only.
        unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}
