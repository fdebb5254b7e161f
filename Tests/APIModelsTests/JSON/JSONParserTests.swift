import Testing

@testable import APIModels

@Suite struct JSONParserTests {
    private func parse(_ text: String, depth: Int = 32) throws(JSONDecodingFailure) -> JSON {
        try JSON.parse(Array(text.utf8), limits: JSONLimits(bytes: 10_000, depth: depth, reportedErrors: 10))
    }

    @Test func readsEveryKindOfValue() throws {
        let text =
            #" {"a": [1, -2.5, 1e3, true, false, null], "b": {"c": "x\n\u00e9\ud83d\ude00\/"}, "": 0} "#
        let expected: JSON = [
            "a": [1, .double(-2.5), .double(1000), true, false, .null], "b": ["c": "x\né😀/"], "": 0,
        ]
        #expect(try parse(text) == expected)
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "-", "+1", "1e", "1e999", "nul",
        "tru", "\"",
        "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\u12g4\"", "\"\t\"", "1 2",
        "[1 2]",
        "{\"a\" 1}", "{\"a\":}", "'a'", "NaN", "Infinity", "// c\n1", "\u{FEFF}1", "{\"a\":1 \"b\":2}",
    ])
    func refusesWhatIsNotJSON(text: String) {
        #expect(throws: JSONDecodingFailure.self) { try parse(text) }
    }

    @Test func refusesInvalidUTF8() {
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
        ] {
            #expect(throws: JSONDecodingFailure.self) { try JSON.parse(bytes) }
        }
    }

    @Test func refusesDuplicateMembersWithTheirPointer() {
        let failure = #expect(throws: JSONDecodingFailure.self) { try parse(#"{"a": {"b": 1, "b": 2}}"#) }
        #expect(failure?.errors.map(\.pointer) == ["/a/b"])
        #expect(failure?.errors.map(\.code) == [.duplicate])
    }

    @Test func refusesNestingBeyondTheLimit() throws {
        _ = try parse("[[[]]]", depth: 3)
        #expect(throws: JSONDecodingFailure.self) { try parse("[[[[]]]]", depth: 3) }
        #expect(throws: JSONDecodingFailure.self) { try parse(String(repeating: "[", count: 9000)) }
    }

    @Test func refusesTextBeyondTheLimit() {
        let failure = #expect(throws: JSONDecodingFailure.self) {
            try parse("\"" + String(repeating: "a", count: 10_000) + "\"")
        }
        #expect(failure?.errors.map(\.code) == [.tooLong])
    }

    @Test func refusesEveryTruncation() {
        let text = Array(#"{"a":[1.5e3,"x\u00e9y",true,{"b":null}]}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONDecodingFailure.self) { try JSON.parse(Array(text[..<length])) }
        }
    }

    @Test func writesWhatItReads() throws {
        let value: JSON = [
            "text": "quote \" backslash \\ line \n tab \t bell \u{7} é 😀", "numbers": [0, -7, .double(0.25)],
            "none": .null,
        ]
        #expect(try JSON.parse(value.serialized()) == value)
    }
}
