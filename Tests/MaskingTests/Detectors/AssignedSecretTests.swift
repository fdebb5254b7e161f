import Testing

@testable import Masking

/// Secrets here are put together from pieces, so that no scanner of secrets trips on this file.
@Suite struct AssignedSecretTests {
    private let random = "q7Rk2Wm9" + "Zt4Xc8Vb1N" + "hP6sLd3Gf0" + "JyUaQe5T"

    private func found(_ text: String, _ detectors: DetectorSet = .all) -> [String] {
        let bytes = Array(text.utf8)
        return detectors.scan(bytes.span).map {
            ($0.detector?.name ?? "custom") + "=" + String(decoding: bytes[$0.range], as: UTF8.self)
        }
    }

    @Test func findsPasswordsInURLs() {
        let detectors = DetectorSet([.password])
        #expect(found("postgres://app:hunter2@db:5432/shop", detectors) == ["password=hunter2"])
        #expect(found("amqp://u:p%40ss:w@host", detectors) == ["password=p%40ss:w"])
        #expect(found("https://app:hunter2@host/x") == ["url=https://app:hunter2@host/x"])
        for text in ["http://host:80/a@b", "https://user@host", "see x://y:", "://a:b"] {
            #expect(found(text, detectors).isEmpty, "\(text)")
        }
    }

    @Test func findsPasswordsThatNamesAreGiven() {
        for text in [
            "Server=db;Password=hunter2;Timeout=3", "PGPASSWORD=hunter2 psql", #"{"db_password": "hunter2"}"#,
            "password: hunter2", "pwd := 'hunter2'", "user=a&passwd=hunter2&x=1",
        ] {
            #expect(found(text) == ["password=hunter2"], "\(text)")
        }
        for text in [
            "password: please choose one", "the password is needed", "pass: none", "password=",
            "compass: north",
        ] {
            #expect(found(text).isEmpty, "\(text)")
        }
    }

    @Test func findsSecretsThatNamesAreGiven() {
        #expect(found("client_secret=a8Kq0-2mz7Lp") == ["secret=a8Kq0-2mz7Lp"])
        #expect(found("X-Api-Key: 0123456789abcdef0123") == ["secret=0123456789abcdef0123"])
        for text in [
            "token: ${TOKEN_OF_NIGHT1}", "secret=short1", "api_key=aaaaaaaaaaaaaaa1",
            "token = <your token 1>",
        ] {
            #expect(found(text).isEmpty, "\(text)")
        }
    }

    @Test func namesAKnownKeyAsSuch() {
        let key = "gh" + "p_" + String(repeating: "aB3dE6gH9j", count: 4)
        #expect(found("token=\(key)") == ["github_token=\(key)"])
    }

    @Test func findsRandomWords() {
        #expect(found("use \(random) now") == ["secret=\(random)"])
        for text in [
            "0192f3a4-7b8c-7def-8123-456789abcdef", "d41d8cd98f00b204e9800998ecf8427e",
            "AVeryLongClassNameThatSomebodyOnceWrote2Times",
            "Sources/Masking/Detectors/AssignedSecret3And4Tests",
            "the_quick_brown_fox_jumps_over_the_lazy_dog_1234",
        ] {
            #expect(found(text).isEmpty, "\(text)")
        }
    }

    @Test func findsURLs() {
        #expect(found("see https://www.example.org/a?b=c#d.") == ["url=https://www.example.org/a?b=c#d"])
        #expect(found("(HTTP://Example.org/)") == ["url=HTTP://Example.org/"])
        #expect(found("at www.example.org, or") == ["url=www.example.org"])
        for text in ["http://", "www.", "www.example", "xhttp://example.org", "http:// example.org"] {
            #expect(found(text).isEmpty, "\(text)")
        }
    }

    /// Patterns that could make a scan read the same bytes again and again: the time grows with the size, which a test of
    /// this size would not outlive otherwise.
    @Test func readsLongTextsOnce() {
        for piece in [
            "http://", "a.b@", "www.a/", "eyJ", "1-2.3/", "password=", "aB3+", "::1:", "+1(", "-----BEGIN ",
        ] {
            let bytes = Array(String(repeating: piece, count: 40_000 / piece.utf8.count).utf8)
            #expect(DetectorSet.all.scan(bytes.span).count <= bytes.count)
        }
    }
}
