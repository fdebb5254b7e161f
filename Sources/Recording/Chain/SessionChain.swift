/// Where a session's recording stands: the sequence of the next record, and the hash of the last one.
///
/// A connection owns its chain and lends it to each append; nobody else may write records of that session.
package struct SessionChain: Hashable, Sendable {
    package let session: RecordSessionID
    package private(set) var nextSequence: UInt64
    package private(set) var head: RecordHash

    /// The chain of a session that has no record yet.
    package init(session: RecordSessionID) {
        self.init(session: session, nextSequence: 0, head: .zero)
    }

    /// A chain that goes on where it was left.
    package init(session: RecordSessionID, nextSequence: UInt64, head: RecordHash) {
        self.session = session
        self.nextSequence = nextSequence
        self.head = head
    }

    mutating func advance(to hash: RecordHash) {
        nextSequence += 1
        head = hash
    }

    /// Why `record` is not the next one of this chain.
    package enum Break: Error, Equatable, Sendable {
        case otherSession
        case sequence(expected: UInt64, found: UInt64)
        case previousHash(sequence: UInt64)
    }

    /// Goes on behind `record` although it is not the next one: for those who keep what does not verify.
    package mutating func resume(behind record: Record) {
        nextSequence = record.sequence &+ 1
        head = record.hash
    }

    /// Takes `record` as the next one, or says why it is not.
    package mutating func follow(_ record: Record) throws(Break) {
        guard record.session == session else { throw .otherSession }
        guard record.sequence == nextSequence else {
            throw .sequence(expected: nextSequence, found: record.sequence)
        }
        guard record.previous == head else { throw .previousHash(sequence: record.sequence) }
        advance(to: record.hash)
    }
}
