/// Consecutive whole records of one segment, on their way to the control plane.
package struct RecordBatch: Sendable {
    package let lane: Int
    package let segment: UInt64
    /// Of the first record, from the beginning of the segment.
    package let offset: Int
    /// Of the records, before compression.
    package let length: Int
    /// The records, as one zstd frame when `isCompressed`.
    package let body: [UInt8]
    package let isCompressed: Bool
    /// The control plane has refused these records because their chain does not verify: it is asked to keep them all the
    /// same, as evidence.
    package let isEvidence: Bool

    package var end: Int { offset + length }
}

package enum RecordSinkError: Error, Equatable, Sendable {
    /// Worth trying again: no connection, an overloaded or failing server.
    case unavailable(String)
    /// The chain of a session does not verify (409).
    case chainBroken(String)
    /// The control plane does not take the batch, now or later.
    case rejected(String)
}

/// Takes batches to the control plane.
package protocol RecordSink: Sendable {
    /// Returns the offset up to which the control plane has the segment, durably.
    func upload(_ batch: RecordBatch) async throws(RecordSinkError) -> Int
}
