import Crypto
import Testing

@testable import Masking

@Suite struct TokenTests {
    private let forward = TokenCipher(key: testKey, direction: .tokenizing)
    private let back = TokenCipher(key: testKey, direction: .detokenizing)

    private func token(_ text: String) throws -> String { try permuted(text, forward) }
    private func value(_ token: String) throws -> String { try permuted(token, back) }

    private func permuted(_ text: String, _ cipher: TokenCipher) throws -> String {
        let bytes = Array(text.utf8)
        let result = cipher.text(bytes.span)
        return String(decoding: try #require(result), as: UTF8.self)
    }

    private func shape(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar -> Character in
                switch scalar.value {
                case 0x30...0x39: "9"
                case 0x61...0x7a: "a"
                case 0x41...0x5a: "A"
                case 0..<0x80: Character(scalar)
                default: ["?", "?", "é", "日", "𝄞"][UTF8.width(scalar)]
                }
            })
    }

    @Test(arguments: [
        "ada.lovelace@example.com", "+44 7700 900 123", "4111-1111-1111-1111", "Ada Lovelace", "x", "7", "",
        "--",
        "Jürgen Müller", "日本語 テキスト", "𝄞𝄢", "\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10ffff}",
        "AKIA0123456789ABCDEF",
    ]) func keepsTheShapeAndGoesBack(text: String) throws {
        let token = try token(text)
        #expect(shape(token) == shape(text))
        #expect(try value(token).unicodeScalars.elementsEqual(text.unicodeScalars))
        #expect(try self.token(text) == token)
        if text.count > 4 { #expect(token != text) }
    }

    /// Who knows the token of one digit or letter knows no other one by it.
    @Test func shufflesSingleCharacters() throws {
        for alphabet in ["0123456789", "abcdefghijklmnopqrstuvwxyz"] {
            let values = alphabet.utf8.map { Int($0) }
            let tokens = try alphabet.map { Int(try #require(token(String($0)).utf8.first)) }
            #expect(tokens.sorted() == values)
            #expect(Set(zip(tokens, values).map { ($0 - $1 + values.count) % values.count }).count > 1)
        }
    }

    @Test func keepsAnAddressAnAddress() throws {
        let token = try token("ada.lovelace@example.com")
        let bytes = Array(token.utf8)
        #expect(DetectorSet.all.scan(bytes.span) == [Finding(detector: .email, range: 0..<bytes.count)])
    }

    @Test func keepsTheLuhnDigitAsItWas() throws {
        func isValid(_ text: String) -> Bool {
            let digits = text.utf8.filter(\.isDigit).map { UInt32($0 - 0x30) }
            return Luhn.checkDigit(Array(digits.dropLast())) == digits.last
        }
        for card in ["4111111111111111", "378282246310005", "5555 5555 5555 4444"] {
            let token = try token(card)
            #expect(isValid(card) && isValid(token))
        }
        let wrong = try token("4111111111111112")
        #expect(!isValid("4111111111111112") && !isValid(wrong))
        #expect(isValid(masked("4111111111111111", type: 20, .tokenize(Tokenizer(testKey))) ?? ""))
        #expect(isValid(masked("4111111111111111", type: 1700, .tokenize(Tokenizer(testKey))) ?? ""))
    }

    @Test func isOneToOneOnIntegers() throws {
        var tokens: Set<Int64> = []
        for value in Int64(-1_200)...1_200 {
            let token = try #require(forward.integer(value))
            #expect(tokens.insert(token).inserted)
            #expect(back.integer(token) == value)
            #expect(String(token).count == String(value).count)
        }
    }

    @Test(
        arguments: [
            32_767, 32_768, 65_535, 2_147_483_647, 2_147_483_648, 4_294_967_295, 4_294_967_296,
            4_111_111_111_111_111, .max,
            -.max, 1_000_000_000_000_000_000,
        ] as [Int64]) func keepsTheWidthOfIntegers(value: Int64) throws
    {
        let token = try #require(forward.integer(value))
        #expect(back.integer(token) == value)
        #expect((Int16(exactly: token) == nil) == (Int16(exactly: value) == nil))
        #expect((Int32(exactly: token) == nil) == (Int32(exactly: value) == nil))
        #expect((UInt32(exactly: token) == nil) == (UInt32(exactly: value) == nil))
    }

    @Test func givesOneTokenAcrossTypes() {
        let token = masked("12345", type: 23, .tokenize(Tokenizer(testKey)))
        #expect(token != nil && token == masked("12345", type: 20, .tokenize(Tokenizer(testKey))))
        #expect(token == masked("12345", type: 1700, .tokenize(Tokenizer(testKey))))
        #expect(forward.integer(.min) == nil)
    }

    @Test(arguments: ["1.50", "-1234.567", "0.05", "0", "12345678901234567890123", "-7"])
    func goesBackFromNumerics(text: String) throws {
        let token = try #require(forward.numeric(Array(text.utf8)))
        #expect(shape(String(decoding: token, as: UTF8.self)) == shape(text))
        #expect(back.numeric(token) == Array(text.utf8))
    }

    @Test func goesBackFromDatesAndTimes() throws {
        for days in stride(from: -36_524, to: 36_525, by: 701) {
            let date = try #require(DateTime(days: days))
            let token = try #require(forward.dateTime(date))
            #expect((1900...2099).contains(token.year) && token.hour == 0 && token.microsecond == 0)
            #expect(back.dateTime(token) == date)
        }
        for microseconds: Int64 in [1, 86_399_999_999, 1_000_000, -5, 60_000_000_000_000_000] {
            let time = try #require(DateTime(microseconds: microseconds))
            let token = try #require(forward.dateTime(time))
            #expect(back.dateTime(token) == time)
            #expect((token.microsecond == 0) == (time.microsecond == 0))
        }
    }

    @Test func goesBackFromUUIDsAndBytes() throws {
        let uuid = Array(UInt8(0x40)..<0x50)
        let token = forward.uuid(uuid)
        #expect(token != uuid && token[6] >> 4 == 4 && token[8] >> 4 == 4)
        #expect(back.uuid(token) == uuid)
        let bytes: [UInt8] = [0, 255, 1, 2, 3]
        #expect(back.bytes(try #require(forward.bytes(bytes))) == bytes)
    }

    @Test func dependsOnTheKey() throws {
        let other = TokenCipher(
            key: MaskKey(SymmetricKey(data: [UInt8](repeating: 8, count: 32))), direction: .tokenizing)
        let text = Array("ada.lovelace@example.com".utf8)
        #expect(other.text(text.span) != forward.text(text.span))
    }

    @Test func givesNullForWhatIsNoIdentifier() {
        #expect(rewritten([0xff, 0x41], type: 25, rule: .mask(.tokenize(Tokenizer(testKey)))) == nil)
        let long = String(repeating: "a", count: TokenCipher.maximumLength + 1)
        #expect(masked(long, type: 25, .tokenize(Tokenizer(testKey))) == nil)
        #expect(masked("1.5", type: 701, .tokenize(Tokenizer(testKey))) == nil)
        #expect(masked("t", type: 16, .tokenize(Tokenizer(testKey))) == nil)
    }

    @Test func keepsJSONAndArrays() {
        let text = masked(#""Ada \"L\"""#, type: 3802, .tokenize(Tokenizer(testKey))) ?? ""
        #expect(text.hasPrefix("\"") && text.contains(#" \""#) && text.count == 11)
        #expect(masked("12.50", type: 114, .tokenize(Tokenizer(testKey)))?.count == 5)
        #expect(masked(#"{"a":1}"#, type: 114, .tokenize(Tokenizer(testKey))) == #""[redacted]""#)
        let array = masked("{ada,NULL}", type: 1009, .tokenize(Tokenizer(testKey)))
        #expect(array?.count == 10 && array?.hasSuffix(",NULL}") == true)
        #expect(detected("to a@b.org, now", .tokenize(Tokenizer(testKey)))?.hasSuffix(", now") == true)
    }
}
