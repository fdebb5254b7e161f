import Testing

@testable import Compression

@Suite struct ZstandardTests {
    private let content = Array(String(repeating: "one line of many\n", count: 500).utf8)

    @Test func givesBackWhatWasCompressed() throws {
        let frame = try Zstandard.compress(content)
        #expect(frame.count < content.count)
        #expect(try Zstandard.decompress(frame, limit: content.count) == content)
    }

    @Test func refusesAFrameThatSaysItIsTooLarge() throws {
        let frame = try Zstandard.compress([UInt8](repeating: 0, count: 1 << 20))
        #expect(throws: Zstandard.Failure.tooLarge) { try Zstandard.decompress(frame, limit: 1 << 19) }
    }

    @Test func refusesEveryTruncationAndForeignBytes() throws {
        let frame = try Zstandard.compress(Array("some records".utf8))
        for length in 0..<frame.count {
            #expect(throws: Zstandard.Failure.self) {
                try Zstandard.decompress(Array(frame[..<length]), limit: 1000)
            }
        }
        for seed in UInt8(0)..<200 {
            let bytes = (UInt8(0)..<40).map { ($0 &* 37 &+ seed) ^ (seed &* 11) }
            #expect(throws: Zstandard.Failure.self) { try Zstandard.decompress(bytes, limit: 1000) }
        }
    }
}
