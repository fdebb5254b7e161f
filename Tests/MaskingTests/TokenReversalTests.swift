import Testing

@testable import Masking

@Suite struct TokenReversalTests {
    @Test(arguments: [
        (TokenKind.text, "Ada Lovelace <ada@example.org>", UInt32(25)), (.text, "4111 1111 1111 1111", 25),
        (.integer, "-4711", 20), (.integer, "9007199254740993", 20), (.numeric, "-12.50", 1700),
        (.numeric, "123", 1700),
        (.date, "1981-07-04", 1082), (.timestamp, "2024-02-29 23:59:59.5", 1114),
        (.timestamp, "2024-02-29 23:59:59+00", 1184), (.uuid, "0192f3a4-7b8c-7def-8123-456789abcdef", 2950),
    ]) func turnsBackWhatAColumnShows(kind: TokenKind, value: String, type: UInt32) throws {
        let token = try #require(
            rewritten(Array(value.utf8), type: type, rule: .mask(.tokenize(Tokenizer(testKey)))))
        let text = String(decoding: token, as: UTF8.self)
        #expect(text != value)
        #expect(TokenReversal(testKey).value(of: text, kind) == value)
    }

    @Test(arguments: [
        (TokenKind.integer, "12a"), (.numeric, "1.2.3"), (.numeric, "NaN"), (.date, "2024-13-01"),
        (.date, "today"),
        (.timestamp, "2024-01-01 10:00:00+02"), (.uuid, "0192f3a4"), (.uuid, "----"),
    ]) func refusesOtherTexts(kind: TokenKind, text: String) {
        #expect(TokenReversal(testKey).value(of: text, kind) == nil)
    }
}
