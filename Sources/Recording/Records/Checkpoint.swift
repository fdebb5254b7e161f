package import Crypto
internal import Foundation

/// The agent's signature over the head of a session: at close, and every 60 s while it lives.
///
///     time signed · 64 bytes Ed25519 signature (RFC 8032)
///
/// The signature covers the ASCII text `sallyport-checkpoint-v1`, a zero byte, the session (16 bytes), this record's
/// sequence and the time (8 bytes each, little-endian), and the hash of the record before (32 bytes). Whoever has the
/// agent's public key can so tell that nothing before it was changed, dropped, added or reordered.
package struct Checkpoint: Hashable, Sendable, RecordPayload {
    package static let kind = RecordKind.checkpoint
    static let signatureLength = 64

    package let signedAt: RecordTime
    let signature: [UInt8]

    /// Signs the head of `chain`; to be appended to the same chain, next.
    package init(
        of chain: SessionChain, at time: RecordTime, signedBy key: Curve25519.Signing.PrivateKey
    ) throws(CheckpointError) {
        let message = Checkpoint.message(
            session: chain.session, sequence: chain.nextSequence, head: chain.head, time: time)
        do { signature = [UInt8](try key.signature(for: message)) } catch { throw .signing }
        signedAt = time
    }

    package var encodedLengthBound: Int { 8 + Checkpoint.signatureLength }

    package func encode(into writer: inout PayloadWriter) {
        writer.time(signedAt)
        signature.withUnsafeBytes { writer.raw($0) }
    }

    init(from reader: inout PayloadReader) throws(RecordError) {
        signedAt = try reader.time("signed_at")
        signature = [UInt8](try reader.raw(Checkpoint.signatureLength, "signature"))
    }

    /// Whether `record`, which this was decoded from, carries the signature of `key`'s owner.
    package func isValid(in record: Record, for key: Curve25519.Signing.PublicKey) -> Bool {
        key.isValidSignature(
            signature,
            for: Checkpoint.message(
                session: record.session, sequence: record.sequence, head: record.previous, time: signedAt))
    }

    private static func message(
        session: RecordSessionID, sequence: UInt64, head: RecordHash, time: RecordTime
    ) -> [UInt8] {
        var message = [UInt8]("sallyport-checkpoint-v1\0".utf8)
        message += session.bytes
        for word in [sequence, UInt64(bitPattern: time.microsecondsSinceEpoch)] {
            withUnsafeBytes(of: word.littleEndian) { message += $0 }
        }
        return message + head.bytes
    }
}

package enum CheckpointError: Error, Equatable, Sendable {
    case signing
}
