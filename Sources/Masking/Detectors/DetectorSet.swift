/// The detectors to run: all that are built in in one pass over the bytes, and those that an admin has made in another.
///
/// A pattern begins at a byte that gives it away: a digit or letter at the beginning of a word, or a sign such as `@` or `+`.
/// Everything else is stepped over by one table look-up a byte. A byte outside ASCII counts as a letter.
///
/// A class, for each masked cell holds on to it.
package final class DetectorSet: Sendable {
    let enabled: UInt64
    /// What each byte may begin, given the detectors.
    private let classes: InlineArray<256, ByteClass>
    private let custom: CustomDetectors
    /// Which of the custom ones.
    private let chosen: Set<Int>

    package init(_ detectors: some Sequence<Detector>, custom: CustomDetectors = .none, chosen: Set<Int> = [])
    {
        let enabled = detectors.reduce(0) { $0 | $1.bit }
        self.enabled = enabled
        self.custom = custom
        self.chosen = chosen
        classes = InlineArray { ByteClass(UInt8(truncatingIfNeeded: $0), enabled: enabled) }
    }

    package static let all = DetectorSet(Detector.allCases)

    /// By the names of a policy, groups among them. One that nobody knows stands for all that are built in: more is masked
    /// than was asked for, rather than less.
    package convenience init(named names: some Sequence<String>, custom: CustomDetectors) {
        var detectors: [Detector] = []
        var chosen: Set<Int> = []
        for name in names {
            if let index = custom.index(named: name) {
                chosen.insert(index)
            } else {
                detectors += Detector.named(name) ?? Detector.allCases
            }
        }
        self.init(detectors, custom: custom, chosen: chosen)
    }

    package func contains(_ detector: Detector) -> Bool { enabled & detector.bit != 0 }

    /// What is found, in order and without overlap.
    package func scan(_ bytes: Span<UInt8>) -> [Finding] {
        let findings = scanBuiltIn(bytes)
        guard !chosen.isEmpty else { return findings }
        let ranges = custom.ranges(in: bytes, chosen: chosen)
        guard !ranges.isEmpty else { return findings }
        let builtIn = Dictionary(uniqueKeysWithValues: findings.map { ($0.range, $0) })
        return Self.merged(findings.map(\.range) + ranges).map { range in
            builtIn[range] ?? Finding(detector: nil, range: range)
        }
    }

    /// Ranges in order; those that overlap become one.
    static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = result.last, range.lowerBound < last.upperBound {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }

    private func scanBuiltIn(_ bytes: Span<UInt8>) -> [Finding] {
        var scan = DetectorScan(enabled: enabled)
        var index = 0
        var followsWord = false
        while index < bytes.count {
            // Sound, here and below: the index is checked against the count, and a byte is below 256.
            let kind = unsafe classes[unchecked: Int(bytes[unchecked: index])]
            var end = index + 1
            if kind.isWord {
                while end < bytes.count, unsafe classes[unchecked: Int(bytes[unchecked: end])].isWord {
                    end += 1
                }
            }
            let finding: Finding? =
                switch kind {
                case .plain: nil
                case .letter, .keyLetter: followsWord ? nil : scan.word(index..<end, bytes, kind)
                case .digit: followsWord ? nil : scan.number(index..<end, bytes)
                case .sign: followsWord && !Self.joins(bytes[index]) ? nil : scan.sign(at: index, bytes)
                }
            if let finding {
                scan.add(finding)
                index = max(index + 1, finding.range.upperBound)
                followsWord = true
            } else {
                index = end
                followsWord = kind.isWord
            }
        }
        return scan.findings
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
        byte == UInt8(ascii: "@") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=")
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

    init(_ byte: UInt8, enabled: UInt64) {
        func needs(_ detectors: Detector...) -> Bool { detectors.contains { enabled & $0.bit != 0 } }
        switch byte {
        case 0x30...0x39: self = .digit
        case UInt8(ascii: "@"): self = needs(.email) ? .sign : .plain
        case UInt8(ascii: "+"), UInt8(ascii: "("): self = needs(.phone) ? .sign : .plain
        case UInt8(ascii: ":"): self = needs(.ipAddress, .url, .password, .secret) ? .sign : .plain
        case UInt8(ascii: "="): self = needs(.password, .secret) ? .sign : .plain
        case UInt8(ascii: "-"): self = needs(.privateKey) ? .sign : .plain
        case _ where SecretPatterns.firstLetters.contains(byte): self = .keyLetter
        case 0x41...0x5a, 0x61...0x7a, 0x80...0xff: self = .letter
        default: self = .plain
        }
    }
}
