import Testing

@testable import Masking

/// Times of day, addresses of networks and devices, and bit strings keep their types in both formats.
struct NetworkAndTimeMaskTests {
    private static let samples: [(UInt32, String, [UInt8])] = [
        (1083, "12:34:56.789", [0x0, 0x0, 0x0, 0xa, 0x8b, 0xe6, 0x26, 0x8]),
        (1266, "12:34:56+02", [0x0, 0x0, 0x0, 0xa, 0x8b, 0xda, 0x1c, 0x0, 0xff, 0xff, 0xe3, 0xe0]),
        (869, "10.1.2.3/8", [2, 8, 0, 4, 10, 1, 2, 3]), (650, "10.128.0.0/9", [2, 9, 1, 4, 10, 128, 0, 0]),
        (
            869, "2001:db8:0:0:0:0:0:1",
            [3, 128, 0, 16, 0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]
        ),
        (829, "08:00:2b:01:02:03", [8, 0, 0x2b, 1, 2, 3]),
        (774, "08:00:2b:01:02:03:04:05", [8, 0, 0x2b, 1, 2, 3, 4, 5]),
        (1562, "10110111101", [0, 0, 0, 11, 0b1011_0111, 0b1010_0000]),
    ]

    /// The binary cell that is the same value as a text, by way of a mask that changes nothing.
    private func binary(_ text: String, _ type: UInt32) -> [UInt8]? {
        switch type {
        case 869, 650:
            var out: [UInt8] = []
            let address = NetworkAddress(Array(text.utf8).span)
            address?.append(.binary, isNetwork: type == 650, into: &out)
            return out
        default: return nil
        }
    }

    @Test(arguments: samples) func masksAlikeInBothFormats(type: UInt32, text: String, cell: [UInt8]) throws {
        for method in [MaskMethod.hash(testKey), .tokenize(Tokenizer(testKey))] {
            let asText = try #require(masked(text, type: type, method))
            let asBinary = try #require(rewritten(cell, type: type, format: .binary, rule: .mask(method)))
            #expect(asText != text && asBinary != cell && asBinary.count == cell.count)
            // A redaction to what the text has become writes it in binary.
            let fixed = MaskMethod.redact(text: Array(asText.utf8))
            if type != 1266 {
                #expect(rewritten(cell, type: type, format: .binary, rule: .mask(fixed)) == asBinary)
            }
            if let expected = binary(asText, type) { #expect(asBinary == expected) }
        }
    }

    @Test(arguments: samples) func hidesWhatIsNoValue(type: UInt32, text: String, cell: [UInt8]) {
        for method in [
            MaskMethod.partial(keepFirst: 1, keepLast: 1), .hash(testKey), .tokenize(Tokenizer(testKey)),
        ] {
            for broken in ["", "x", text + "x", "x" + text, "24:00:00"] {
                #expect(masked(broken, type: type, method) == nil || broken.isEmpty && type == 1562)
            }
            for count in 0..<cell.count {
                #expect(
                    rewritten(Array(cell[..<count]), type: type, format: .binary, rule: .mask(method)) == nil)
            }
            #expect(rewritten(cell + [0], type: type, format: .binary, rule: .mask(method)) == nil)
        }
    }

    @Test(arguments: [
        ("12:34:56.789", UInt32(1083), 2, 0, "12:00:00"), ("12:34:56+02", 1266, 0, 2, "00:00:56+02"),
        ("08:00:2b:01:02:03", 829, 6, 0, "08:00:2b:00:00:00"), ("10110111", 1562, 2, 2, "10000011"),
        ("101", 1560, 2, 2, "000"),
    ])
    func keepsPartsOfThem(text: String, type: UInt32, first: Int, last: Int, expected: String) {
        #expect(masked(text, type: type, .partial(keepFirst: first, keepLast: last)) == expected)
    }

    @Test func keepsNetworksNetworks() throws {
        for method in [MaskMethod.hash(testKey), .tokenize(Tokenizer(testKey))] {
            let token = try #require(masked("192.168.16.0/20", type: 650, method))
            let bytes = Array(token.utf8)
            let parsed = NetworkAddress(bytes.span)
            var address = try #require(parsed)
            let before = address
            address.clearHost()
            #expect(address == before && address.prefix == 20)
        }
    }

    @Test(arguments: [
        "::", "::1", "1::", "fe80::1:2", "::ffff:10.1.2.3", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::",
    ])
    func readsAddressesOfVersion6(text: String) {
        let bytes = Array(text.utf8)
        #expect(NetworkAddress(bytes.span)?.bytes.count == 16)
    }

    @Test(arguments: [
        "", ":", ":::", "1:2", "1:2:3:4:5:6:7:8:9", "::1::", "1:", "g::", "10.1.2", "10.1.2.256",
        "1.2.3.4/33",
    ])
    func readsNothingElse(text: String) {
        let bytes = Array(text.utf8)
        #expect(NetworkAddress(bytes.span) == nil)
    }

    @Test func findsAddressesInTheirOwnColumns() {
        let found = rewritten(Array("10.1.2.3".utf8), type: 869, rule: .detect(.all, .hash(testKey)))
        #expect(found != nil && found != Array("10.1.2.3".utf8))
        let binary: [UInt8] = [2, 32, 0, 4, 10, 1, 2, 3]
        #expect(rewritten(binary, type: 869, format: .binary, rule: .detect(.all, .redacted)) == nil)
        let others = DetectorSet([.email])
        #expect(rewritten(binary, type: 869, format: .binary, rule: .detect(others, .redacted)) == binary)
    }
}
