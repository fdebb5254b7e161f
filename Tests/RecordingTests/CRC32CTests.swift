import CChecksum
import Testing

@testable import Recording

struct CRC32CTests {
    /// The check value of the CRC catalogue, and RFC 3720 appendix B.4.
    @Test func agreesWithThePublishedVectors() {
        #expect(CRC32C.checksum(of: Array("123456789".utf8)) == 0xe306_9283)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(CRC32C.checksum(of: []) == 0)
    }

    @Test func instructionAndTableAgreeAtEveryLengthAndAlignment() {
        var random = SeededRandom(seed: 7)
        let bytes = random.bytes(200)
        for start in 0..<9 {
            for end in start..<bytes.count {
                let part = Array(bytes[start..<end])
                #expect(
                    sallyport_crc32c(0, part, part.count) == sallyport_crc32c_by_table(0, part, part.count))
            }
        }
    }
}

extension CRC32C {
    fileprivate static func checksum(of bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { checksum($0) } }
}
