import Testing

@testable import PostgresWire

@Suite struct MalformedBodyTests {
    @Test(arguments: Sample.strict) func takesItsSample(sample: Sample) throws {
        try sample.decode(sample.body)
    }

    @Test(arguments: Sample.strict) func rejectsEveryTruncation(sample: Sample) {
        for count in 0..<sample.body.count {
            let cut = Array(sample.body.prefix(count))
            #expect(throws: WireViolation.self, "\(sample.name) cut to \(count)") { try sample.decode(cut) }
        }
    }

    @Test(arguments: Sample.strict) func rejectsTrailingBytes(sample: Sample) {
        #expect(throws: WireViolation.trailingBytes(1)) { try sample.decode(sample.body + [0]) }
        #expect(throws: WireViolation.trailingBytes(2)) { try sample.decode(sample.body + [1, 2]) }
    }

    @Test(arguments: Sample.strict) func survivesEveryChangedByte(sample: Sample) {
        for index in sample.body.indices {
            for value in [UInt8](arrayLiteral: 0, 1, 0x7f, 0x80, 0xff) {
                var changed = sample.body
                changed[index] = value
                try? sample.decode(changed)
            }
        }
    }

    @Test(arguments: Sample.strict) func survivesNoise(sample: Sample) {
        var random = FixedRandom(seed: 20_261_121)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...64, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            try? sample.decode(bytes)
        }
    }

    @Test func refusesCountsThatTheBodyCannotHold() {
        #expect(throws: WireViolation.self) { try RowDescription(decoding: ([0x7f, 0xff] as [UInt8]).span) }
        #expect(throws: WireViolation.invalidCount(-1)) {
            try RowDescription(decoding: ([0xff, 0xff] as [UInt8]).span)
        }
        #expect(throws: WireViolation.self) { try DataRow(decoding: ([0xff, 0xff] as [UInt8]).span) }
        #expect(throws: WireViolation.self) {
            try ParameterDescription(decoding: ([0xff, 0xff] as [UInt8]).span)
        }
        let options: [UInt8] = [0, 3, 0, 0, 0x7f, 0xff, 0xff, 0xff]
        #expect(throws: WireViolation.self) { try NegotiateProtocolVersion(decoding: options.span) }
    }

    @Test func refusesNegativeLengthsOtherThanNull() {
        let row: [UInt8] = [0, 1, 0xff, 0xff, 0xff, 0xfe]
        #expect(throws: WireViolation.invalidCount(-2)) { try DataRow(decoding: row.span) }
    }

    @Test func refusesFormatsThatDoNotAgreeWithTheParameters() {
        let bytes = Sample.body {
            BindMessage.write(parameterFormats: [.text, .text], parameters: [nil, nil, nil], into: &$0)
        }
        #expect(throws: WireViolation.invalidCount(2)) { try BindMessage(decoding: bytes.span) }
        let unknown: [UInt8] = [0, 0, 0, 1, 0, 2, 0, 0, 0, 0]
        #expect(throws: WireViolation.unsupportedFormat(2)) { try BindMessage(decoding: unknown.span) }
    }

    @Test func refusesUndefinedCodes() {
        #expect(throws: WireViolation.invalidCode(0x51)) {
            try TargetMessage(decoding: ([0x51, 0] as [UInt8]).span)
        }
        #expect(throws: WireViolation.invalidCode(0x58)) {
            try ReadyForQuery.decode(([0x58] as [UInt8]).span)
        }
        let method: [UInt8] = [0, 0, 0, 99]
        #expect(throws: WireViolation.invalidCode(99)) { try AuthenticationRequest(decoding: method.span) }
    }
}
