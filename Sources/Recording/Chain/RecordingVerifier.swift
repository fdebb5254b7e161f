package import Crypto

/// What is wrong with a recording. Every case names where.
package enum Finding: Hashable, Sendable {
    /// The record at `position` of the stream is not one: changed, or torn.
    case malformed(position: Int, reason: String)
    /// The record is not what the record after it, or a signature, says it was.
    case changed(sequence: UInt64)
    case dropped(from: UInt64, through: UInt64)
    case reordered(sequence: UInt64)
    case duplicated(sequence: UInt64)
    /// Nothing follows `afterSequence`, where the end should be. Nil when there is no record at all.
    case cutOff(afterSequence: UInt64?)
    /// A record of another session stands in this recording.
    case foreign(position: Int)
    case signature(sequence: UInt64)
}

/// How a recording has to end to be whole.
package enum ExpectedEnd: Sendable {
    /// In `sessionClosed` and a checkpoint over it.
    case closed
    /// With the record that someone trusted says is the last so far: for live and interrupted sessions.
    case head(sequence: UInt64, hash: RecordHash)
    /// Anywhere: the part that is there is verified, its end is not.
    case open
}

/// Verifies the recording of one session with nothing but the agent's public key.
package enum RecordingVerifier {
    /// - Parameter records: the session's records in the order they were stored, one element each, without the zeros
    ///   behind them.
    /// - Returns: nothing when the recording is whole; else what is wrong, by position and sequence.
    package static func verify(
        records: [ArraySlice<UInt8>], session: RecordSessionID, key: Curve25519.Signing.PublicKey,
        end: ExpectedEnd
    ) -> [Finding] {
        var findings: [Finding] = []
        var found: [Record] = []
        for (position, bytes) in records.enumerated() {
            do {
                let record = try Record(parsing: bytes)
                if record.session == session {
                    found.append(record)
                } else {
                    findings.append(.foreign(position: position))
                }
            } catch {
                findings.append(.malformed(position: position, reason: "\(error)"))
            }
        }
        findings += order(of: found)
        let ordered = unique(found)
        findings += gaps(in: ordered)
        findings += links(of: ordered, end: end)
        findings += signatures(in: ordered, key: key)
        findings += ending(of: ordered, end: end)
        return findings
    }

    /// The same over a record stream.
    package static func verify(
        stream: [UInt8], session: RecordSessionID, key: Curve25519.Signing.PublicKey, end: ExpectedEnd
    ) -> [Finding] {
        var reader = RecordReader(stream)
        var records: [ArraySlice<UInt8>] = []
        var torn: [Finding] = []
        do {
            while let record = try reader.next() { records.append(record.bytes) }
            if reader.offset < stream.count {
                torn.append(.malformed(position: records.count, reason: "the stream ends early"))
            }
        } catch {
            torn.append(.malformed(position: records.count, reason: "\(error)"))
        }
        return torn + verify(records: records, session: session, key: key, end: end)
    }

    private static func order(of records: [Record]) -> [Finding] {
        var findings: [Finding] = []
        var seen: Set<UInt64> = []
        var highest: UInt64?
        for record in records {
            if !seen.insert(record.sequence).inserted {
                findings.append(.duplicated(sequence: record.sequence))
            } else if let highest, record.sequence < highest {
                findings.append(.reordered(sequence: record.sequence))
            }
            highest = max(highest ?? 0, record.sequence)
        }
        return findings
    }

    private static func unique(_ records: [Record]) -> [Record] {
        var seen: Set<UInt64> = []
        return records.filter { seen.insert($0.sequence).inserted }.sorted { $0.sequence < $1.sequence }
    }

    private static func gaps(in records: [Record]) -> [Finding] {
        var findings: [Finding] = []
        var expected: UInt64 = 0
        for record in records {
            if record.sequence > expected {
                findings.append(.dropped(from: expected, through: record.sequence - 1))
            }
            expected = record.sequence &+ 1
        }
        return findings
    }

    /// A broken link between two records blames the earlier one, unless the later one is at odds with its own successor
    /// (or with the expected head): then that one was changed.
    private static func links(of records: [Record], end: ExpectedEnd) -> [Finding] {
        guard let first = records.first, let last = records.last else { return [] }
        let hashes = records.map(\.hash)
        var changed: Set<UInt64> = []
        var laterIsBroken = false
        if case .head(last.sequence, let hash) = end, hash != hashes[records.count - 1] {
            changed.insert(last.sequence)
            laterIsBroken = true
        }
        for index in records.indices.dropLast().reversed() {
            let (record, next) = (records[index], records[index + 1])
            guard record.sequence &+ 1 == next.sequence else {
                laterIsBroken = false
                continue
            }
            let isBroken = next.previous != hashes[index]
            if isBroken { changed.insert(laterIsBroken ? next.sequence : record.sequence) }
            laterIsBroken = isBroken
        }
        if first.sequence == 0, first.previous != .zero { changed.insert(0) }
        return changed.sorted().map { .changed(sequence: $0) }
    }

    private static func signatures(in records: [Record], key: Curve25519.Signing.PublicKey) -> [Finding] {
        records.compactMap { record in
            switch record.kind {
            case .checkpoint:
                if case .checkpoint(let checkpoint)? = try? record.content(),
                    checkpoint.isValid(in: record, for: key)
                {
                    return nil
                }
                return .signature(sequence: record.sequence)
            case .sessionOpened, .statementStarted, .statementFinished, .sessionClosed, .laneOpened:
                return (try? record.content()) == nil ? .changed(sequence: record.sequence) : nil
            }
        }
    }

    private static func ending(of records: [Record], end: ExpectedEnd) -> [Finding] {
        switch end {
        case .open:
            return records.isEmpty ? [.cutOff(afterSequence: nil)] : []
        case .head(let sequence, _):
            guard let last = records.last else { return [.cutOff(afterSequence: nil)] }
            return last.sequence < sequence ? [.cutOff(afterSequence: last.sequence)] : []
        case .closed:
            guard let last = records.last else { return [.cutOff(afterSequence: nil)] }
            let closed = records.dropLast().last
            let isWhole = last.kind == .checkpoint && closed?.kind == .sessionClosed
            return isWhole ? [] : [.cutOff(afterSequence: last.sequence)]
        }
    }
}
