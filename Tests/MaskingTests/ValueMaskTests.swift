import Testing

@testable import Masking

@Suite struct ValueMaskTests {
    static let everyKnownType: [UInt32] = [
        25, 1042, 1043, 19, 21, 23, 20, 26, 1700, 700, 701, 16, 1082, 1114, 1184, 2950, 114, 3802, 17, 1009,
        1007, 1016,
        1231, 2951, 3807, 1182, 1115, 1185,
    ]

    @Test(arguments: everyKnownType + [869, 600, 99_999]) func nullIsNullForEveryType(type: UInt32) {
        #expect(masked("1", type: type, .null) == nil)
    }

    @Test(arguments: [UInt32(600), 3220, 3614, 99_999]) func whatIsNotKnownBecomesNull(type: UInt32) {
        for method in [
            MaskMethod.redacted, .partial(keepFirst: 1, keepLast: 1), .hash(testKey),
            .tokenize(Tokenizer(testKey)),
        ] {
            #expect(masked("10.0.0.1", type: type, method) == nil)
        }
    }

    @Test(arguments: [UInt32(25), 1042, 1043]) func redactsText(type: UInt32) {
        #expect(masked("secret", type: type, .redacted) == "[redacted]")
        #expect(masked("", type: type, .redacted) == "[redacted]")
        #expect(
            rewritten([1, 2], type: type, format: .binary, rule: .mask(.redacted)) == Array("[redacted]".utf8)
        )
    }

    @Test(arguments: [
        ("4111-1111-1111-1111", 0, 4, "****-****-****-1111"), ("ada@example.com", 1, 0, "a**@*******.***"),
        ("abc", 1, 1, "a*c"), ("ab", 1, 1, "**"), ("a", 4, 4, "*"), ("", 1, 1, ""), ("--", 1, 1, "--"),
        ("Jürgen", 2, 1, "Jü***n"), ("日本語", 1, 0, "日**"), ("a b", 0, 1, "* b"),
    ]) func keepsTheShapeOfText(text: String, first: Int, last: Int, expected: String) {
        #expect(masked(text, type: 25, .partial(keepFirst: first, keepLast: last)) == expected)
    }

    @Test func showsNoByteOfInvalidUTF8() {
        let cell: [UInt8] = [0x80, 0xbf, 0x41, 0xff, 0x80]
        let out = rewritten(cell, type: 25, rule: .mask(.partial(keepFirst: 0, keepLast: 1)))
        #expect(out == Array("*".utf8) + [0xff, 0x80])
    }

    @Test func hashesStablyAndApartByValue() {
        let first = masked("ada@example.com", type: 25, .hash(testKey))
        #expect(first == masked("ada@example.com", type: 1043, .hash(testKey)))
        #expect(first != masked("ada@example.org", type: 25, .hash(testKey)))
        #expect(first?.count == 32 && first?.allSatisfy(\.isHexDigit) == true)
    }

    @Test func keepsNamesWithinTheirSixtyThreeBytes() {
        let long = Array(repeating: "é", count: 40).joined()
        let out = rewritten(Array("x".utf8), type: 19, rule: .mask(.redact(text: Array(long.utf8))))
        #expect(out?.count == 62)
    }

    @Test(
        arguments: [
            ("2147483647", 23, 0, 4, "1000003647"), ("-1234", 23, 1, 1, "-1004"), ("0", 23, 1, 1, "1"),
            ("4111111111111111", 20, 4, 4, "4111000000001111"), ("32767", 21, 3, 0, "32700"),
            ("7", 21, 1, 1, "1"),
            ("-9223372036854775808", 20, 0, 1, "-1000000000000000008"),
            ("4294967295", 26, 1, 0, "4000000000"),
        ] as [(String, UInt32, Int, Int, String)])
    func keepsDigitsOfIntegers(text: String, type: UInt32, first: Int, last: Int, expected: String) {
        #expect(masked(text, type: type, .partial(keepFirst: first, keepLast: last)) == expected)
    }

    @Test(arguments: [(UInt32(21), 2), (23, 4), (20, 8), (26, 4)]) func masksIntegersAlikeInBothFormats(
        type: UInt32, width: Int
    ) throws {
        let kind = ValueKind(type: type)
        guard case .integer(let bytes, let isSigned) = kind else {
            Issue.record("not an integer")
            return
        }
        let codec = IntegerCodec(bytes: bytes, isSigned: isSigned)
        #expect(bytes == width)
        for value in [0, 1, 42, 12_345, codec.maximum] {
            for method in [
                MaskMethod.hash(testKey), .partial(keepFirst: 1, keepLast: 2),
                .redact(text: Array("17".utf8)),
            ] {
                let text = try #require(masked(String(value), type: type, method))
                var binary: [UInt8] = []
                #expect(codec.append(value, .binary, into: &binary))
                let out = try #require(rewritten(binary, type: type, format: .binary, rule: .mask(method)))
                #expect(codec.decode(.binary, out.span).map(String.init) == text)
            }
        }
    }

    @Test func refusesWhatIsNoInteger() {
        for text in ["", "-", "1.5", "2147483648", "abc", "١"] {
            #expect(masked(text, type: 23, .hash(testKey)) == nil, "\(text)")
        }
        #expect(masked("1", type: 23, .redacted) == nil)
        #expect(rewritten([1, 2, 3], type: 23, format: .binary, rule: .mask(.hash(testKey))) == nil)
    }

    @Test(
        arguments: [
            ("1.34", [0, 2, 0, 0, 0, 0, 0, 2, 0, 1, 0x0d, 0x48]), ("0", [0, 0, 0, 0, 0, 0, 0, 0]),
            ("-10000.5", [0, 3, 0, 1, 0x40, 0, 0, 1, 0, 1, 0, 0, 0x13, 0x88]),
            ("0.0001", [0, 1, 0xff, 0xff, 0, 0, 0, 4, 0, 1]), ("0.00", [0, 0, 0, 0, 0, 0, 0, 2]),
            ("12345678", [0, 2, 0, 1, 0, 0, 0, 0, 0x04, 0xd2, 0x16, 0x2e]),
        ] as [(String, [UInt8])])
    func readsAndWritesNumericAsTheServerDoes(text: String, binary: [UInt8]) {
        #expect(NumericCodec.text(ofBinary: binary.span).map { String(decoding: $0, as: UTF8.self) } == text)
        var out: [UInt8] = []
        NumericCodec.appendBinary(Array(text.utf8), into: &out)
        #expect(out == binary)
    }

    @Test func keepsDigitsOfNumerics() {
        #expect(
            masked("4111111111111111", type: 1700, .partial(keepFirst: 0, keepLast: 4)) == "1000000000001111")
        #expect(masked("-1234.56", type: 1700, .partial(keepFirst: 2, keepLast: 0)) == "-1200.00")
        for text in ["NaN", "Infinity", "", ".", "1.", "1e5"] {
            #expect(masked(text, type: 1700, .hash(testKey)) == nil, "\(text)")
        }
    }

    @Test func hashesOneNumberOneWay() {
        let binary: [UInt8] = [0, 2, 0, 0, 0, 0, 0, 2, 0, 1, 0x0d, 0x48]
        let out = rewritten(binary, type: 1700, format: .binary, rule: .mask(.hash(testKey)))
        let text = out.flatMap { NumericCodec.text(ofBinary: $0.span) }.map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(text == masked("1.34", type: 1700, .hash(testKey)))
        var double: [UInt8] = []
        double.appendBigEndian((0.1).bitPattern)
        let hashed = rewritten(double, type: 701, format: .binary, rule: .mask(.hash(testKey)))
        let value = hashed.map { Double(bitPattern: $0.span.bigEndianUInt64(at: 0)) }
        #expect(value == masked("0.1", type: 701, .hash(testKey)).flatMap(Double.init))
    }

    @Test func masksTruthValuesByAFixedOneOnly() {
        #expect(masked("t", type: 16, .redact(text: Array("false".utf8))) == "f")
        #expect(rewritten([1], type: 16, format: .binary, rule: .mask(.redact(text: Array("f".utf8)))) == [0])
        #expect(masked("t", type: 16, .redacted) == nil)
        #expect(masked("t", type: 16, .hash(testKey)) == nil)
        #expect(masked("t", type: 16, .partial(keepFirst: 1, keepLast: 1)) == nil)
    }

    @Test func masksUUIDs() throws {
        let text = "123e4567-e89b-12d3-a456-426614174000"
        let partial = masked(text, type: 2950, .partial(keepFirst: 4, keepLast: 2))
        #expect(partial == "123e0000-0000-0000-0000-000000000000")
        let hashed = try #require(masked(text, type: 2950, .hash(testKey)))
        #expect(hashed.count == 36 && hashed.dropFirst(14).first == "8")
        let bytes: [UInt8] = [
            0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0,
        ]
        let binary = try #require(rewritten(bytes, type: 2950, format: .binary, rule: .mask(.hash(testKey))))
        #expect(
            binary.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                == hashed.filter { $0 != "-" })
        #expect(masked("123e4567", type: 2950, .hash(testKey)) == nil)
        #expect(masked(text, type: 2950, .redacted) == nil)
    }

    @Test func masksBytea() {
        #expect(masked(#"\x61626364"#, type: 17, .partial(keepFirst: 1, keepLast: 0)) == #"\x612a2a2a"#)
        #expect(masked(#"\x6162"#, type: 17, .redact(text: Array("no".utf8))) == #"\x6e6f"#)
        #expect(masked("ab", type: 17, .redacted) == nil)
        let hash = rewritten([1, 2], type: 17, format: .binary, rule: .mask(.hash(testKey)))
        #expect(hash?.count == 16)
        #expect(masked(#"\x0102"#, type: 17, .hash(testKey))?.count == 34)
    }

    @Test(arguments: [UInt32(114), 3802]) func keepsJSONValid(type: UInt32) {
        #expect(masked(#"{"a": 1}"#, type: type, .redacted) == #""[redacted]""#)
        #expect(masked(#""x""#, type: type, .redact(text: Array(#"a"b\"#.utf8))) == #""a\"b\\""#)
        #expect(masked(#"{"a": 1}"#, type: type, .partial(keepFirst: 1, keepLast: 1)) == #""[redacted]""#)
        #expect(masked(#" "ad\u0061m" "#, type: type, .partial(keepFirst: 1, keepLast: 0)) == #""a***""#)
        #expect(masked("41111", type: type, .partial(keepFirst: 0, keepLast: 2)) == "10011")
        #expect(masked("true", type: type, .partial(keepFirst: 0, keepLast: 2)) == #""[redacted]""#)
        #expect(masked("[1]", type: type, .hash(testKey))?.count == 34)
    }

    @Test func keepsTheVersionOfBinaryJSONB() {
        let cell: [UInt8] = [1] + Array(#"{"a":1}"#.utf8)
        #expect(
            rewritten(cell, type: 3802, format: .binary, rule: .mask(.redacted)) == [1]
                + Array(#""[redacted]""#.utf8))
        #expect(rewritten([2, 0x7b], type: 3802, format: .binary, rule: .mask(.redacted)) == nil)
        #expect(rewritten([], type: 3802, format: .binary, rule: .mask(.redacted)) == nil)
    }

    @Test func neverTrapsOnAnyCell() {
        var random = FixedRandom(seed: 99)
        let methods = [
            MaskMethod.redacted, .partial(keepFirst: 2, keepLast: 3), .hash(testKey),
            .redact(text: Array("1".utf8)),
        ]
        for _ in 0..<400 {
            let cell = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            for type in Self.everyKnownType {
                for method in methods {
                    for format in [CellFormat.text, .binary] {
                        _ = rewritten(cell, type: type, format: format, rule: .mask(method))
                    }
                }
                _ = rewritten(cell, type: type, format: .binary, rule: .detect(.all, .redacted))
            }
        }
    }
}
