/// One scan on its way: what was found so far, and what need not be looked at again.
struct DetectorScan {
    let enabled: UInt64
    private(set) var findings: [Finding] = []
    /// Below it no JWT and no random word begins.
    private var noJWT = 0
    private var noRandomWord = 0

    init(enabled: UInt64) { self.enabled = enabled }

    /// An address may begin before the sign that gave it away: it takes the place of what was found inside it.
    mutating func add(_ finding: Finding) {
        while let last = findings.last, last.range.lowerBound >= finding.range.lowerBound {
            findings.removeLast()
        }
        let start = max(finding.range.lowerBound, findings.last?.range.upperBound ?? 0)
        guard start < finding.range.upperBound else { return }
        findings.append(Finding(detector: finding.detector, range: start..<finding.range.upperBound))
    }

    private func contains(_ detector: Detector) -> Bool { enabled & detector.bit != 0 }

    private func contains(_ finding: Finding) -> Bool { finding.detector.map(contains) ?? false }

    private func found(_ detector: Detector, _ range: Range<Int>?) -> Finding? {
        range.map { Finding(detector: detector, range: $0) }
    }

    /// What words before `index` speak for. Those before the last finding belong to that one, unless this continues a list.
    private func context(_ index: Int, _ bytes: Span<UInt8>) -> UInt64 {
        guard let last = findings.last else { return ContextWords.before(index, from: 0, bytes) }
        let words = ContextWords.before(index, from: last.range.upperBound, bytes)
        return index - last.range.upperBound <= 5 ? words | (last.detector?.bit ?? 0) : words
    }

    // MARK: Words

    /// What begins with the letter at the beginning of a word.
    mutating func word(_ word: Range<Int>, _ bytes: Span<UInt8>, _ kind: ByteClass) -> Finding? {
        let index = word.lowerBound
        if kind == .keyLetter, index + 4 < bytes.count {
            if SecretPatterns.mayBegin(bytes[index], bytes[index + 1]),
                let finding = SecretPatterns.match(at: index, bytes, &noJWT), contains(finding)
            {
                return finding
            }
            if word.count == 3, bytes[index] | 0x20 == UInt8(ascii: "w"), contains(.url),
                let end = URLPattern.matchHost(at: index, bytes)
            {
                return Finding(detector: .url, range: index..<end)
            }
        }
        if bytes.byte(index + 2).isDigit, contains(.iban), let end = IBANPattern.match(at: index, bytes) {
            return Finding(detector: .iban, range: index..<end)
        }
        if mayBeLettered(word, bytes), let finding = LetteredNumber.match(word: word, bytes),
            contains(finding)
        {
            return finding
        }
        if word.count >= 5, word.count <= 20, contains(.usDriverLicense), hasEarlyDigit(index, bytes) {
            return driverLicense(index, bytes) ?? randomWord(word, bytes)
        }
        return randomWord(word, bytes)
    }

    private func mayBeLettered(_ word: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        switch word.count {
        case 2: bytes.byte(word.upperBound) == 0x20 && bytes.byte(word.upperBound + 1).isDigit
        case 9, 10: bytes[word.upperBound - 2].isDigit
        case 16, 18: true
        default: false
        }
    }

    private func hasEarlyDigit(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
        bytes[index + 1].isDigit || bytes[index + 2].isDigit || bytes[index + 3].isDigit
    }

    private func driverLicense(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        guard contains(.usDriverLicense), let end = DriverLicensePattern.match(at: index, bytes),
            context(index, bytes) & Detector.usDriverLicense.bit != 0
        else { return nil }
        return Finding(detector: .usDriverLicense, range: index..<end)
    }

    private mutating func randomWord(_ word: Range<Int>, _ bytes: Span<UInt8>) -> Finding? {
        guard contains(.secret), let end = AssignedSecret.matchRandom(word, bytes, &noRandomWord)
        else { return nil }
        return Finding(detector: .secret, range: word.lowerBound..<end)
    }

    // MARK: Numbers

    /// What begins with the digit at the beginning of a word.
    mutating func number(_ word: Range<Int>, _ bytes: Span<UInt8>) -> Finding? {
        let index = word.lowerBound
        let end = bytes.run(from: index) { $0.isDigit }
        let length = end - index
        let next = bytes.byte(end)
        let isGrouped = Self.isGrouped(next, bytes.byte(end + 1))
        // Most numbers end here: short, and alone.
        if !isGrouped, length < 6 { return word.count > length ? mixedWord(word, bytes) : nil }
        if length == 4, Self.isDate(index, bytes) { return nil }
        if let finding = wellFormed(index, length, isGrouped, bytes) { return finding }
        if end < word.upperBound || next == UInt8(ascii: "-"),
            let finding = lettered(index..<end, bytes)
        {
            return finding
        }
        guard length >= 7 || isGrouped else { return mixedWord(word, bytes) }
        if let finding = contextual(index, bytes) { return finding }
        if length <= 15, contains(.phone), let end = phone(index, bytes) {
            return Finding(detector: .phone, range: index..<end)
        }
        return mixedWord(word, bytes)
    }

    private static func isGrouped(_ next: UInt8, _ behind: UInt8) -> Bool {
        switch next {
        case 0x20, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"):
            behind.isDigit || behind == UInt8(ascii: "(")
        case UInt8(ascii: "("): true
        default: false
        }
    }

    /// `2024-05-17` by itself, which no number here looks like.
    private static func isDate(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
        let dash = UInt8(ascii: "-")
        guard bytes.byte(index + 4) == dash, bytes.byte(index + 7) == dash, bytes.byte(index + 10) != dash,
            !bytes.isWord(index + 10), bytes.byte(index - 1) != dash
        else { return false }
        for offset in [5, 6, 8, 9] where !bytes.byte(index + offset).isDigit { return false }
        return bytes[index + 5] <= UInt8(ascii: "1") && bytes[index + 8] <= UInt8(ascii: "3")
    }

    private func lettered(_ digits: Range<Int>, _ bytes: Span<UInt8>) -> Finding? {
        LetteredNumber.match(
            digits: digits, bytes, enabled: enabled, context: { context(digits.lowerBound, bytes) })
    }

    /// What its own form and check speak for.
    private func wellFormed(_ index: Int, _ length: Int, _ isGrouped: Bool, _ bytes: Span<UInt8>) -> Finding?
    {
        if isGrouped, length <= 3, contains(.ipAddress),
            let end = IPAddressPattern.matchIPv4(at: index, bytes)
        {
            return Finding(detector: .ipAddress, range: index..<end)
        }
        if length >= 12 || (isGrouped && length == 4), contains(.creditCard) {
            let end = CardPattern.match(at: index, bytes) {
                context(index, bytes) & Detector.creditCard.bit != 0
            }
            if let end { return Finding(detector: .creditCard, range: index..<end) }
        }
        return nil
    }

    /// What words before it may have to speak for.
    private func contextual(_ index: Int, _ bytes: Span<UInt8>) -> Finding? {
        var known: UInt64?
        func words() -> UInt64 {
            if let known { return known }
            let found = context(index, bytes)
            known = found
            return found
        }
        if contains(.usSSN),
            let end = SSNPattern.match(at: index, bytes, isNamed: { words() & Detector.usSSN.bit != 0 })
        {
            return Finding(detector: .usSSN, range: index..<end)
        }
        let finding = NationalNumber.match(at: index, bytes, enabled: enabled, context: words)
        return finding ?? driverLicense(index, bytes)
    }

    private func phone(_ index: Int, _ bytes: Span<UInt8>) -> Int? {
        PhonePattern.match(at: index, bytes) { ContextWords.tellPhone(context(index, bytes)) }
    }

    /// Letters and digits that begin with a digit.
    private mutating func mixedWord(_ word: Range<Int>, _ bytes: Span<UInt8>) -> Finding? {
        guard word.count >= 5 else { return nil }
        let license = word.count <= 20 ? driverLicense(word.lowerBound, bytes) : nil
        return license ?? randomWord(word, bytes)
    }

    // MARK: Signs

    /// What a sign gives away that stands in it or before it.
    func sign(at index: Int, _ bytes: Span<UInt8>) -> Finding? {
        switch bytes[index] {
        case UInt8(ascii: "@"):
            return contains(.email) ? found(.email, EmailPattern.match(around: index, bytes)) : nil
        case UInt8(ascii: ":"):
            if bytes.byte(index + 1) == UInt8(ascii: "/"), bytes.byte(index + 2) == UInt8(ascii: "/") {
                return authority(index, bytes)
            }
            if contains(.ipAddress), let range = IPAddressPattern.matchIPv6(around: index, bytes) {
                return Finding(detector: .ipAddress, range: range)
            }
            return assigned(index, bytes)
        case UInt8(ascii: "="):
            return assigned(index, bytes)
        case UInt8(ascii: "-"):
            return contains(.privateKey)
                ? found(.privateKey, SecretPatterns.matchPrivateKey(at: index, bytes).map { index..<$0 })
                : nil
        default:
            return contains(.phone) ? found(.phone, phone(index, bytes).map { index..<$0 }) : nil
        }
    }

    private func authority(_ colon: Int, _ bytes: Span<UInt8>) -> Finding? {
        if contains(.url), let range = URLPattern.match(around: colon, bytes) {
            return Finding(detector: .url, range: range)
        }
        return contains(.password) ? found(.password, AssignedSecret.matchURL(at: colon, bytes)) : nil
    }

    /// A key of a known form is found as such behind its name, too.
    private func assigned(_ sign: Int, _ bytes: Span<UInt8>) -> Finding? {
        guard contains(.password) || contains(.secret), let finding = AssignedSecret.match(at: sign, bytes),
            contains(finding)
        else { return nil }
        var ignored = 0
        let start = finding.range.lowerBound
        if start + 4 < bytes.count, SecretPatterns.mayBegin(bytes[start], bytes[start + 1]),
            let known = SecretPatterns.match(at: start, bytes, &ignored), contains(known)
        {
            return nil
        }
        return finding
    }
}
