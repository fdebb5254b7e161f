/// A value that JSON carries as a string of a certain form: ids, times, durations, names.
package protocol JSONText: Codable, Sendable, CustomStringConvertible {
    init(text: String) throws(InvalidValue)

    /// The canonical text, from which `init(text:)` makes an equal value.
    var description: String { get }

    /// Any valid value. It stands in for one that was refused, so that the rest of a body is still checked.
    static var placeholder: Self { get }
}

extension JSONText {
    package init(from decoder: any Decoder) throws {
        self = try Self(text: decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A shape whose fields constrain each other. The decoder calls `validate` once every field is known to be
/// well formed.
package protocol CrossFieldValidated {
    func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void)
}
