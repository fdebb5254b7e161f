/// Keys and tokens whose makers gave them a prefix to be found by, JWTs (RFC 7519) and private keys in PEM (RFC 7468).
enum SecretPatterns {
    /// The first letters of the patterns of `match`.
    static let firstLetters = Set("AgsrpxewG".utf8)

    /// Whether these two letters begin one of the patterns: what keeps `match` off nearly every word.
    static func mayBegin(_ first: UInt8, _ second: UInt8) -> Bool {
        switch first {
        case UInt8(ascii: "A"):
            second == UInt8(ascii: "K") || second == UInt8(ascii: "S") || second == UInt8(ascii: "B")
                || second == UInt8(ascii: "C") || second == UInt8(ascii: "I")
        case UInt8(ascii: "g"):
            second == UInt8(ascii: "h") || second == UInt8(ascii: "i") || second == UInt8(ascii: "l")
        case UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "p"): second == UInt8(ascii: "k")
        case UInt8(ascii: "w"): second == UInt8(ascii: "h")
        case UInt8(ascii: "x"): second == UInt8(ascii: "o") || second == UInt8(ascii: "a")
        case UInt8(ascii: "e"): second == UInt8(ascii: "y")
        case UInt8(ascii: "G"): second == UInt8(ascii: "O")
        default: false
        }
    }

    /// A pattern that begins at the word at `index`.
    static func match(at index: Int, _ bytes: Span<UInt8>) -> Finding? {
        switch bytes[index] {
        case UInt8(ascii: "A"): amazonOrGoogle(index, bytes)
        case UInt8(ascii: "g"): gitHubOrGitLab(index, bytes)
        case UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "p"), UInt8(ascii: "w"):
            stripe(index, bytes) ?? sk(index, bytes)
        case UInt8(ascii: "x"): slack(index, bytes)
        case UInt8(ascii: "e"): jwt(index, bytes)
        case UInt8(ascii: "G"): googleOAuth(index, bytes)
        default: nil
        }
    }

    private static func finding(_ detector: Detector, _ start: Int, _ end: Int, atLeast minimum: Int)
        -> Finding?
    {
        end >= minimum ? Finding(detector: detector, range: start..<end) : nil
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isDigit }

    /// AWS access key ids (IAM user guide, "Unique identifiers"): four letters and 16 of A-Z and 0-9. Google API keys: `AIza` and 35.
    private static func amazonOrGoogle(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        if bytes.starts(with: "AKIA", at: index) || bytes.starts(with: "ASIA", at: index)
            || bytes.starts(with: "ABIA", at: index) || bytes.starts(with: "ACCA", at: index)
        {
            let end = bytes.run(from: index + 4, atMost: 17) { $0.isDigit || ($0 >= 0x41 && $0 <= 0x5a) }
            return end == index + 20 && !bytes.isWord(end) ? finding(.awsKey, index, end, atLeast: 0) : nil
        }
        guard bytes.starts(with: "AIza", at: index) else { return nil }
        let end = bytes.run(from: index + 4, atMost: 36, isToken)
        return end == index + 39 ? finding(.gcpKey, index, end, atLeast: 0) : nil
    }

    private static func googleOAuth(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        guard bytes.starts(with: "GOCSPX-", at: index) else { return nil }
        return finding(
            .gcpKey, index, bytes.run(from: index + 7, atMost: 64, isToken), atLeast: index + 7 + 28)
    }

    private static func gitHubOrGitLab(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        if bytes.starts(with: "github_pat_", at: index) {
            return finding(
                .githubToken, index, bytes.run(from: index + 11, atMost: 255, isToken),
                atLeast: index + 11 + 22)
        }
        if bytes.starts(with: "glpat-", at: index) {
            return finding(
                .gitlabToken, index, bytes.run(from: index + 6, atMost: 255, isToken), atLeast: index + 6 + 20
            )
        }
        guard bytes.byte(index + 1) == UInt8(ascii: "h"), bytes.byte(index + 3) == UInt8(ascii: "_") else {
            return nil
        }
        switch bytes[index + 2] {
        case UInt8(ascii: "p"), UInt8(ascii: "o"), UInt8(ascii: "u"), UInt8(ascii: "s"), UInt8(ascii: "r"):
            let end = bytes.run(from: index + 4, atMost: 255, isAlphanumeric)
            return finding(.githubToken, index, end, atLeast: index + 4 + 36)
        default:
            return nil
        }
    }

    private static func stripe(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        if bytes.starts(with: "whsec_", at: index) {
            return finding(
                .stripeKey, index, bytes.run(from: index + 6, atMost: 255, isAlphanumeric),
                atLeast: index + 22)
        }
        guard bytes.byte(index + 1) == UInt8(ascii: "k"), bytes.byte(index + 2) == UInt8(ascii: "_"),
            bytes.starts(with: "live_", at: index + 3) || bytes.starts(with: "test_", at: index + 3)
        else { return nil }
        let end = bytes.run(from: index + 8, atMost: 255, isAlphanumeric)
        return finding(.stripeKey, index, end, atLeast: index + 8 + 16)
    }

    /// `sk-ant-…` of Anthropic; `sk-…`, `sk-proj-…`, `sk-svcacct-…`, `sk-admin-…` of OpenAI.
    private static func sk(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        guard bytes.starts(with: "sk-", at: index) else { return nil }
        let end = bytes.run(from: index + 3, atMost: 255, isToken)
        if bytes.starts(with: "sk-ant-", at: index) {
            return finding(.anthropicKey, index, end, atLeast: index + 7 + 20)
        }
        for prefix in ["sk-proj-", "sk-svcacct-", "sk-admin-"] as [StaticString]
        where bytes.starts(with: prefix, at: index) {
            return finding(.openAIKey, index, end, atLeast: index + prefix.utf8CodeUnitCount + 20)
        }
        // The old form is one run of letters and digits, both of them.
        let run = bytes.run(from: index + 3, atMost: 255, isAlphanumeric)
        var hasDigit = false
        for position in (index + 3)..<run where bytes[position].isDigit { hasDigit = true }
        return run == end && hasDigit ? finding(.openAIKey, index, end, atLeast: index + 3 + 32) : nil
    }

    private static func slack(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        if bytes.starts(with: "xapp-", at: index) {
            return finding(
                .slackToken, index, bytes.run(from: index + 5, atMost: 255, isToken), atLeast: index + 5 + 20)
        }
        guard bytes.starts(with: "xox", at: index), bytes.byte(index + 3).isASCIILetter,
            bytes.byte(index + 4) == UInt8(ascii: "-")
        else { return nil }
        return finding(
            .slackToken, index, bytes.run(from: index + 5, atMost: 255, isToken), atLeast: index + 5 + 10)
    }

    /// Three base64url segments; `eyJ` is `{"`, with which a header begins. An unsecured JWT has an empty third one.
    private static func jwt(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        guard bytes.starts(with: "eyJ", at: index) else { return nil }
        let header = bytes.run(from: index + 3, isToken)
        guard header - index >= 12, bytes.byte(header) == UInt8(ascii: ".") else { return nil }
        let payload = bytes.run(from: header + 1, isToken)
        guard payload - header > 8, bytes.byte(payload) == UInt8(ascii: ".") else { return nil }
        let signature = bytes.run(from: payload + 1) { isToken($0) || $0 == UInt8(ascii: ".") }
        return finding(.jwt, index, signature, atLeast: 0)
    }

    /// From `-----BEGIN … PRIVATE KEY` to the end of its END line, or of the text when there is none.
    static func matchPrivateKey(at index: Int, _ bytes: Span<UInt8>) -> Int? {
        guard bytes.starts(with: "-----BEGIN ", at: index) else { return nil }
        let label = bytes.run(from: index + 11, atMost: 40) { ($0 >= 0x41 && $0 <= 0x5a) || $0 == 0x20 }
        var isPrivate = false
        for position in (index + 11)..<label where bytes.starts(with: "PRIVATE KEY", at: position) {
            isPrivate = true
        }
        guard isPrivate else { return nil }
        var end = label
        while end < bytes.count {
            if bytes[end] == UInt8(ascii: "-"), bytes.starts(with: "-----END ", at: end) {
                let tail = bytes.run(from: end + 9, atMost: 48) { ($0 >= 0x41 && $0 <= 0x5a) || $0 == 0x20 }
                return bytes.run(from: tail, atMost: 5) { $0 == UInt8(ascii: "-") }
            }
            end += 1
        }
        return end
    }
}
