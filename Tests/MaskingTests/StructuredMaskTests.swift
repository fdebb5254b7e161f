import Testing

@testable import Masking

/// Durations, money, ranges and key-value pairs keep their types in both formats.
struct StructuredMaskTests {
    /// A type, a value's text, and the same in binary.
    private static let samples: [(UInt32, String, [UInt8])] = [
        (
            1186, "1 year 2 mons -3 days +04:05:06.7",
            [0x0, 0x0, 0x0, 0x3, 0x6c, 0x96, 0x6e, 0xe0] + [0xff, 0xff, 0xff, 0xfd] + [0, 0, 0, 14]
        ),
        (790, "$1,234.56", [0, 0, 0, 0, 0, 1, 0xe2, 0x40]),
        (790, "-1.234,56 €", [0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x1d, 0xc0]),
        (3904, "[100,500)", [2, 0, 0, 0, 4, 0, 0, 0, 100, 0, 0, 0, 4, 0, 0, 1, 0xf4]),
        (3912, "[,2000-01-11)", [0x08, 0, 0, 0, 4, 0, 0, 0, 10]),
        (3906, "(1.5,)", [0x10, 0, 0, 0, 12, 0, 2, 0, 0, 0, 0, 0, 1, 0, 1, 0x13, 0x88]),
        (
            4451, "{[100,500),[700,900)}",
            [0, 0, 0, 2]
                + [0, 0, 0, 17, 2, 0, 0, 0, 4, 0, 0, 0, 100, 0, 0, 0, 4, 0, 0, 1, 0xf4]
                + [0, 0, 0, 17, 2, 0, 0, 0, 4, 0, 0, 2, 0xbc, 0, 0, 0, 4, 0, 0, 3, 0x84]
        ),
    ]

    @Test(arguments: samples) func masksAlikeInBothFormats(type: UInt32, text: String, cell: [UInt8]) throws {
        for method in [MaskMethod.hash(testKey), .tokenize(Tokenizer(testKey))] {
            let asText = try #require(masked(text, type: type, method))
            let asBinary = try #require(rewritten(cell, type: type, format: .binary, rule: .mask(method)))
            #expect(asText != text && asBinary != cell)
            // What a mask that changes nothing writes of both is the same.
            let search = MaskMethod.tokenize(Tokenizer(TokenSearch(for: ShownTokens())))
            #expect(masked(text, type: type, search) == text)
            #expect(rewritten(cell, type: type, format: .binary, rule: .mask(search)) == cell)
            #expect(Self.numbers(asText, type) == Self.numbers(asBinary, type))
        }
    }

    /// Of a masked value: its bounds or parts as numbers, as far as they compare across formats.
    private static func numbers(_ text: String, _ type: UInt32) -> [String] {
        if type == 1186, let value = IntervalValue(.text, Array(text.utf8).span) {
            return ["\(value.months) \(value.days) \(value.microseconds)"]
        }
        if type == 790 { return [text.filter(\.isNumber)] }
        return text.split { "{}[](),".contains($0) }.map(String.init)
    }

    private static func numbers(_ cell: [UInt8], _ type: UInt32) -> [String] {
        switch type {
        case 1186:
            return IntervalValue(.binary, cell.span).map { ["\($0.months) \($0.days) \($0.microseconds)"] }
                ?? []
        case 790: return ["\(Int64(bitPattern: cell.span.bigEndianUInt64(at: 0)).magnitude)"]
        case 4451:
            return [8..<25, 29..<46].map { Array(cell[($0.lowerBound)..<($0.upperBound)]) }.flatMap {
                numbers($0, 3904)
            }
        default:
            guard let range = RangeValue(.binary, cell.span) else { return [] }
            return [range.lower, range.upper].compactMap { $0 }.compactMap { bound in
                switch type {
                case 3904:
                    return IntegerCodec(bytes: 4, isSigned: true).decode(.binary, bound.span).map { "\($0)" }
                case 3906:
                    return NumericCodec.text(ofBinary: bound.span).map { String(decoding: $0, as: UTF8.self) }
                default:
                    var out: [UInt8] = []
                    DateTime(days: Int(Int32(bitPattern: bound.span.bigEndianUInt32(at: 0))))?.appendDate(
                        into: &out)
                    return String(decoding: out, as: UTF8.self)
                }
            }
        }
    }

    @Test(arguments: samples) func hidesWhatIsNoValue(type: UInt32, text: String, cell: [UInt8]) {
        for method in [MaskMethod.hash(testKey), .tokenize(Tokenizer(testKey))] {
            for broken in [
                "x", "x" + text, text + "[", "{\(text)", "[1,2", "[1)", "1 week", "P1D", "1 day 2",
                "{[1,2),}",
            ]
            where type != 790 {
                #expect(masked(broken, type: type, method) == nil)
            }
            for count in 0..<cell.count {
                #expect(
                    rewritten(Array(cell[..<count]), type: type, format: .binary, rule: .mask(method)) == nil)
            }
            #expect(rewritten(cell + [0], type: type, format: .binary, rule: .mask(method)) == nil)
        }
    }

    @Test func boundsStayInOrder() throws {
        let kinds: [(UInt32, (Int) -> String)] = [
            (3904, { "\($0)" }), (3906, { "\($0).5" }), (3912, { "20\($0 / 10 + 10)-01-1\($0 % 10)" }),
        ]
        for (type, bound) in kinds {
            for number in 0..<40 {
                let text = "[\(bound(number)),\(bound(number + 3)))"
                let token = try #require(masked(text, type: type, .tokenize(Tokenizer(testKey))))
                let parsed = RangeValue(.text, Array(token.utf8).span)
                let range = try #require(parsed)
                let lower = try #require(range.lower)
                let upper = try #require(range.upper)
                let bounds = [lower, upper].map { String(decoding: $0, as: UTF8.self) }
                if type == 3912 {
                    #expect(bounds[0] < bounds[1])
                } else {
                    #expect(try #require(Double(bounds[0])) < #require(Double(bounds[1])))
                }
            }
        }
    }

    @Test func boundsThatBecomeOneAreOneValue() {
        #expect(masked("[5,9)", type: 3904, .redact(text: Array("0".utf8))) == "[0,0]")
        #expect(masked("empty", type: 3904, .redact(text: Array("0".utf8))) == "empty")
        #expect(masked("[5,9)", type: 3904, .redacted) == nil)
        #expect(masked("{}", type: 4451, .hash(testKey)) == "{}")
        let stamps = #"["2024-05-17 10:00:00","2024-05-18 10:00:00")"#
        #expect(
            masked(stamps, type: 3908, .partial(keepFirst: 4, keepLast: 0))
                == #"["2024-01-01 00:00:00","2024-01-01 00:00:00"]"#)
    }

    @Test func moneyKeepsItsWriting() {
        #expect(masked("$1,234.56", type: 790, .partial(keepFirst: 0, keepLast: 2)) == "$1,000.56")
        #expect(masked("($0.05)", type: 790, .hash(testKey))?.hasPrefix("($0.0") == true)
        #expect(masked("$1.00", type: 790, .redacted) == nil)
    }

    @Test func pairsAreMaskedAsTexts() throws {
        let text = #""a"=>"1", "b"=>NULL, "q\"\\"=>"x y""#
        func masked(_ rule: ColumnMask.Rule) -> String? {
            rewritten(Array(text.utf8), type: 0, rule: rule, kind: .hstore).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        #expect(masked(.mask(.redacted)) == #""[redacted]"=>"[redacted]""#)
        #expect(masked(.mask(.partial(keepFirst: 1, keepLast: 0))) == #""*"=>"*", "*\"\\"=>"x *""#)
        #expect(masked(.mask(.null)) == nil)
        #expect(masked(.detect(.all, .redacted)) == text)
        let card = #""card"=>"4111111111111111", "note"=>"x""#
        let found = rewritten(Array(card.utf8), type: 0, rule: .detect(.all, .redacted), kind: .hstore)
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == #""card"=>"[redacted]", "note"=>"x""#)
        let binary: [UInt8] = [
            0, 0, 0, 2, 0, 0, 0, 1, 0x61, 0, 0, 0, 1, 0x31, 0, 0, 0, 1, 0x62, 0xff, 0xff, 0xff, 0xff,
        ]
        let out = try #require(
            rewritten(binary, type: 0, format: .binary, rule: .mask(.redact(text: [0x2a])), kind: .hstore))
        #expect(out == [0, 0, 0, 1, 0, 0, 0, 1, 0x2a, 0, 0, 0, 1, 0x2a])
        for count in 0..<binary.count {
            #expect(
                rewritten(
                    Array(binary[..<count]), type: 0, format: .binary, rule: .mask(.redacted), kind: .hstore)
                    == nil)
        }
        for broken in [#""a""#, #""a"=>"#, #""a"=>"1","b"=>"2""#, "a=>1", #""a"=>"1", "#, #""a"=>"1"#] {
            #expect(rewritten(Array(broken.utf8), type: 0, rule: .mask(.redacted), kind: .hstore) == nil)
        }
    }
}
