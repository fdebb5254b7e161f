import Testing

@testable import Masking

/// What masks make is known again when it comes back.
struct MaskedFormTests {
    private func knows(_ method: MaskMethod, _ value: String) -> Bool {
        MaskedForm(method)?.matches(Array(value.utf8).span) ?? false
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

    @Test func cannotTellTokensAndNull() {
        #expect(!knows(.tokenize(testKey), "a"))
        #expect(!knows(.null, ""))
    }
}
