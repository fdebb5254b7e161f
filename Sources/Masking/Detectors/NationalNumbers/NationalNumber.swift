/// A number of digits that a country gives to people or companies: how long it is, how it is written, how it is checked.
struct NationalNumber: Sendable {
    /// When the number needs a word before it that says what it is.
    enum Proof: Sendable {
        /// Never: hardly any other number passes the check.
        case number
        /// Not when it is written in its own groups.
        case writing
        /// Always: the check alone lets one in eleven pass.
        case word
    }

    let detector: Detector
    let count: Int
    let proof: Proof
    /// The groups it is written in, besides one piece.
    private let shapes: [UInt64]
    private let isValid: @Sendable (DigitWriting) -> Bool

    init(
        _ detector: Detector, _ count: Int, _ samples: [String] = [], proof: Proof,
        _ isValid: @escaping @Sendable (DigitWriting) -> Bool
    ) {
        self.detector = detector
        self.count = count
        self.proof = proof
        self.isValid = isValid
        shapes = samples.map(DigitWriting.shape(of:))
    }

    /// The number at `start`, if it is one of those that are looked for.
    ///
    /// - Parameters:
    ///   - enabled: the detectors looked for, as bits.
    ///   - context: those that words before it speak for; asked for only when needed.
    static func match(
        at start: Int, _ bytes: Span<UInt8>, enabled: UInt64, context: () -> UInt64
    ) -> Finding? {
        guard !bytes.continuesNumber(before: start) else { return nil }
        let writing = DigitWriting(at: start, bytes)
        var first: Finding?
        for group in 0..<writing.groups {
            let (count, shape, end) = writing.prefix(group)
            guard count >= shortest, !bytes.continuesNumber(after: end) else { continue }
            for candidate in byCount[count] where candidate.detector.bit & enabled != 0 {
                guard group == 0 || candidate.shapes.contains(shape), candidate.isValid(writing) else {
                    continue
                }
                let finding = Finding(detector: candidate.detector, range: start..<end)
                if context() & candidate.detector.bit != 0 { return finding }
                switch candidate.proof {
                case .number: first = first ?? finding
                case .writing: if group > 0 { first = first ?? finding }
                case .word: break
                }
            }
        }
        return first
    }

    private static let shortest = all.map(\.count).min() ?? 0

    private static let byCount: [[NationalNumber]] = (0...DigitWriting.maximumDigits).map { count in
        all.filter { $0.count == count }
    }
}

extension Span<UInt8> {
    /// Whether what begins at `start` is the rest of a longer number, as in `1.5-` and the like.
    func continuesNumber(before start: Int) -> Bool {
        let before = byte(start - 1)
        return before == UInt8(ascii: "+") || isWord(start - 1)
            || (DigitWriting.isSeparator(before) && before != 0x20 && byte(start - 2).isDigit)
    }

    /// Whether a number that ends at `end` goes on behind it.
    func continuesNumber(after end: Int) -> Bool {
        let after = byte(end)
        return isWord(end) || (DigitWriting.isSeparator(after) && after != 0x20 && byte(end + 1).isDigit)
    }
}
