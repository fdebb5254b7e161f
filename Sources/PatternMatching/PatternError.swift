/// Why a pattern cannot be used, for whoever wrote it.
package struct PatternError: Error, Sendable, Equatable {
    /// Which of the patterns; nil when it is not one of them.
    package let pattern: Int?
    package let message: String
    /// Where in the pattern, in bytes; nil when it is all of it.
    package let position: Int?
}
