import Testing

@testable import Masking

@Suite struct DetectorTests {
    private func found(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return DetectorSet.all.scan(bytes.span).map {
            ($0.detector?.name ?? "custom") + "=" + String(decoding: bytes[$0.range], as: UTF8.self)
        }
    }

    @Test(arguments: [
        "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005",
        "3782 822463 10005",
        "5555555555554444", "2223003122003222", "6011111111111117", "30569309025904", "3566002020360505",
        "4222222222222", "6304000000000000",
    ]) func findsCards(number: String) {
        #expect(found("pay \(number) now") == ["credit_card=\(number)"])
        #expect(found(number) == ["credit_card=\(number)"])
    }

    @Test(arguments: [
        "4111111111111112", "1234567812345678", "12345678901234567890", "4111.1111.1111.1111",
        "x4111111111111111",
        "0.4111111111111111", "4111111111111111000", "9999999999999995",
    ]) func leavesOtherNumbers(number: String) {
        #expect(found(number).isEmpty)
    }

    @Test func findsSocialSecurityNumbers() {
        #expect(found("SSN 054-28-6917.") == ["us_ssn=054-28-6917"])
        #expect(found("my social security number is 054 28 6917") == ["us_ssn=054 28 6917"])
        #expect(found("ssn:054286917") == ["us_ssn=054286917"])
        for text in [
            "000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000", "054 28 6917",
            "054286917",
            "054-28-69170", "1-054-28-6917", "054-28-6917-1",
        ] {
            #expect(found(text).filter { $0.hasPrefix("us_ssn") }.isEmpty, "\(text)")
        }
    }

    @Test func findsIBANs() {
        for iban in [
            "GB82WEST12345698765432", "GB82 WEST 1234 5698 7654 32", "DE89370400440532013000",
            "gb82west12345698765432",
            "NO9386011117947", "MT84MALT011000012345MTLCAST001S",
        ] {
            #expect(found("to \(iban), please") == ["iban=\(iban)"])
        }
        for text in [
            "GB82WEST12345698765433", "GB82WEST1234569876543", "ZZ82WEST12345698765432",
            "GB82WEST123456987654321",
        ] {
            #expect(found(text).isEmpty, "\(text)")
        }
    }

    @Test func findsAddresses() {
        #expect(found("mail ada.l+x@mail.example.co.uk.") == ["email=ada.l+x@mail.example.co.uk"])
        #expect(found("<o'brien@example.org>") == ["email=o'brien@example.org"])
        #expect(found("'ada@example.org'") == ["email=ada@example.org"])
        #expect(found("a@b.org,c@d.net") == ["email=a@b.org", "email=c@d.net"])
        #expect(found("jürgen@bücher.example") == ["email=jürgen@bücher.example"])
        #expect(found("4111111111111111@example.com") == ["email=4111111111111111@example.com"])
        for text in ["@home", "a@b", "a@b.1", "user@", "@", "a@.org", "a.@b.org", "a@-b.org"] {
            #expect(found(text).isEmpty, "\(text)")
        }
    }

    @Test func findsIPAddresses() {
        #expect(found("from 86.121.97.248|x") == ["ip_address=86.121.97.248"])
        #expect(found("2001:db8::1") == ["ip_address=2001:db8::1"])
        #expect(
            found("[2001:0db8:85a3:0000:0000:8a2e:0370:7334]:443") == [
                "ip_address=2001:0db8:85a3:0000:0000:8a2e:0370:7334"
            ])
        #expect(found("::ffff:192.0.2.1") == ["ip_address=::ffff:192.0.2.1"])
        for text in [
            "1.2.3", "1.2.3.256", "1.2.3.4.5", "1.2.3.04", "12:34:56", "std::string", "a::b", "x::date",
            "1::2::3",
        ] {
            #expect(found(text).isEmpty, "\(text)")
        }
    }

    @Test func findsTelephoneNumbers() {
        for number in [
            "+46 (0)8 928 571 38", "+447700 921 916", "(602)272-9781", "541-714-1388", "001-253-366-9781",
            "898-666-3621x0135", "+14155552671",
        ] {
            #expect(found("at \(number)") == ["phone=\(number)"])
        }
        #expect(found("Phone: 0490 75 40 81") == ["phone=0490 75 40 81"])
        #expect(found("08 7781 1704 office").count == 1)
        for text in [
            "0490 75 40 81", "2024-05-17", "17.05.2024", "call 2024-05-17", "12345678", "order 123456789012",
            "+1", "(12)",
            "1.5.2", "phone 12",
        ] {
            #expect(found(text).isEmpty, "\(text)")
        }
    }

    /// Keys are put together here, so that no scanner of secrets trips on this file; none was ever valid.
    @Test func findsKeysByTheirPrefixes() {
        let letters = String(repeating: "aB3dE6gH9j", count: 5)
        func run(_ count: Int) -> String { String(letters.prefix(count)) }
        let samples: [(String, String)] = [
            ("aws_key", "AK" + "IAABCDEFGHIJKLMNOP"), ("gcp_key", "AI" + "za\(run(35))"),
            ("github_token", "gh" + "p_\(run(36))"), ("github_token", "github" + "_pat_\(run(40))"),
            ("gitlab_token", "gl" + "pat-\(run(20))"), ("stripe_key", "sk" + "_live_\(run(24))"),
            ("slack_token", "xo" + "xb-1000-2000-\(run(24))"), ("openai_key", "sk" + "-proj-\(run(48))"),
            ("openai_key", "sk" + "-\(run(48))"), ("anthropic_key", "sk" + "-ant-api03-\(letters)"),
            ("jwt", "ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkZW1vIn0.\(letters)"),
        ]
        for (name, key) in samples {
            #expect(found("key=\(key);") == ["\(name)=\(key)"])
            #expect(!found("x\(key)").contains { $0.hasPrefix(name) })
        }
        for text in [
            "AKIA123", "ghp_short", "sk-learn-is-a-library-for-machine-learning", "eyJ.eyJ.x", "sk_live_",
            "whisper",
        ] {
            #expect(found(text).isEmpty, "\(text)")
        }
    }

    @Test func leavesNothingOfALongKey() {
        let key = "sk" + "-ant-" + String(repeating: "a1", count: 4_000)
        #expect(detected("\(key) b") == "[redacted] b")
    }

    @Test func findsTheJWTBehindOneThatIsNone() {
        let jwt = "ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkZW1vIn0.c2ln"
        #expect(found("eyJ-eyJshort \(jwt)") == ["jwt=\(jwt)"])
    }

    @Test func findsPrivateKeysToTheirEnd() {
        let begin = "-----BEGIN RSA " + "PRIVATE KEY-----"
        let end = "-----END RSA " + "PRIVATE KEY-----"
        #expect(found("a \(begin)\nMIIE\n\(end)\nb") == ["private_key=\(begin)\nMIIE\n\(end)"])
        #expect(found("\(begin)\nMIIE") == ["private_key=\(begin)\nMIIE"])
        #expect(found("-----BEGIN CERTIFICATE-----\nMIIE").isEmpty)
    }

    @Test func runsOnlyWhatIsAskedFor() {
        let bytes = Array("ada@example.org 4111111111111111 054-28-6917".utf8)
        #expect(DetectorSet([.creditCard]).scan(bytes.span).map(\.detector) == [.creditCard])
        #expect(DetectorSet([]).scan(bytes.span).isEmpty)
        #expect(Detector.named("api_key") == Detector.groups["api_key"] && Detector.named("nonsense") == nil)
        #expect(Set(Detector.allCases.map(\.bit)).count == Detector.allCases.count)
    }

    @Test func masksOnlyWhatIsFound() {
        #expect(detected("mail ada@example.org or call") == "mail [redacted] or call")
        #expect(
            detected("card 4111111111111111", .partial(keepFirst: 0, keepLast: 4)) == "card ************1111")
        #expect(detected("card 4111111111111111", .null) == nil)
        #expect(detected("nothing here") == "nothing here")
    }

    @Test func masksTextsThatAreNoCells() {
        let text = Array("Key (email)=(ada@example.org) already exists.".utf8)
        var out: [UInt8] = []
        #expect(DetectorSet.all.mask(text.span, .redacted, into: &out) == 1)
        #expect(String(decoding: out, as: UTF8.self) == "Key (email)=([redacted]) already exists.")
        out = [1]
        #expect(DetectorSet.all.mask(text.span, .null, into: &out) == 1)
        #expect(out == [1])
    }

    @Test func looksIntoJSON() {
        #expect(
            detected(#"{"m": "to a@b.org", "n": [1, 2.5]}"#, type: 114)
                == #"{"m": "to [redacted]", "n": [1, 2.5]}"#)
        #expect(detected(#"{"pan": 4111111111111111}"#, type: 3802) == #"{"pan": "[redacted]"}"#)
        #expect(detected(#"{"m": "a\u0040b.org"}"#, type: 114) == #"{"m": "[redacted]"}"#)
        #expect(detected(#"{"m": "tab\there"}"#, type: 114) == #"{"m": "tab\there"}"#)
        #expect(detected(#"{"m": "\x"}"#, type: 114) == nil)
        #expect(detected(#"{"m": "open"#, type: 114) == nil)
        #expect(detected(#"{"a@b.org": 1}"#, type: 114) == #"{"[redacted]": 1}"#)
    }

    @Test func looksIntoTypesItDoesNotKnow() {
        #expect(detected("(1,a@b.org)", type: 2249) == "(1,[redacted])")
        #expect(detected("(1,a@b.org)", type: 99_999) == "(1,[redacted])")
        #expect(detected("(1,a@b.org)", type: 99_999, .redact(text: Array("a,b".utf8))) == nil)
        let cell = Array("a@b.org".utf8)
        #expect(rewritten(cell, type: 99_999, format: .binary, rule: .detect(.all, .redacted)) == nil)
        #expect(
            rewritten([1, 2, 3], type: 99_999, format: .binary, rule: .detect(.all, .redacted)) == [1, 2, 3])
    }

    @Test func survivesNoiseAndStaysInOrder() {
        var random = FixedRandom(seed: 3)
        let alphabet = Array("0123456789+-. ()@:abcdefAKIeyJsk_xox-4111\u{e9}\"".utf8)
        for _ in 0..<3_000 {
            let bytes = (0..<60).compactMap { _ in alphabet.randomElement(using: &random) }
            var last = 0
            for finding in DetectorSet.all.scan(bytes.span) {
                #expect(finding.range.lowerBound >= last && !finding.range.isEmpty)
                last = finding.range.upperBound
            }
            #expect(last <= bytes.count)
        }
    }
}
