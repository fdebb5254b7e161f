/// Checks of free text that several shapes share.
package enum TextCheck {
    /// Names of groups, principals, tags, labels: more than any identity provider of note issues.
    static let maximumTermLength = 255

    /// What is wrong with a short text of one line, or nil.
    static func term(_ text: String) -> InvalidValue? {
        if text.isEmpty { return InvalidValue("must not be empty") }
        return line(text, maximum: maximumTermLength)
    }

    /// What is wrong with a text of one line, or nil.
    package static func line(_ text: String, maximum: Int) -> InvalidValue? {
        if text.unicodeScalars.count > maximum {
            return InvalidValue("must be at most \(maximum) characters", code: .tooLong)
        }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return InvalidValue("must not contain control characters")
        }
        return nil
    }

    static func terms(
        _ texts: [String], at field: [String], maximumCount: Int,
        _ report: (_ field: [String], _ error: InvalidValue) -> Void
    ) {
        if texts.count > maximumCount {
            report(field, InvalidValue("must have at most \(maximumCount) entries", code: .tooLong))
        }
        for (index, text) in texts.enumerated() {
            if let error = term(text) { report(field + ["\(index)"], error) }
        }
    }
}
