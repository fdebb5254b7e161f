internal import Crypto

/// The SHA-256 of a record, or of any bytes that a record stands for.
package struct RecordHash: Hashable, Sendable, CustomStringConvertible {
    /// The digest's bytes as they lie in memory.
    let word0, word1, word2, word3: UInt64

    /// What the first record of a session names as the one before it.
    package static let zero = RecordHash(0, 0, 0, 0)
    package static let length = 32

    init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// Of `bytes`.
    package init(of bytes: UnsafeRawBufferPointer) {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        self.init(hash.finalize())
    }

    init(_ digest: SHA256Digest) {
        self = digest.withUnsafeBytes { RecordHash(loadedFrom: $0, at: 0) }
    }

    /// Nil unless there are 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == RecordHash.length else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
        self.init(words.0, words.1, words.2, words.3)
    }

    /// The caller has checked that 32 bytes follow `offset`.
    init(loadedFrom bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.init(
            bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self))
    }

    package var bytes: [UInt8] {
        var words = (word0, word1, word2, word3)
        return withUnsafeBytes(of: &words) { [UInt8]($0) }
    }

    /// Lower-case hexadecimal.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * RecordHash.length)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xf)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
