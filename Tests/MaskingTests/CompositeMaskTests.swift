import Testing

@testable import Masking

struct CompositeMaskTests {
    private let kind = ValueKind.composite([.text, .integer(bytes: 4, isSigned: true), .text])

    private func masked(_ cell: String, _ method: MaskMethod, kind: ValueKind? = nil) -> String? {
        rewritten(Array(cell.utf8), type: 99_999, rule: .mask(method), kind: kind ?? self.kind)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("(a,1,b)", "(x,,x)"), (#"("a, b",1,"c""d")"#, "(x,,x)"), ("(,,)", "(,,)"), (#"("",1,)"#, "(x,,)"),
        (#"(a\,b,1,c)"#, "(x,,x)"), (#"(a"b,c"d,1,e)"#, "(x,,x)"),
    ]) func masksFieldsByTheirKinds(cell: String, expected: String) {
        #expect(masked(cell, .redact(text: Array("x".utf8))) == expected)
    }

    @Test func quotesWhatNeedsQuotes() {
        #expect(masked("(a,1,b)", .redact(text: Array(#"a "b\"#.utf8))) == #"("a ""b\\",,"a ""b\\")"#)
        #expect(masked("(a,1,b)", .redact(text: [])) == #"("",,"")"#)
    }

    @Test(arguments: ["", "(", "a", "(a,1)", "(a,1,b,c)", "(a,1,b", #"("a,1,b)"#, "(a,1,b)x", #"(a,1,\)"#])
    func givesNullForWhatIsNotOfTheseFields(cell: String) {
        #expect(masked(cell, .redacted) == nil)
    }

    @Test func takesTheFieldsOfARecordForTexts() {
        #expect(masked("(a,1)", .redact(text: Array("x".utf8)), kind: .composite(nil)) == "(x,x)")
    }

    @Test func nests() {
        let inner = ValueKind.composite([.text, .array(of: .text, elementType: 25)])
        #expect(
            masked(#"(a,"{b,c}")"#, .redact(text: Array("x".utf8)), kind: inner) == #"(x,"{x,x}")"#)
    }

    private func binary(_ fields: [(type: UInt32, bytes: [UInt8]?)]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(UInt32(fields.count))
        for field in fields {
            bytes.appendBigEndian(field.type)
            bytes.appendBigEndian(field.bytes.map { UInt32($0.count) } ?? UInt32.max)
            bytes += field.bytes ?? []
        }
        return bytes
    }

    @Test func masksBinaryComposites() {
        let cell = binary([(25, [0x61]), (23, [0, 0, 0, 1]), (25, nil)])
        let expected = binary([(25, [0x78]), (23, nil), (25, nil)])
        let rule = ColumnMask.Rule.mask(.redact(text: [0x78]))
        #expect(rewritten(cell, type: 99_999, format: .binary, rule: rule, kind: kind) == expected)
        #expect(rewritten(cell, type: 2249, format: .binary, rule: rule) == expected)
        for length in 0..<cell.count {
            let cut = Array(cell.prefix(length))
            #expect(rewritten(cut, type: 99_999, format: .binary, rule: rule, kind: kind) == nil)
        }
    }

    @Test func passesFieldsInWhichNothingIsFound() {
        let plain = Array(#"(a,4111111111111111,"b c")"#.utf8)
        #expect(rewritten(plain, type: 99_999, rule: .detect(.all, .redacted), kind: kind) == plain)
        let found = Array(#"("card 4111 1111 1111 1111",1,b)"#.utf8)
        #expect(
            rewritten(found, type: 99_999, rule: .detect(.all, .redacted), kind: kind)
                == Array(#"("card [redacted]",1,b)"#.utf8))
    }
}

struct EnumerationMaskTests {
    private let labels = ["new", "paid", "sent", "lost"].map { Array($0.utf8) }

    private func masked(_ label: String, _ method: MaskMethod) -> [UInt8]? {
        rewritten(Array(label.utf8), type: 99_999, rule: .mask(method), kind: .enumeration(labels))
    }

    @Test func givesLabelsOfTheSameTypeOrNull() throws {
        #expect(masked("new", .redacted) == nil)
        #expect(masked("new", .partial(keepFirst: 1, keepLast: 0)) == nil)
        #expect(masked("new", .redact(text: Array("lost".utf8))) == Array("lost".utf8))
        #expect(masked("unheard", .hash(testKey)) == nil)
        let tokens = try labels.map {
            try #require(masked(String(decoding: $0, as: UTF8.self), .tokenize(Tokenizer(testKey))))
        }
        #expect(Set(tokens) == Set(labels))
        #expect(labels.contains(try #require(masked("new", .hash(testKey)))))
    }
}
