package import PatternMatching

/// A detector of an admin's: a pattern, and what a match of it has to be besides.
package struct CustomPattern: Sendable {
    package enum Check: String, Sendable {
        case luhn
        case mod97
    }

    package let name: String
    package let pattern: String
    package let check: Check?
    /// Words of small letters of which one has to stand before a match.
    package let context: [String]

    package init(name: String, pattern: String, check: Check?, context: [String]) {
        self.name = name
        self.pattern = pattern
        self.check = check
        self.context = context
    }
}

/// All custom detectors, compiled together. A policy picks some of them.
package final class CustomDetectors: Sendable {
    private let patterns: [CustomPattern]
    private let words: [[ContextWords.Word]]
    let database: PatternDatabase?

    package static let none = CustomDetectors()

    private init() {
        patterns = []
        words = []
        database = nil
    }

    /// - Parameter earlier: what was compiled before; while the patterns stay the same, nothing is compiled anew.
    /// - Throws: for a pattern that cannot be used.
    package init(_ patterns: [CustomPattern], after earlier: CustomDetectors = .none) throws(PatternError) {
        self.patterns = patterns
        words = patterns.map { $0.context.map(ContextWords.Word.init(beginning:)) }
        let expressions = patterns.map(\.pattern)
        if expressions == earlier.patterns.map(\.pattern) {
            database = earlier.database
        } else {
            database = expressions.isEmpty ? nil : try PatternDatabase(expressions)
        }
    }

    /// Which one has the name.
    package func index(named name: String) -> Int? { patterns.firstIndex { $0.name == name } }

    /// What the chosen ones find, in order and without overlap; where they cannot tell, all of the text.
    func ranges(in bytes: Span<UInt8>, chosen: Set<Int>) -> [Range<Int>] {
        guard bytes.count > 0, let database else { return [] }
        guard let matches = database.matches(in: bytes) else { return [0..<bytes.count] }
        var ranges: [Range<Int>] = []
        for match in matches
        where chosen.contains(match.pattern) && !match.range.isEmpty && isValid(match, bytes) {
            ranges.append(match.range)
        }
        return DetectorSet.merged(ranges)
    }

    private func isValid(_ match: PatternDatabase.Match, _ bytes: Span<UInt8>) -> Bool {
        let words = words[match.pattern]
        guard words.isEmpty || ContextWords.contains(words, before: match.range.lowerBound, bytes) else {
            return false
        }
        switch patterns[match.pattern].check {
        case nil: return true
        case .luhn?: return MatchChecks.isLuhn(bytes.extracting(match.range))
        case .mod97?: return MatchChecks.isMod97(bytes.extracting(match.range))
        }
    }
}

/// Checks of the characters of a match; all but letters and digits are skipped.
enum MatchChecks {
    static func isLuhn(_ bytes: Span<UInt8>) -> Bool {
        var digits: [UInt32] = []
        for index in bytes.indices where bytes[index].isDigit { digits.append(UInt32(bytes[index] - 0x30)) }
        guard let last = digits.popLast(), !digits.isEmpty else { return false }
        return Luhn.checkDigit(digits) == last
    }

    static func isMod97(_ bytes: Span<UInt8>) -> Bool {
        var values: [Int] = []
        for index in bytes.indices where bytes[index].isDigit || bytes[index].isASCIILetter {
            let byte = bytes[index]
            values.append(byte.isDigit ? Int(byte - 0x30) : Int(byte | 0x20) - 0x61 + 10)
        }
        guard values.count > 4 else { return false }
        return (values.dropFirst(4) + values.prefix(4)).reduce(0) {
            ($1 < 10 ? 10 * $0 + $1 : 100 * $0 + $1) % 97
        } == 1
    }
}
