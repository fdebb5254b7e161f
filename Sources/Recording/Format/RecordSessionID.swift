/// A session's id as it stands in records: 16 bytes, a UUID in its byte order.
package struct RecordSessionID: Hashable, Sendable {
    /// The bytes as they lie in memory.
    let low: UInt64
    let high: UInt64

    /// Of records that concern a lane of the spool and no session.
    package static let none = RecordSessionID(low: 0, high: 0)

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    package init(_ uuid: (UInt64, UInt64)) {
        low = uuid.0.bigEndian
        high = uuid.1.bigEndian
    }

    /// Nil unless there are 16 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
        self.init(low: words.0, high: words.1)
    }

    package var bytes: [UInt8] {
        var words = (low, high)
        return withUnsafeBytes(of: &words) { [UInt8]($0) }
    }
}
