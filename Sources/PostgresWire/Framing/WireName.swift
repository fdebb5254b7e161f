/// The name of a prepared statement or portal as the server tells them apart. The server keeps both in hash tables with
/// keys of `NAMEDATALEN` (64) bytes, NUL included: names that share their first 63 bytes are one and the same, and a
/// gateway that told them apart could be shown one statement and have another run. Kept in place: no allocation.
package struct WireName: Hashable, Sendable {
    package static let maximumLength = 63

    package let length: Int
    private var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (
        0, 0, 0, 0, 0, 0, 0, 0
    )

    package static let unnamed = WireName()

    private init() { length = 0 }

    package init(_ range: Range<Int>, in body: Span<UInt8>) {
        length = min(range.count, Self.maximumLength)
        let kept = range.lowerBound..<(range.lowerBound + length)
        guard length > 0 else { return }
        fill(body.extracting(kept))
    }

    package init(_ text: String) {
        let bytes = Array(text.utf8.prefix(Self.maximumLength))
        length = bytes.count
        fill(bytes.span)
    }

    private mutating func fill(_ bytes: Span<UInt8>) {
        // Sound: 64 bytes of storage, at most 63 are written, and the tuple has neither padding nor references.
        unsafe withUnsafeMutableBytes(of: &words) { storage in
            for index in 0..<min(bytes.count, Self.maximumLength) { unsafe storage[index] = bytes[index] }
        }
    }

    package var isUnnamed: Bool { length == 0 }

    package var bytes: [UInt8] {
        unsafe withUnsafeBytes(of: words) { unsafe Array($0.prefix(length)) }
    }

    package static func == (left: WireName, right: WireName) -> Bool {
        guard left.length == right.length, left.words.0 == right.words.0 else { return false }
        if left.length <= 8 { return true }
        return left.words.1 == right.words.1 && left.words.2 == right.words.2 && left.words.3 == right.words.3
            && left.words.4 == right.words.4 && left.words.5 == right.words.5 && left.words.6 == right.words.6
            && left.words.7 == right.words.7
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(length)
        hasher.combine(words.0)
        if length <= 8 { return }
        hasher.combine(words.1)
        hasher.combine(words.2)
        if length <= 24 { return }
        hasher.combine(words.3)
        hasher.combine(words.4)
        hasher.combine(words.5)
        hasher.combine(words.6)
        hasher.combine(words.7)
    }
}

extension WireName: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
