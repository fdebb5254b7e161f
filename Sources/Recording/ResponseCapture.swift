internal import Crypto

/// The response to one statement, as the client saw it: its beginning up to a cap, and, once there is more than that, the
/// SHA-256 and the count of all of it.
///
/// One per connection, used again for each statement. Memory: the cap at most, and next to nothing between statements.
package struct ResponseCapture {
    /// Bytes to keep of the current response.
    private var cap: Int
    private var kept: [UInt8] = []
    private var hash: SHA256?
    /// Of the current response.
    package private(set) var totalBytes: UInt64 = 0

    /// A buffer that grew beyond this is given back at the next `begin`, so that idle connections stay small.
    static let retainedBytes = 4 << 10

    package init() { cap = 0 }

    /// Forgets the response before. `cap` is what the policy says, up to `RecordLimits.responseBytes`.
    package mutating func begin(cap: Int) {
        self.cap = min(max(cap, 0), RecordLimits.responseBytes)
        if kept.capacity > ResponseCapture.retainedBytes {
            kept = []
        } else {
            kept.removeAll(keepingCapacity: true)
        }
        hash = nil
        totalBytes = 0
    }

    /// Takes the next bytes that go to the client.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        totalBytes += UInt64(bytes.count)
        if hash == nil {
            if bytes.count <= cap - kept.count {
                kept.append(contentsOf: bytes)
                return
            }
            var hash = SHA256()
            kept.withUnsafeBytes { hash.update(bufferPointer: $0) }
            kept.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes.prefix(cap - kept.count)))
            self.hash = hash
        }
        hash?.update(bufferPointer: bytes)
    }

    /// Lends the response for an append.
    package func withView<Result, Failure: Error>(_ body: (View) throws(Failure) -> Result) throws(Failure)
        -> Result
    {
        let digest = hash.map { RecordHash($0.finalize()) }
        return try kept.withUnsafeBufferPointer { (kept) throws(Failure) in
            try body(View(kept: UnsafeRawBufferPointer(kept), totalBytes: totalBytes, digest: digest))
        }
    }

    /// A response about to be recorded; owns nothing.
    package struct View {
        let kept: UnsafeRawBufferPointer
        let totalBytes: UInt64
        let digest: RecordHash?

        package static var empty: View {
            View(kept: UnsafeRawBufferPointer(start: nil, count: 0), totalBytes: 0, digest: nil)
        }
    }
}
