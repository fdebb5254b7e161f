/// The detectors to run, all of them in one pass over the bytes.
///
/// A pattern begins at a byte that gives it away: a digit or letter at the beginning of a word, `@`, `+`, `(`, `:` or a
/// dash. Everything else is stepped over by one table look-up a byte. A byte outside ASCII counts as a letter.
package struct DetectorSet: Sendable {
    private let enabled: UInt32
    /// What each byte may begin, given the detectors.
    private let classes: [ByteClass]

    package init(_ detectors: some Sequence<Detector>) {
        let enabled = detectors.reduce(0) { $0 | $1.bit }
        self.enabled = enabled
        classes = (UInt8.min...UInt8.max).map { ByteClass($0, enabled: enabled) }
    }

    package static let all = DetectorSet(Detector.allCases)

    package func contains(_ detector: Detector) -> Bool { enabled & detector.bit != 0 }

    /// What is found, in order and without overlap.
    package func scan(_ bytes: Span<UInt8>) -> [Finding] {
        var findings: [Finding] = []
        let classes = classes.span
        guard classes.count == 256 else { return findings }
        var index = 0
        var followsWord = false
        var deadEnd = 0
        while index < bytes.count {
            // Sound, here and below: the index is checked against the count, and a byte is below 256.
            let kind = unsafe classes[unchecked: Int(bytes[unchecked: index])]
            var finding: Finding?
            switch kind {
            case .plain: break
            case .letter, .keyLetter: if !followsWord { finding = word(at: index, bytes, kind, &deadEnd) }
            case .digit: if !followsWord { finding = number(at: index, bytes) }
            case .sign: if !followsWord || Self.joins(bytes[index]) { finding = sign(at: index, bytes) }
            }
            if let finding {
                add(finding, to: &findings)
                index = max(index + 1, finding.range.upperBound)
                followsWord = true
                continue
            }
            index += 1
            switch kind {
            case .plain, .sign: followsWord = false
            case .letter, .keyLetter, .digit:
                while index < bytes.count, unsafe classes[unchecked: Int(bytes[unchecked: index])].isWord {
                    index += 1
                }
                followsWord = true
            }
        }
        return findings
    }

    /// Appends the text with what is found masked: for texts that are no cells, such as those of errors and notices. Returns
    /// how much was found; when the method is `null` a finding leaves nothing of the text.
    package func mask(_ bytes: Span<UInt8>, _ method: MaskMethod, into out: inout [UInt8]) -> Int {
        let start = out.count
        let findings = scan(bytes)
        if DetectingMask(detectors: self, method: method).append(bytes, findings, into: &out) == .null {
            out.removeSubrange(start...)
        }
        return findings.count
    }

    /// Signs that give a pattern away in the middle of it.
    private static func joins(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "@") || byte == UInt8(ascii: ":")
    }

    /// An address may begin before the sign that gave it away: it takes the place of what was found inside it.
    private func add(_ finding: Finding, to findings: inout [Finding]) {
        while let last = findings.last, last.range.lowerBound >= finding.range.lowerBound {
            findings.removeLast()
        }
        let start = max(finding.range.lowerBound, findings.last?.range.upperBound ?? 0)
        guard start < finding.range.upperBound else { return }
        findings.append(Finding(detector: finding.detector, range: start..<finding.range.upperBound))
    }

    private func word(
        at index: Int, _ bytes: Span<UInt8>, _ kind: ByteClass, _ deadEnd: inout Int
    ) -> Finding? {
        guard index + 4 < bytes.count else { return nil }
        if kind == .keyLetter, SecretPatterns.mayBegin(bytes[index], bytes[index + 1]),
            let finding = SecretPatterns.match(at: index, bytes, &deadEnd), contains(finding.detector)
        {
            return finding
        }
        guard bytes[index + 2].isDigit, contains(.iban), let end = IBANPattern.match(at: index, bytes) else {
            return nil
        }
        return Finding(detector: .iban, range: index..<end)
    }

    private func number(at index: Int, _ bytes: Span<UInt8>) -> Finding? {
        let end = bytes.run(from: index) { $0.isDigit }
        let length = end - index
        let next = bytes.byte(end)
        let isGrouped =
            (next == 0x20 || next == UInt8(ascii: "-") || next == UInt8(ascii: ".")
                || next == UInt8(ascii: "("))
            && (bytes.byte(end + 1).isDigit || bytes.byte(end + 1) == UInt8(ascii: "(")
                || next == UInt8(ascii: "("))
        // Most numbers end here: short, and alone.
        if !isGrouped && length < 7 { return nil }
        if isGrouped, length <= 3, contains(.ipAddress),
            let end = IPAddressPattern.matchIPv4(at: index, bytes)
        {
            return Finding(detector: .ipAddress, range: index..<end)
        }
        if length >= 12 || (isGrouped && length == 4), contains(.creditCard),
            let end = CardPattern.match(at: index, bytes)
        {
            return Finding(detector: .creditCard, range: index..<end)
        }
        if length == 9 || (isGrouped && length == 3), contains(.usSSN),
            let end = SSNPattern.match(at: index, bytes)
        {
            return Finding(detector: .usSSN, range: index..<end)
        }
        if length <= 15, contains(.phone), let end = PhonePattern.match(at: index, bytes) {
            return Finding(detector: .phone, range: index..<end)
        }
        return nil
    }

    private func sign(at index: Int, _ bytes: Span<UInt8>) -> Finding? {
        switch bytes[index] {
        case UInt8(ascii: "@"):
            guard contains(.email), let range = EmailPattern.match(around: index, bytes) else { return nil }
            return Finding(detector: .email, range: range)
        case UInt8(ascii: ":"):
            guard contains(.ipAddress), let range = IPAddressPattern.matchIPv6(around: index, bytes) else {
                return nil
            }
            return Finding(detector: .ipAddress, range: range)
        case UInt8(ascii: "-"):
            guard contains(.privateKey), let end = SecretPatterns.matchPrivateKey(at: index, bytes) else {
                return nil
            }
            return Finding(detector: .privateKey, range: index..<end)
        default:
            guard contains(.phone), let end = PhonePattern.match(at: index, bytes) else { return nil }
            return Finding(detector: .phone, range: index..<end)
        }
    }
}

/// What a byte may begin.
enum ByteClass: UInt8 {
    case plain
    case letter
    /// A letter that a known kind of key begins with.
    case keyLetter
    case digit
    case sign

    var isWord: Bool {
        switch self {
        case .letter, .keyLetter, .digit: true
        case .plain, .sign: false
        }
    }

    init(_ byte: UInt8, enabled: UInt32) {
        func needs(_ detectors: Detector...) -> Bool { detectors.contains { enabled & $0.bit != 0 } }
        switch byte {
        case 0x30...0x39: self = .digit
        case UInt8(ascii: "@"): self = needs(.email) ? .sign : .plain
        case UInt8(ascii: "+"), UInt8(ascii: "("): self = needs(.phone) ? .sign : .plain
        case UInt8(ascii: ":"): self = needs(.ipAddress) ? .sign : .plain
        case UInt8(ascii: "-"): self = needs(.privateKey) ? .sign : .plain
        case _ where SecretPatterns.firstLetters.contains(byte): self = .keyLetter
        case 0x41...0x5a, 0x61...0x7a, 0x80...0xff: self = .letter
        default: self = .plain
        }
    }
}

extension Span<UInt8> {
    /// The byte at `index`, or 0 outside.
    func byte(_ index: Int) -> UInt8 { index >= 0 && index < count ? self[index] : 0 }

    /// Whether a letter or digit stands at `index`.
    func isWord(_ index: Int) -> Bool { byte(index).isWordByte }

    func starts(with text: StaticString, at index: Int) -> Bool {
        guard text.utf8CodeUnitCount <= count - index else { return false }
        for offset in 0..<text.utf8CodeUnitCount {
            // Sound: offset is below the literal's own length.
            if unsafe self[index + offset] != text.utf8Start[offset] { return false }
        }
        return true
    }

    /// The end of the run of bytes from `start` that satisfy `predicate`, at most `maximum` of them.
    func run(from start: Int, atMost maximum: Int = .max, _ predicate: (UInt8) -> Bool) -> Int {
        var index = start
        while index < count, index - start < maximum, predicate(self[index]) { index += 1 }
        return index
    }
}

extension UInt8 {
    var isASCIILetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7a }
    var isWordByte: Bool { isASCIILetter || isDigit || self >= 0x80 }
}
