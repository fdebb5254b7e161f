/// What a masked value becomes. Whatever cannot keep the value's type becomes NULL.
package enum MaskMethod: Sendable {
    /// NULL, whatever the type.
    case null
    /// A fixed text. For JSON it becomes a string; a number, date or uuid keeps it when it is one, else becomes NULL.
    case redact(text: [UInt8])
    /// The shape stays: `*` for each letter and digit but the first and last ones kept, digits of numbers become 0.
    /// A value that has no more than what would be kept is masked whole.
    case partial(keepFirst: Int, keepLast: Int)
    /// A keyed hash: equal values stay equal, in text and in binary format alike.
    case hash(MaskKey)
    /// A keyed value of the same shape, one to one: digits stay digits, addresses stay addresses, integers keep their width.
    case tokenize(Tokenizer)

    /// `[redacted]`, the text where a policy names none.
    package static let redacted = MaskMethod.redact(text: Array("[redacted]".utf8))
}
