import Testing

@testable import APIModels

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2027-01-01T00:00:00Z", 1_798_761_600_000_000_000),
        ("2000-02-29T23:59:59.5Z", 951_868_799_500_000_000), ("1969-12-31T23:59:59.999999999Z", -1),
        ("1900-03-01T00:00:00Z", -2_203_891_200_000_000_000),
    ])
    func roundTrips(text: String, nanoseconds: Int64) throws {
        #expect(try Timestamp(text: text).nanoseconds == nanoseconds)
        #expect(Timestamp(nanoseconds: nanoseconds).description == text)
    }

    @Test func appliesTheOffset() throws {
        #expect(try Timestamp(text: "2026-07-01T12:00:00+02:00") == Timestamp(text: "2026-07-01T10:00:00Z"))
        #expect(try Timestamp(text: "2026-07-01t12:00:00-00:30") == Timestamp(text: "2026-07-01T12:30:00z"))
    }

    @Test(arguments: [
        "", "2026", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+2:00", "9999-01-01T00:00:00Z",
        "2026-01-01T00:00:00Zx",
    ])
    func refusesWhatIsNotRFC3339(text: String) {
        #expect(throws: InvalidValue.self) { try Timestamp(text: text) }
    }

    @Test func isHeldByTheEndsOfItsRange() {
        #expect(Timestamp.distantFuture.advanced(by: .seconds(1)) == .distantFuture)
        #expect(Timestamp.distantPast.advanced(by: .seconds(-1)) == .distantPast)
        #expect(Timestamp(seconds: .max) == .distantFuture)
        #expect(Timestamp.distantPast.description == "1677-09-21T00:12:43.145224192Z")
        #expect(Timestamp.distantFuture.description == "2262-04-11T23:47:16.854775807Z")
    }

    @Test func convertsDatesBothWaysOverFourCenturies() {
        for days in stride(from: Int64(-100_000), through: 100_000, by: 1) {
            let date = CivilDate(daysSince1970: days)
            #expect(date.daysSince1970 == days)
            #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
        }
    }
}

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("30s", 30_000, "30s"), ("15m", 900_000, "15m"), ("1h30m", 5_400_000, "1h30m"),
        ("90m", 5_400_000, "1h30m"),
        ("1d", 86_400_000, "24h"), ("250ms", 250, "250ms"), ("0s", 0, "0s"),
        ("1h1m1s1ms", 3_661_001, "1h1m1s1ms"),
    ])
    func readsAndWrites(text: String, milliseconds: Int64, canonical: String) throws {
        let duration = try DurationText(text: text)
        #expect(duration.milliseconds == milliseconds)
        #expect(duration.description == canonical)
    }

    @Test(arguments: [
        "", "5", "m", "-5m", "5 m", "1.5h", "5m1h", "5m5m", "5x", "99999999999999999999s", "4000d", "５m",
        "1h30", " 5m",
    ])
    func refuses(text: String) {
        #expect(throws: InvalidValue.self) { try DurationText(text: text) }
    }
}

@Suite struct SecretTests {
    @Test func neverShows() {
        let secret = Secret("hunter2")
        struct Holder { let secret: Secret<String> }
        var dumped = ""
        dump(Holder(secret: secret), to: &dumped)
        let shown = [
            "\(secret)", String(reflecting: secret), "\(Holder(secret: secret))", dumped,
            "\(secret.shownOnce)",
        ]
        for text in shown { #expect(!text.contains("hunter2")) }
        #expect(secret.reveal() == "hunter2")
    }

    @Test func goesIntoAnAnswerOnlyOnPurpose() {
        #expect(!(Secret("x") as Any is any Encodable))
        #expect(JSON.encodeText(Secret("x").shownOnce) == "\"x\"")
    }
}

@Suite struct Base64URLTests {
    @Test func roundTripsEveryLength() {
        for length in 0...70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Base64URL.encode([0xFB, 0xFF, 0xFE]) == "-__-")
    }

    @Test(arguments: ["A", "AA==", "AB", "AAB", "+A", "/A", "A A", "é"])
    func refuses(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}

@Suite struct GlobTests {
    @Test(arguments: [
        ("*", "", true), ("*", "public.orders", true), ("shop-*", "shop-prod", true),
        ("shop-*", "shop", false),
        ("public.*", "public.orders", true), ("public.*", "publicX.orders", false),
        ("*.ssn", "public.c.ssn", true),
        ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false), ("abc", "abc", true), ("abc", "ABC", false),
        ("*a*a*a*", "aa", false), ("é*", "éa", true), ("**", "x", true), ("a.c", "abc", false),
    ])
    func matches(pattern: String, text: String, expected: Bool) throws {
        #expect(try Glob(text: pattern).matches(text) == expected)
    }

    @Test func isNotUpsetByHostilePatterns() throws {
        let glob = try Glob(text: String(repeating: "a*", count: 199) + "b")
        #expect(!glob.matches(String(repeating: "a", count: 10_000)))
    }
}

@Suite struct QualifiedNameTests {
    @Test func quotesWhatWouldBeAmbiguous() {
        #expect(QualifiedName.join(["public", "orders"]) == "public.orders")
        for names in [
            ["a\u{1c}", "", "\"\n\""], ["𝡰", "*", "."], ["a\"\u{301}b", "\u{1F3FB}\"\u{1F3FB}", "."],
        ] {
            #expect(QualifiedName.split(QualifiedName.join(names)) == names)
        }
        #expect(QualifiedName.split("\"a\u{0}\"") == nil)
        #expect(QualifiedName.join(["a.b", "c\"d", "*"]) == #""a.b"."c""d"."*""#)
        #expect(QualifiedName.split(#""a.b"."c""d"."*""#) == ["a.b", "c\"d", "*"])
    }

    @Test(arguments: ["", ".", "a.", ".a", "a..b", "\"a", "a\"b", "\"a\"b"])
    func refuses(text: String) {
        #expect(QualifiedName.split(text) == nil)
    }

    @Test func columnsHaveThreeParts() {
        #expect(throws: InvalidValue.self) { try ColumnName(text: "customers.ssn") }
        // As it stands it is short enough, and with the quotes that an asterisk takes it is not.
        let long = "public.customers*." + String(repeating: "a", count: 382)
        #expect(throws: InvalidValue.self) { try ColumnName(text: long) }
        #expect((try? ColumnName(text: String(long.dropLast(2))))?.description.utf8.count == 400)
        #expect((try? ColumnName(text: "public.customers.ssn"))?.description == "public.customers.ssn")
    }
}
