import APIModels

/// Lists of patterns, each list with a number. Tells for a text which lists have a pattern that matches it,
/// without trying them all: plain names are looked up, patterns with a fixed first part (`public.*`) are
/// tried only on texts with that part.
struct GlobIndex: Sendable {
    private struct Pattern {
        let glob: Glob
        var lists: BitSet
    }

    private var numbers: [[Glob]: Int] = [:]
    private var literals: [String: BitSet] = [:]
    private var patternsByFirstPart: [String: [Pattern]] = [:]
    private var otherPatterns: [Pattern] = []
    private var everything = BitSet()

    var isEmpty: Bool { numbers.isEmpty }

    /// The number of a list; equal lists share it.
    mutating func number(of list: [Glob]) -> Int {
        if let number = numbers[list] { return number }
        let number = numbers.count
        numbers[list] = number
        for glob in list { add(glob, to: number) }
        return number
    }

    private mutating func add(_ glob: Glob, to number: Int) {
        if glob == .any {
            everything.insert(number)
        } else if glob.isLiteral {
            literals[glob.description, default: BitSet()].insert(number)
        } else if let part = Self.firstPart(of: glob.description), !part.contains("*") {
            Self.add(glob, to: number, in: &patternsByFirstPart[part, default: []])
        } else {
            Self.add(glob, to: number, in: &otherPatterns)
        }
    }

    private static func add(_ glob: Glob, to number: Int, in patterns: inout [Pattern]) {
        if let index = patterns.firstIndex(where: { $0.glob == glob }) {
            patterns[index].lists.insert(number)
        } else {
            var lists = BitSet()
            lists.insert(number)
            patterns.append(Pattern(glob: glob, lists: lists))
        }
    }

    /// Up to and with the first dot.
    private static func firstPart(of text: String) -> String? {
        text.utf8.firstIndex(of: UInt8(ascii: ".")).map { String(text[...$0]) }
    }

    /// The numbers of the lists that match a text.
    func lists(matching text: String) -> BitSet {
        var matched = everything
        if let lists = literals[text] { matched.formUnion(lists) }
        if !patternsByFirstPart.isEmpty, let part = Self.firstPart(of: text),
            let patterns = patternsByFirstPart[part]
        {
            for pattern in patterns where pattern.glob.matches(text) { matched.formUnion(pattern.lists) }
        }
        for pattern in otherPatterns where pattern.glob.matches(text) { matched.formUnion(pattern.lists) }
        return matched
    }
}
