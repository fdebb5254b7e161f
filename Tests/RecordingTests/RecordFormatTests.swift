import Testing

@testable import Recording

struct RecordFormatTests {
    private func content(_ bytes: [UInt8]?) throws -> RecordContent {
        var reader = RecordReader(try #require(bytes))
        return try #require(try reader.next()).content()
    }

    private func newChain() -> SessionChain { SessionChain(session: Fixtures.session) }

    /// The worked example of `RecordFormat`.
    @Test func writesTheWorkedExample() throws {
        let empty = RecordHash(of: UnsafeRawBufferPointer(start: nil, count: 0))
        var chain = SessionChain(session: Fixtures.session, nextSequence: 1, head: empty)
        let closed = SessionClosed(
            closedAt: Fixtures.time, reason: "drained", statements: 2, rows: 300, responseBytes: 70_000)
        let bytes = try #require(RecordWriter.bytes(closed, chain: &chain))
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        #expect(
            hex == """
                5a 00 00 00 88 71 98 63 01 04 00 00 01 00 00 00 00 00 00 00 01 90 00 00 00 00 70 00 80 00 00 00 00 00 00 01 \
                e3 b0 c4 42 98 fc 1c 14 9a fb f4 c8 99 6f b9 24 27 ae 41 e4 64 9b 93 4c a4 95 99 1b 78 52 b8 55 \
                00 80 c6 a4 7e 8d 03 00 07 64 72 61 69 6e 65 64 02 ac 02 f0 a2 04 00 00 00 00 00 00
                """)
        #expect(chain.nextSequence == 2)
    }

    @Test func givesBackASessionsOpening() throws {
        var chain = newChain()
        #expect(
            try content(RecordWriter.bytes(Fixtures.opened, chain: &chain)) == .sessionOpened(Fixtures.opened)
        )
    }

    @Test func givesBackASessionsClose() throws {
        var chain = newChain()
        #expect(
            try content(RecordWriter.bytes(Fixtures.closed, chain: &chain)) == .sessionClosed(Fixtures.closed)
        )
    }

    @Test func givesBackALanesOpening() throws {
        var chain = SessionChain(session: .none)
        let opened = LaneOpened(openedAt: Fixtures.time)
        #expect(try content(RecordWriter.bytes(opened, chain: &chain)) == .laneOpened(opened))
    }

    @Test func givesBackAStatementWithParametersAndApproval() throws {
        var chain = newChain()
        let text = Array("UPDATE orders SET paid = $1".utf8)
        let bytes = try Fixtures.started(
            7, text, parameters: [[1, 2, 3], nil, []], approval: Fixtures.approval, chain: &chain)
        guard case .statementStarted(let started) = try content(bytes) else {
            Issue.record("other kind")
            return
        }
        #expect(started.number == 7)
        #expect(started.startedAt == Fixtures.time)
        #expect(started.form == .execute)
        #expect(started.facts == Fixtures.facts)
        #expect(started.text == CappedBytes(kept: text, totalBytes: UInt64(text.count), digest: nil))
        #expect(started.parameters.map { $0.value?.kept } == [[1, 2, 3], nil, []])
        #expect(started.parameters.allSatisfy { $0.isBinary && !$0.isMasked && $0.typeOID == 23 })
        #expect(started.approval == Fixtures.approval)
    }

    @Test func keepsTheBeginningOfALongTextAndTheDigestOfAllOfIt() throws {
        var chain = newChain()
        let text = [UInt8](repeating: 0x20, count: RecordLimits.textBytes + 1)
        guard case .statementStarted(let started) = try content(try Fixtures.started(1, text, chain: &chain))
        else {
            Issue.record("other kind")
            return
        }
        #expect(started.text.kept.count == RecordLimits.textBytes)
        #expect(started.text.totalBytes == UInt64(text.count))
        #expect(started.text.digest == text.withUnsafeBytes { RecordHash(of: $0) })
    }

    @Test func capsParametersOneByOneAndAltogether() throws {
        var chain = newChain()
        let large = [UInt8](repeating: 1, count: RecordLimits.parameterBytes + 10)
        let bytes = try Fixtures.started(
            1, [0x20], parameters: [[UInt8]?](repeating: large, count: 20), chain: &chain)
        guard case .statementStarted(let started) = try content(bytes) else {
            Issue.record("other kind")
            return
        }
        let kept = started.parameters.map { $0.value?.kept.count ?? -1 }
        #expect(kept.max() == RecordLimits.parameterBytes)
        #expect(kept.reduce(0, +) == RecordLimits.parametersBytes)
        #expect(kept.last == 0)
        #expect(started.parameters.allSatisfy { $0.value?.isTruncated == true })
    }

    @Test func givesBackAResult() throws {
        var chain = newChain()
        let error = RecordedError(code: "42501", message: "not allowed")
        let bytes = Fixtures.finished(7, response: [1, 2, 3, 4], cap: 3, error: error, chain: &chain)
        guard case .statementFinished(let finished) = try content(bytes) else {
            Issue.record("other kind")
            return
        }
        #expect(finished.number == 7)
        #expect(finished.durationNanoseconds == 1_234)
        #expect(finished.rows == 3)
        #expect(finished.commandTag == "SELECT 3")
        #expect(finished.error == error)
        #expect(finished.response.kept == [1, 2, 3])
        #expect(finished.response.totalBytes == 4)
        #expect(
            finished.response.digest
                == [1, 2, 3, 4].withUnsafeBytes { (_: UnsafeRawBufferPointer) in
                    [UInt8]([1, 2, 3, 4]).withUnsafeBytes { RecordHash(of: $0) }
                })
    }

    @Test func shortensAMessageAtAWholeCharacter() {
        #expect("aé".shortened(toUTF8: 2) == "a")
        #expect("aé".shortened(toUTF8: 3) == "aé")
        #expect("abc".shortened(toUTF8: 0).isEmpty)
    }

    @Test func writesNothingThatDoesNotFit() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 96, alignment: 8)
        defer { memory.deallocate() }
        for size in 0..<96 {
            memory.initializeMemory(as: UInt8.self, repeating: 0)
            var chain = newChain()
            let part = UnsafeMutableRawBufferPointer(rebasing: memory[..<size])
            let stride = RecordWriter.write(Fixtures.closed, chain: &chain, into: part)
            #expect(stride == nil)
            #expect(chain == newChain())
            #expect(memory.prefix(8).allSatisfy { $0 == 0 })
            #expect(memory.dropFirst(size).allSatisfy { $0 == 0 })
        }
    }

    // MARK: Foreign bytes

    @Test func refusesEveryTruncation() throws {
        let stream = try Fixtures.recording(statements: 1, seed: 1).flatMap(\.self)
        let boundaries = try Set(boundaries(of: stream))
        for length in 1..<stream.count where !boundaries.contains(length) {
            var reader = RecordReader(stream[..<length])
            #expect(throws: RecordError.self) { while try reader.next() != nil {} }
            #expect(boundaries.contains(reader.offset) || reader.offset == 0)
        }
    }

    /// Ends of records, and the places within the zeros behind each, where a stream may end.
    private func boundaries(of stream: [UInt8]) throws -> [Int] {
        var reader = RecordReader(stream)
        var ends: [Int] = []
        while true {
            let start = reader.offset
            guard let record = try reader.next() else { return ends }
            ends += Array(start + record.bytes.count...reader.offset)
        }
    }

    @Test func findsEveryChangedBit() throws {
        var chain = newChain()
        let original = try #require(Fixtures.finished(1, response: [5, 6, 7], cap: 64, chain: &chain))
        for bit in 0..<original.count * 8 {
            var changed = original
            changed[bit / 8] ^= 1 << (bit % 8)
            var reader = RecordReader(changed)
            #expect(throws: RecordError.self, "bit \(bit)") {
                // A length of zero ends a stream; whoever stores a record knows that one was due.
                guard try reader.next() != nil else { throw RecordError.truncated }
            }
        }
    }

    @Test func endsAtALengthOfZero() throws {
        var chain = newChain()
        let record = try #require(RecordWriter.bytes(Fixtures.closed, chain: &chain))
        var reader = RecordReader(record + [UInt8](repeating: 0, count: 64))
        #expect(try reader.next() != nil)
        #expect(try reader.next() == nil)
        #expect(reader.offset == record.count)
    }

    /// The payload decoders see bytes that a checksum vouches for, and still trust none of them.
    @Test func neverTrapsOnForeignPayloads() {
        var random = SeededRandom(seed: 3)
        for kind in RecordKind.allCases {
            for _ in 0..<2_000 {
                let payload = random.bytes(Int.random(in: 0...120, using: &random))
                guard let record = try? Forgery.record(kind: kind, payload: payload) else { continue }
                _ = try? record.content()
            }
        }
    }

    @Test func decodersSurviveEveryTruncationAndChangedByteOfAPayload() throws {
        var random = SeededRandom(seed: 4)
        for bytes in try Fixtures.recording(statements: 3, seed: 5) {
            var reader = RecordReader(bytes)
            let record = try #require(try reader.next())
            let payload = Array(record.payload)
            for length in payload.indices {
                #expect(throws: RecordError.self) {
                    try Forgery.record(kind: record.kind, payload: Array(payload[..<length])).content()
                }
            }
            for index in payload.indices {
                var changed = payload
                changed[index] = UInt8(truncatingIfNeeded: random.next())
                _ = try? Forgery.record(kind: record.kind, payload: changed).content()
            }
        }
    }

    @Test func refusesBytesBehindTheLastField() throws {
        let record = try Forgery.record(kind: .laneOpened, payload: [UInt8](repeating: 0, count: 9))
        #expect(throws: RecordError.payload(field: "end")) { try record.content() }
    }

    @Test func refusesALongVarintAndOneThatIsNotTheShortest() throws {
        for bytes: [UInt8] in [
            [UInt8](repeating: 0xff, count: 11), [0x80, 0x00], [UInt8](repeating: 0x80, count: 9) + [2],
        ] {
            var reader = PayloadReader(bytes[...])
            #expect(throws: RecordError.self) { try reader.varint("x") }
        }
    }
}

/// Records with right checksums around any payload.
enum Forgery {
    struct Raw: RecordPayload {
        static var kind: RecordKind { .laneOpened }
        var bytes: [UInt8]
        var encodedLengthBound: Int { bytes.count }
        func encode(into writer: inout PayloadWriter) { bytes.withUnsafeBytes { writer.raw($0) } }
    }

    static func record(
        kind: RecordKind, payload: [UInt8], chain: SessionChain = SessionChain(session: Fixtures.session)
    ) throws -> Record {
        var chain = chain
        guard let bytes = RecordWriter.bytes(Raw(bytes: payload), chain: &chain) else {
            throw RecordError.truncated
        }
        let length = RecordFormat.headerLength + payload.count
        return try Record(
            parsing: resealed(bytes[..<length]) { $0[RecordFormat.kindOffset] = kind.rawValue }[...])
    }

    /// `record` with a change, and a checksum that fits.
    static func resealed(_ record: ArraySlice<UInt8>, _ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes = Array(record)
        change(&bytes)
        let checksum = bytes.withUnsafeBytes {
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[RecordFormat.versionOffset...]))
        }
        withUnsafeBytes(of: checksum.littleEndian) { raw in
            for index in 0..<4 { bytes[RecordFormat.checksumOffset + index] = raw[index] }
        }
        return bytes
    }
}
