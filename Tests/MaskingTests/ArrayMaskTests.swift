import Testing

@testable import Masking

@Suite struct ArrayMaskTests {
    @Test(arguments: [
        ("{}", "{}"), ("{a,b}", "{x,x}"), (#"{"a, b","c\"d",NULL}"#, "{x,x,NULL}"),
        ("{{a,b},{c,d}}", "{{x,x},{x,x}}"),
        ("[2:3]={a,b}", "[2:3]={x,x}"), (#"{"NULL",""}"#, "{x,x}"),
    ]) func masksElementsAndKeepsTheShape(array: String, expected: String) {
        #expect(masked(array, type: 1009, .redact(text: Array("x".utf8))) == expected)
    }

    @Test func quotesWhatNeedsQuotes() {
        #expect(masked("{a}", type: 1009, .redact(text: Array(#"a "b\"#.utf8))) == #"{"a \"b\\"}"#)
        #expect(masked("{a}", type: 1009, .redact(text: Array("null".utf8))) == #"{"null"}"#)
        #expect(masked("{a}", type: 1009, .redact(text: [])) == #"{""}"#)
    }

    @Test func givesNullElementsWhereTheTypeIsLost() {
        #expect(masked("{1,2}", type: 1007, .redacted) == "{NULL,NULL}")
        #expect(masked("{123,345}", type: 1007, .partial(keepFirst: 0, keepLast: 1)) == "{103,105}")
    }

    @Test(arguments: [
        "", "{", "a", "{a", "{a}}", "{a}b", "[1:2={a}", #"{"a}"#, "{,}", "{{{{{{{a}}}}}}}", "}",
    ])
    func givesNullForWhatIsNoArray(array: String) {
        #expect(masked(array, type: 1009, .redacted) == nil)
    }

    private func binary(_ elements: [[UInt8]?], type: UInt32, flags: UInt32 = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in [1, flags, type, UInt32(elements.count), 1] { bytes.appendBigEndian(word) }
        return bytes + row(elements).dropFirst(2)
    }

    @Test func masksBinaryArrays() {
        let cell = binary([[0x61], nil, []], type: 25, flags: 1)
        let expected = binary([[0x78], nil, [0x78]], type: 25, flags: 1)
        let method = MaskMethod.redact(text: [0x78])
        #expect(rewritten(cell, type: 1009, format: .binary, rule: .mask(method)) == expected)
        let numbers = binary([[0, 0, 0, 1], [0, 0, 0, 2]], type: 23)
        #expect(
            rewritten(numbers, type: 1007, format: .binary, rule: .mask(.redacted))
                == binary([nil, nil], type: 23, flags: 1))
        var empty: [UInt8] = []
        for word: UInt32 in [0, 0, 25] { empty.appendBigEndian(word) }
        #expect(rewritten(empty, type: 1009, format: .binary, rule: .mask(.redacted)) == empty)
    }

    @Test func givesNullForMalformedBinaryArrays() {
        let good = binary([[0x61], [0x62]], type: 25)
        for count in 0..<good.count {
            #expect(
                rewritten(Array(good.prefix(count)), type: 1009, format: .binary, rule: .mask(.redacted))
                    == nil)
        }
        #expect(rewritten(good + [0], type: 1009, format: .binary, rule: .mask(.redacted)) == nil)
        #expect(
            rewritten(binary([[0x61]], type: 26), type: 1009, format: .binary, rule: .mask(.redacted)) == nil)
        for index in good.indices {
            var changed = good
            changed[index] = 0xff
            _ = rewritten(changed, type: 1009, format: .binary, rule: .mask(.redacted))
        }
    }

    @Test func leavesAnArrayWithoutFindingsAsItCame() {
        let array = #"{"plain",b,"c d"}"#
        #expect(detected(array, type: 1009) == array)
        #expect(detected("{ada@example.com,b}", type: 1009) == "{[redacted],b}")
    }
}
