internal import Reactor

/// What goes out on one stream: bytes that were staged here, then a stretch of the input that is passed on as it lies.
///
/// As long as nothing is changed or inserted, a whole read is written from where it was read, in one call and without a
/// copy; what the peer does not take at once is staged. The input is valid within one synchronous stretch only, so
/// `flush` or `settle` ends each stretch.
struct RelayBuffer {
    private var staged: [UInt8] = []
    private var stagedOffset = 0
    private var passing = 0..<0

    /// Bytes that wait for the peer.
    var backlog: Int { staged.count - stagedOffset }

    /// Passes `range` of `input` on, unchanged.
    mutating func pass(_ range: Range<Int>, of input: UnsafeRawBufferPointer) {
        if range.lowerBound == passing.upperBound, !passing.isEmpty {
            passing = passing.lowerBound..<range.upperBound
        } else {
            settle(input)
            passing = range
        }
    }

    /// Inserts bytes of our own behind everything so far.
    mutating func insert(of input: UnsafeRawBufferPointer, _ body: (inout [UInt8]) -> Void) {
        settle(input)
        body(&staged)
    }

    /// Inserts bytes between two stretches, when there is no input.
    mutating func insert(_ body: (inout [UInt8]) -> Void) {
        precondition(passing.isEmpty, "the input of a stretch was not settled")
        body(&staged)
    }

    /// Copies what is still passed on from `input`, which is about to go away.
    mutating func settle(_ input: UnsafeRawBufferPointer) {
        guard !passing.isEmpty else { return }
        staged.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[passing]))
        passing = 0..<0
    }

    /// Writes what the peer takes now; the rest is staged. Whether everything went out.
    mutating func flush(_ input: UnsafeRawBufferPointer, to stream: ByteStream) throws(IOError) -> Bool {
        if backlog > 0 {
            settle(input)
            return try flush(to: stream)
        }
        guard !passing.isEmpty else { return true }
        let count = try stream.tryWrite(UnsafeRawBufferPointer(rebasing: input[passing]))
        passing = (passing.lowerBound + count)..<passing.upperBound
        if passing.isEmpty {
            passing = 0..<0
            return true
        }
        settle(input)
        return false
    }

    /// Writes what is staged, as much as the peer takes now. Whether everything went out.
    mutating func flush(to stream: ByteStream) throws(IOError) -> Bool {
        while backlog > 0 {
            let count = try staged.span.withUnsafeBytes { (bytes) throws(IOError) -> Int in
                try stream.tryWrite(UnsafeRawBufferPointer(rebasing: bytes[stagedOffset...]))
            }
            if count == 0 { return false }
            stagedOffset += count
        }
        // An idle session keeps no large buffer.
        staged.removeAll(keepingCapacity: staged.capacity <= 4096)
        stagedOffset = 0
        return true
    }
}
