import Testing

@testable import PostgresWire

@Suite struct FrameScannerTests {
    private func scan(_ bytes: [UInt8], limits: WireLimits = WireLimits()) -> ScanOutcome<FrontendType> {
        var scanner = FrameScanner<FrontendType>(limits: limits)
        return scanner.next(in: bytes.span)
    }

    @Test func asksForTheMissingBytesOfAHeader() {
        for count in 0..<5 {
            let bytes = Array([0x51, 0, 0, 0, 5].prefix(count)).map { UInt8($0) }
            guard case .needMore(let missing) = scan(bytes) else {
                Issue.record("a header of \(count) bytes is not a message")
                continue
            }
            #expect(missing == 5 - count)
        }
    }

    @Test(arguments: [UInt32(0), 1, 2, 3])
    func rejectsLengthBelowFour(length: UInt32) {
        var bytes: [UInt8] = [0x51]
        bytes.appendUInt32(length)
        guard case .violation(.lengthBelowMinimum(length)) = scan(bytes) else {
            Issue.record("length \(length) was taken")
            return
        }
    }

    @Test func rejectsAnUnknownTypeBeforeItsBody() {
        guard case .violation(.unknownType(0x00)) = scan([0, 0, 0, 0, 4]) else {
            Issue.record("type 0 was taken")
            return
        }
    }

    @Test func judgesAHeaderByTheLimitOfItsType() {
        var bytes: [UInt8] = [FrontendType.sync.rawValue]
        bytes.appendUInt32(10_005)
        guard case .violation(.frameTooLarge(0x53, 10_001, 10_000)) = scan(bytes) else {
            Issue.record("a Sync of 10,001 bytes was taken")
            return
        }
        bytes[0] = FrontendType.query.rawValue
        guard case .partial(let frame, missing: 10_001) = scan(bytes) else {
            Issue.record("a Query of 10,001 bytes was refused")
            return
        }
        #expect(frame.type == .query && frame.bodyLength == 10_001 && frame.whole == 0..<10_006)
    }

    @Test func rejectsTheLargestLengthWord() {
        guard case .violation(.frameTooLarge) = scan([0x64, 0xff, 0xff, 0xff, 0xff]) else {
            Issue.record("a length of 4 GiB was taken")
            return
        }
    }

    @Test func findsTheSameMessagesWholeAndByteByByte() {
        var bytes: [UInt8] = []
        QueryMessage.write("SELECT 1", into: &bytes)
        EmptyFrontendMessage.writeSync(into: &bytes)
        ParseMessage.write(name: "s", text: "SELECT $1", parameterTypes: [23], into: &bytes)
        EmptyFrontendMessage.writeTerminate(into: &bytes)

        var whole: [Range<Int>] = []
        var scanner = FrameScanner<FrontendType>()
        while case .frame(let frame) = scanner.next(in: bytes.span) { whole.append(frame.whole) }
        #expect(whole.count == 4 && whole.last?.upperBound == bytes.count)

        var dripped: [Range<Int>] = []
        var dripping = FrameScanner<FrontendType>()
        for count in 1...bytes.count {
            let seen = Array(bytes.prefix(count))
            switch dripping.next(in: seen.span) {
            case .frame(let frame): dripped.append(frame.whole)
            case .partial(_, let missing): #expect(missing > 0)
            case .needMore(let missing): #expect(missing > 0)
            case .violation(let violation): Issue.record("\(violation)")
            }
        }
        #expect(dripped == whole)
    }

    @Test func skipsTheMessagesOfOneTypeThatNextWouldFind() {
        let row: [UInt8] = [BackendType.dataRow.rawValue, 0, 0, 0, 6, 0, 0]
        let bytes = row + row + row + [BackendType.commandComplete.rawValue, 0, 0, 0, 5, 0] + row
        for count in 0...bytes.count {
            let seen = Array(bytes.prefix(count))
            for most in 0...4 {
                var scanner = FrameScanner<BackendType>()
                let skipped = scanner.skip(.dataRow, atMost: most, in: seen.span)
                #expect(skipped == min(most, 3, count / row.count))
                #expect(scanner.cursor == skipped * row.count)
            }
        }
    }

    @Test(arguments: [UInt32(0), 3, 0x7fff_ffff, 0xffff_ffff])
    func doesNotSkipAViolation(length: UInt32) {
        var bytes: [UInt8] = [BackendType.dataRow.rawValue]
        bytes.appendUInt32(length)
        var scanner = FrameScanner<BackendType>()
        #expect(scanner.skip(.dataRow, atMost: 8, in: bytes.span) == 0)
        #expect(scanner.cursor == 0)
    }

    @Test func knowsEveryTypeByteOfEachDirectionAndNoOther() {
        #expect(FrontendType.allCases.count == 14)
        #expect(BackendType.allCases.count == 24)
        let frontend = (UInt8.min...UInt8.max).filter { FrontendType(rawValue: $0) != nil }
        #expect(String(decoding: frontend, as: UTF8.self) == "BCDEFHPQSXcdfp")
        let backend = (UInt8.min...UInt8.max).filter { BackendType(rawValue: $0) != nil }
        #expect(String(decoding: backend, as: UTF8.self) == "123ACDEGHIKNRSTVWZcdnstv")
    }
}
