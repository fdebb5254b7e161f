import Crypto
import Testing

@testable import Recording

/// Whatever happens to a recording, someone with the public key finds it and can say where.
struct RecordingVerifierTests {
    private func verify(_ records: [ArraySlice<UInt8>], end: ExpectedEnd = .closed) throws -> [Finding] {
        RecordingVerifier.verify(
            records: records, session: Fixtures.session, key: try Fixtures.key().publicKey, end: end)
    }

    private func recording(_ statements: Int = 4) throws -> [ArraySlice<UInt8>] {
        try Fixtures.bare(Fixtures.recording(statements: statements, seed: 11))
    }

    @Test func findsNothingInAWholeRecording() throws {
        #expect(try verify(recording()).isEmpty)
        let stream = try Fixtures.recording(statements: 4, seed: 11).flatMap(\.self)
        #expect(
            RecordingVerifier.verify(
                stream: stream, session: Fixtures.session, key: try Fixtures.key().publicKey, end: .closed
            ).isEmpty)
    }

    @Test func findsEveryChangedBitOfEveryRecord() throws {
        let records = try recording(1)
        for (position, record) in records.enumerated() {
            for bit in 0..<record.count * 8 {
                var changed = Array(record)
                changed[bit / 8] ^= 1 << (bit % 8)
                var all = records
                all[position] = changed[...]
                let findings = try verify(all)
                let named = findings.contains { finding in
                    if case .malformed(position, _) = finding { return true }
                    return false
                }
                #expect(named, "record \(position), bit \(bit): \(findings)")
            }
        }
    }

    /// Someone who changes a record can make its checksum fit; the chain still names the record.
    @Test func namesAChangedRecordWhoseChecksumFits() throws {
        var random = SeededRandom(seed: 21)
        let records = try recording()
        for (position, record) in records.enumerated() {
            for _ in 0..<40 {
                let index = Int.random(in: RecordFormat.previousOffset..<record.count, using: &random)
                let change = UInt8.random(in: 1...255, using: &random)
                var all = records
                all[position] = Forgery.resealed(record) { $0[index] ^= change }[...]
                let findings = try verify(all)
                let sequence = UInt64(position)
                #expect(
                    findings.contains(.changed(sequence: sequence))
                        || findings.contains(.signature(sequence: sequence)),
                    "record \(position), byte \(index): \(findings)")
            }
        }
    }

    @Test func namesADroppedRecord() throws {
        let records = try recording()
        for position in records.indices.dropLast(2) {
            var all = records
            all.remove(at: position)
            let findings = try verify(all)
            #expect(
                findings.contains(.dropped(from: UInt64(position), through: UInt64(position))), "\(findings)")
        }
    }

    /// Dropped, and the rest renumbered with checksums that fit.
    @Test func findsADroppedRecordBehindRenumberedOnes() throws {
        let records = try recording()
        for position in 1..<records.count - 2 {
            var all = records
            all.remove(at: position)
            for later in position..<all.count {
                all[later] =
                    Forgery.resealed(all[later]) { $0[RecordFormat.sequenceOffset] -= 1 }[...]
            }
            #expect(try !verify(all).isEmpty)
        }
    }

    @Test func namesSwappedRecords() throws {
        let records = try recording()
        for position in records.indices.dropLast() {
            var all = records
            all.swapAt(position, position + 1)
            #expect(try verify(all).contains(.reordered(sequence: UInt64(position))))
        }
    }

    @Test func namesARepeatedRecord() throws {
        var records = try recording()
        records.insert(records[2], at: 5)
        #expect(try verify(records).contains(.duplicated(sequence: 2)))
    }

    @Test func namesEveryCutOffEnd() throws {
        let records = try recording()
        for count in 0..<records.count {
            let findings = try verify(Array(records[..<count]))
            let last = count == 0 ? nil : UInt64(count - 1)
            #expect(findings == [.cutOff(afterSequence: last)], "\(count): \(findings)")
        }
    }

    @Test func namesACutOffEndOfALiveRecordingByItsKnownHead() throws {
        let records = try recording()
        let head = try Record(parsing: records[5])
        let end = ExpectedEnd.head(sequence: 5, hash: head.hash)
        #expect(try verify(Array(records[...5]), end: end).isEmpty)
        #expect(try verify(Array(records[...4]), end: end) == [.cutOff(afterSequence: 4)])
        let forged = Forgery.resealed(records[5]) { $0[$0.count - 1] ^= 1 }
        #expect(try verify(Array(records[...4]) + [forged[...]], end: end).contains(.changed(sequence: 5)))
    }

    @Test func namesARecordOfAnotherSession() throws {
        var records = try recording()
        var other = SessionChain(session: RecordSessionID((1, 2)))
        let foreign = try #require(RecordWriter.bytes(Fixtures.closed, chain: &other))
        records.insert(contentsOf: try Fixtures.bare([foreign]), at: 1)
        #expect(try verify(records) == [.foreign(position: 1)])
    }

    @Test func namesASignatureOfAnotherKey() throws {
        let records = try recording()
        let findings = RecordingVerifier.verify(
            records: records, session: Fixtures.session,
            key: try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 1, count: 32))
                .publicKey,
            end: .closed)
        #expect(findings == [.signature(sequence: 7), .signature(sequence: UInt64(records.count - 1))])
    }

    @Test func aChainFollowsItsRecordsOnly() throws {
        let records = try recording().map { try Record(parsing: $0) }
        var chain = SessionChain(session: Fixtures.session)
        try chain.follow(records[0])
        #expect(throws: SessionChain.Break.sequence(expected: 1, found: 2)) { try chain.follow(records[2]) }
        let forged = try Record(
            parsing: Forgery.resealed(records[1].bytes) { $0[RecordFormat.previousOffset] ^= 1 }[...])
        #expect(throws: SessionChain.Break.previousHash(sequence: 1)) { try chain.follow(forged) }
        try chain.follow(records[1])
        #expect(chain.nextSequence == 2)
    }
}
