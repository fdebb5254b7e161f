import Testing

@testable import Masking

/// What masks make is known again when it comes back.
struct MaskedFormTests {
    private func knows(_ method: MaskMethod, _ value: String) -> Bool {
        MaskedForm(method).map { matches($0, value) } ?? false
    }

    private func matches(_ form: MaskedForm, _ value: String) -> Bool {
        form.matches(Array(value.utf8).span)
    }

    @Test func knowsAFixedTextWhereverItStands() {
        #expect(knows(.redacted, "[redacted]"))
        #expect(knows(.redacted, #"{"email": "[redacted]"}"#))
        #expect(!knows(.redacted, "redacted"))
        #expect(!knows(.redact(text: []), ""))
    }

    @Test(arguments: ["4242424242424242", "ava.q0310@example.org", "ab", "+1-202-555-0107"])
    func knowsWhatPartialMasksMake(value: String) throws {
        for (first, last) in [(0, 4), (2, 2), (1, 0)] {
            let method = MaskMethod.partial(keepFirst: first, keepLast: last)
            #expect(knows(method, try #require(masked(value, type: 25, method))) || value.count < 3)
            #expect(!knows(method, value))
        }
    }

    @Test func knowsHashesByTheirForm() throws {
        #expect(knows(.hash(testKey), try #require(masked("a", type: 25, .hash(testKey)))))
        let uuid = "6b4e03ba-4b1c-4c4e-9a10-16f3f0b2d1a0"
        #expect(knows(.hash(testKey), try #require(masked(uuid, type: 2950, .hash(testKey)))))
        #expect(!knows(.hash(testKey), uuid))
        #expect(!knows(.hash(testKey), "a"))
    }

    @Test func takesAStarOfATextsOwnForNothing() {
        #expect(!knows(.partial(keepFirst: 0, keepLast: 2), "*ab"))
        #expect(!knows(.partial(keepFirst: 0, keepLast: 2), "see * below"))
    }

    @Test func cannotTellNullAndForgottenTokens() {
        #expect(!knows(.tokenize(Tokenizer(testKey)), "a"))
        #expect(!knows(.null, ""))
    }

    /// Every kind that has tokens: they are known in both formats, and what they stand for is not.
    @Test(arguments: [
        ("ada.lovelace@example.org", 25, ValueKind.text), ("1234567", 23, .integer(bytes: 4, isSigned: true)),
        ("12.50", 1700, .numeric), ("2024-05-17", 1082, .date),
        ("2024-05-17 10:20:30.5", 1114, .timestamp(hasZone: false)),
        ("2024-05-17 10:20:30+02", 1184, .timestamp(hasZone: true)),
        ("6b4e03ba-4b1c-4c4e-9a10-16f3f0b2d1a0", 2950, .uuid), (#"\xdeadbeef00"#, 17, .bytea),
        (#""Ada Lovelace""#, 3802, .jsonb), ("{ada,byron}", 1009, .array(of: .text, elementType: 25)),
    ])
    func knowsTokensThatWereShown(value: String, type: UInt32, kind: ValueKind) throws {
        let method = MaskMethod.tokenize(Tokenizer(testKey, remembering: ShownTokens()))
        let form = try #require(MaskedForm(method, kinds: [.text, kind]))
        let token = try #require(masked(value, type: type, method))
        #expect(token != value)
        #expect(matches(form, token))
        #expect(!matches(form, value))
    }

    @Test func knowsTokensOfBinaryCells() throws {
        let method = MaskMethod.tokenize(Tokenizer(testKey, remembering: ShownTokens()))
        let kind = ValueKind.integer(bytes: 4, isSigned: true)
        let form = try #require(MaskedForm(method, kinds: [kind]))
        let value: [UInt8] = [0, 1, 2, 3]
        let token = try #require(rewritten(value, type: 23, format: .binary, rule: .mask(method)))
        let knowsToken = form.matches(token.span, .binary)
        let knowsValue = form.matches(value.span, .binary)
        #expect(knowsToken && !knowsValue)
        #expect(matches(form, try #require(masked("66051", type: 23, method))))
    }

    @Test func knowsTokensInsideATextThatDetectorsLookInto() throws {
        let method = MaskMethod.tokenize(Tokenizer(testKey, remembering: ShownTokens()))
        let form = try #require(MaskedForm(method, detectors: .all))
        let note = "mail ada@example.org about it"
        let shown = try #require(detected(note, method))
        #expect(shown != note && matches(form, shown) && !matches(form, note))
    }

    @Test func forgetsTheOldestTokensFirst() {
        let shown = ShownTokens()
        for number in 0..<100_000 { shown.add(Array("token \(number)".utf8).span) }
        let known = [99_999, 100_000 - 32_768, 0].map { shown.contains(Array("token \($0)".utf8).span) }
        #expect(known == [true, true, false])
    }
}
