import APIModels

/// Lists of patterns, each list with a number. Tells for a text which lists have a pattern that matches it,
/// without trying them all: a plain name is looked up whole, a pattern by the text before its first `*`. So
/// the cost is that of a lookup for each length that such texts have, whatever the number of patterns.
///
/// Texts are compared byte by byte: two names that differ only in their Unicode normalisation are two names
/// to a database.
struct GlobIndex: Sendable {
    private typealias Bytes = ArraySlice<UInt8>

    private struct Pattern {
        let bytes: [UInt8]
        var lists: BitSet
    }

    private var numbers: [[Glob]: Int] = [:]
    private var literals: [Bytes: BitSet] = [:]
    private var patterns: [Bytes: [Pattern]] = [:]
    /// The lengths of the keys of `patterns`, ascending.
    private var prefixLengths: [Int] = []
    private var everything = BitSet()

    var isEmpty: Bool { numbers.isEmpty }

    /// The number of a list; equal lists share it.
    mutating func number(of list: [Glob]) -> Int {
        if let number = numbers[list] { return number }
        let number = numbers.count
        numbers[list] = number
        for glob in list { add(Array(glob.description.utf8), to: number) }
        return number
    }

    private mutating func add(_ glob: [UInt8], to number: Int) {
        guard let star = glob.firstIndex(of: ByteGlob.star) else {
            literals[glob[...], default: BitSet()].insert(number)
            return
        }
        if glob.count == 1 {
            everything.insert(number)
            return
        }
        if !prefixLengths.contains(star) { prefixLengths = (prefixLengths + [star]).sorted() }
        var sharing = patterns[glob[..<star]] ?? []
        if let index = sharing.firstIndex(where: { $0.bytes == glob }) {
            sharing[index].lists.insert(number)
        } else {
            var lists = BitSet()
            lists.insert(number)
            sharing.append(Pattern(bytes: glob, lists: lists))
        }
        patterns[glob[..<star]] = sharing
    }

    /// The numbers of the lists that match a text.
    func lists(matching text: String) -> BitSet {
        var matched = everything
        if literals.isEmpty && patterns.isEmpty { return matched }
        let bytes = Array(text.utf8)
        if let lists = literals[bytes[...]] { matched.formUnion(lists) }
        for length in prefixLengths where length <= bytes.count {
            guard let sharing = patterns[bytes[..<length]] else { continue }
            for pattern in sharing where ByteGlob.matches(pattern.bytes, bytes, from: length) {
                matched.formUnion(pattern.lists)
            }
        }
        return matched
    }
}

/// `Glob.matches` over bytes.
enum ByteGlob {
    static let star = UInt8(ascii: "*")

    /// Whether a pattern matches a text, given that their first bytes are known to be equal.
    static func matches(_ pattern: [UInt8], _ text: [UInt8], from start: Int) -> Bool {
        var position = start
        var index = start
        var resume: (pattern: Int, text: Int)?
        while index < text.count {
            if position < pattern.count, pattern[position] == star {
                position += 1
                resume = (position, index)
            } else if position < pattern.count, pattern[position] == text[index] {
                position += 1
                index += 1
            } else if let after = resume {
                index = after.text + 1
                position = after.pattern
                resume = (position, index)
            } else {
                return false
            }
        }
        while position < pattern.count, pattern[position] == star { position += 1 }
        return position == pattern.count
    }
}
