/// Why rows cannot be masked. The result ends here: nothing that was not understood is passed on.
package enum MaskingFailure: Error, Equatable, Sendable {
    /// A row with another number of columns than described.
    case columnCountMismatch(expected: Int, found: Int)
    /// Lengths inside the row do not agree with it.
    case malformedRow
    /// COPY data that does not follow its format, or ends in the middle of a row.
    case malformedCopy
    /// A COPY option that masking does not know.
    case unsupportedCopy
}
