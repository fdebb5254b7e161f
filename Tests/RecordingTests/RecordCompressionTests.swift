import Testing

@testable import Recording

struct RecordCompressionTests {
    private func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
        try bytes.withUnsafeBytes { try RecordCompression.compress($0) }
    }

    @Test func givesBackWhatWasCompressed() throws {
        let stream = try Fixtures.recording(statements: 20, seed: 1).flatMap(\.self)
        let frame = try compressed(stream)
        #expect(frame.count < stream.count)
        #expect(try RecordCompression.decompress(frame, limit: stream.count) == stream)
    }

    @Test func refusesAFrameThatSaysItIsTooLarge() throws {
        let frame = try compressed([UInt8](repeating: 0, count: 1 << 20))
        #expect(throws: RecordCompression.Failure.tooLarge) {
            try RecordCompression.decompress(frame, limit: 1 << 19)
        }
    }

    @Test func refusesEveryTruncationAndForeignBytes() throws {
        let frame = try compressed(Array("some records".utf8))
        for length in 0..<frame.count {
            #expect(throws: RecordCompression.Failure.self) {
                try RecordCompression.decompress(Array(frame[..<length]), limit: 1000)
            }
        }
        var random = SeededRandom(seed: 2)
        for _ in 0..<200 {
            let bytes = random.bytes(40)
            #expect(throws: RecordCompression.Failure.self) {
                try RecordCompression.decompress(bytes, limit: 1000)
            }
        }
    }
}
