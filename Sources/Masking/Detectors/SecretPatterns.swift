/// Keys and tokens whose makers gave them a prefix to be found by, JWTs (RFC 7519) and private keys in PEM (RFC 7468).
enum SecretPatterns {
    /// The first letters of the patterns of `match`, and of `www.`.
    static let firstLetters = Set("AgsrpxewWG".utf8)

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
    ///
    /// - Parameter deadEnd: below it no JWT begins; kept by the caller for the length of a scan.
    static func match(at index: Int, _ bytes: Span<UInt8>, _ deadEnd: inout Int) -> Finding? {
        switch bytes[index] {
        case UInt8(ascii: "A"): amazonOrGoogle(index, bytes)
        case UInt8(ascii: "g"): gitHubOrGitLab(index, bytes)
        case UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "p"), UInt8(ascii: "w"):
            stripe(index, bytes) ?? sk(index, bytes)
        case UInt8(ascii: "x"): slack(index, bytes)
        case UInt8(ascii: "e"): jwt(index, bytes, &deadEnd)
        case UInt8(ascii: "G"): googleOAuth(index, bytes)
        default: nil
        }
    }

    /// A prefix and the run of bytes behind it, of which there must be so many. The run is as long as it is: of a key that
    /// was found nothing may stay behind, and what was found is not scanned again.
    private static func prefixed(
        _ detector: Detector, _ prefix: StaticString, atLeast minimum: Int, _ index: Int,
        _ bytes: Span<UInt8>,
        _ belongs: (UInt8) -> Bool
    ) -> Finding? {
        guard bytes.starts(with: prefix, at: index) else { return nil }
        let start = index + prefix.utf8CodeUnitCount
        let end = bytes.run(from: start, belongs)
        return end - start >= minimum ? Finding(detector: detector, range: index..<end) : nil
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isDigit }

    /// AWS access key ids (IAM user guide, "Unique identifiers"): four letters and 16 of A-Z and 0-9. Google API keys:
    /// `AIza` and 35 more.
    private static func amazonOrGoogle(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        if bytes.starts(with: "AIza", at: index) {
            let end = bytes.run(from: index + 4, atMost: 36, isToken)
            return end == index + 39 ? Finding(detector: .gcpKey, range: index..<end) : nil
        }
        guard
            bytes.starts(with: "AKIA", at: index) || bytes.starts(with: "ASIA", at: index)
                || bytes.starts(with: "ABIA", at: index) || bytes.starts(with: "ACCA", at: index)
        else { return nil }
        let end = bytes.run(from: index + 4, atMost: 17) { $0.isDigit || ($0 >= 0x41 && $0 <= 0x5a) }
        return end == index + 20 && !bytes.isWord(end) ? Finding(detector: .awsKey, range: index..<end) : nil
    }

    private static func googleOAuth(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        prefixed(.gcpKey, "GOCSPX-", atLeast: 28, index, bytes, isToken)
    }

    private static func gitHubOrGitLab(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        if let finding = prefixed(.githubToken, "github_pat_", atLeast: 22, index, bytes, isToken)
            ?? prefixed(.gitlabToken, "glpat-", atLeast: 20, index, bytes, isToken)
        {
            return finding
        }
        for prefix in ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"] as [StaticString] {
            if let finding = prefixed(.githubToken, prefix, atLeast: 36, index, bytes, isAlphanumeric) {
                return finding
            }
        }
        return nil
    }

    private static func stripe(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        for prefix in ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_", "pk_test_", "whsec_"]
            as [StaticString]
        {
            if let finding = prefixed(.stripeKey, prefix, atLeast: 16, index, bytes, isAlphanumeric) {
                return finding
            }
        }
        return nil
    }

    /// `sk-ant-…` of Anthropic; `sk-proj-…`, `sk-svcacct-…`, `sk-admin-…` of OpenAI, and its old form, one run of letters
    /// and digits, both of them.
    private static func sk(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        if let finding = prefixed(.anthropicKey, "sk-ant-", atLeast: 20, index, bytes, isToken) {
            return finding
        }
        for prefix in ["sk-proj-", "sk-svcacct-", "sk-admin-"] as [StaticString] {
            if let finding = prefixed(.openAIKey, prefix, atLeast: 20, index, bytes, isToken) {
                return finding
            }
        }
        guard let old = prefixed(.openAIKey, "sk-", atLeast: 32, index, bytes, isAlphanumeric),
            !isToken(bytes.byte(old.range.upperBound))
        else { return nil }
        for position in old.range.dropFirst(3) where bytes[position].isDigit { return old }
        return nil
    }

    private static func slack(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        if let finding = prefixed(.slackToken, "xapp-", atLeast: 20, index, bytes, isToken) { return finding }
        for prefix in ["xoxa-", "xoxb-", "xoxc-", "xoxd-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"]
            as [StaticString]
        {
            if let finding = prefixed(.slackToken, prefix, atLeast: 10, index, bytes, isToken) {
                return finding
            }
        }
        return nil
    }

    /// Three base64url segments; `eyJ` is `{"`, with which a header begins. An unsecured JWT has an empty third one.
    /// Where one does not come about, none does from further inside the same run: it is not read again from there.
    private static func jwt(_ index: Int, _ bytes: Span<UInt8>, _ deadEnd: inout Int) -> Finding? {
        guard index >= deadEnd, bytes.starts(with: "eyJ", at: index) else { return nil }
        let header = bytes.run(from: index + 3, isToken)
        deadEnd = header
        guard header - index >= 12, bytes.byte(header) == UInt8(ascii: ".") else { return nil }
        let payload = bytes.run(from: header + 1, isToken)
        guard payload - header > 8, bytes.byte(payload) == UInt8(ascii: ".") else { return nil }
        let signature = bytes.run(from: payload + 1) { isToken($0) || $0 == UInt8(ascii: ".") }
        return Finding(detector: .jwt, range: index..<signature)
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
