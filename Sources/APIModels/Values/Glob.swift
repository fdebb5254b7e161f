/// A pattern in which `*` stands for any run of characters, dots included, and everything else for itself.
/// Case counts.
package struct Glob: Hashable, Sendable {
    package let description: String

    /// Longer than any qualified column name of PostgreSQL (three identifiers of 63 bytes, quoted).
    package static let maximumLength = 400

    package static let any: Glob = "*"

    /// Whether the pattern is a plain name.
    package var isLiteral: Bool { !description.utf8.contains(UInt8(ascii: "*")) }

    /// In time bounded by the product of both lengths, without recursion.
    package func matches(_ text: String) -> Bool {
        let pattern = description.utf8
        let bytes = text.utf8
        var patternIndex = pattern.startIndex
        var index = bytes.startIndex
        var resume: (pattern: String.Index, text: String.Index)?
        while index < bytes.endIndex {
            if patternIndex < pattern.endIndex, pattern[patternIndex] == UInt8(ascii: "*") {
                patternIndex = pattern.index(after: patternIndex)
                resume = (patternIndex, index)
            } else if patternIndex < pattern.endIndex, pattern[patternIndex] == bytes[index] {
                patternIndex = pattern.index(after: patternIndex)
                index = bytes.index(after: index)
            } else if let star = resume {
                index = bytes.index(after: star.text)
                patternIndex = star.pattern
                resume = (star.pattern, index)
            } else {
                return false
            }
        }
        while patternIndex < pattern.endIndex, pattern[patternIndex] == UInt8(ascii: "*") {
            patternIndex = pattern.index(after: patternIndex)
        }
        return patternIndex == pattern.endIndex
    }
}

extension Glob: JSONText {
    package init(text: String) throws(InvalidValue) {
        guard !text.isEmpty else { throw InvalidValue("must not be empty; * matches everything") }
        guard text.utf8.count <= Self.maximumLength else {
            throw InvalidValue("must be at most \(Self.maximumLength) bytes", code: .tooLong)
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw InvalidValue("must not contain control characters")
        }
        description = text
    }

    package static var placeholder: Glob { .any }
}

extension Glob: ExpressibleByStringLiteral {
    /// For patterns in source code. Traps on one that is malformed.
    package init(stringLiteral value: String) {
        guard let glob = try? Glob(text: value) else {
            preconditionFailure("malformed glob in source: \(value)")
        }
        self = glob
    }
}
