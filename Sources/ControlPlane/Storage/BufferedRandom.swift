import Glibc
import Synchronization

/// Random bits of the system, fetched 256 bytes at a time: for ids, of which each request needs several, where a system call for
/// every eight bytes would cost more than the rest of making one. Not for keys.
final class BufferedRandom: Sendable {
    /// As many as `getentropy` gives at once.
    private static let words = 32

    private let state = Mutex<[UInt64]>([])

    /// Draws from the buffer.
    struct Generator: RandomNumberGenerator {
        fileprivate let source: BufferedRandom

        mutating func next() -> UInt64 { source.next() }
    }

    var generator: Generator { Generator(source: self) }

    private func next() -> UInt64 {
        state.withLock { words in
            if let word = words.popLast() { return word }
            words = Self.fetch()
            return words.removeLast()
        }
    }

    private static func fetch() -> [UInt64] {
        var words = [UInt64](repeating: 0, count: Self.words)
        let status = unsafe words.withUnsafeMutableBytes { bytes in
            unsafe getentropy(bytes.baseAddress, bytes.count)
        }
        precondition(status == 0, "the system has no random bits")
        return words
    }
}
