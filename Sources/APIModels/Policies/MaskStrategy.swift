/// What becomes of a value that must not leave.
package enum MaskStrategy: Hashable, Sendable, Codable {
    /// NULL.
    case null
    /// A fixed text.
    case redact(text: String?)
    /// A deterministic value of the same shape.
    case tokenize
    /// A keyed, stable hash.
    case hash
    /// All but the first and last characters.
    case partial(keepFirst: Int, keepLast: Int)

    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case null, redact, tokenize, hash, partial
    }

    package var kind: Kind {
        switch self {
        case .null: .null
        case .redact: .redact
        case .tokenize: .tokenize
        case .hash: .hash
        case .partial: .partial
        }
    }

    private enum CodingKeys: String, CodingKey { case kind, text, keepFirst, keepLast }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        switch try fields.decode(Kind.self, forKey: .kind) {
        case .null: self = .null
        case .tokenize: self = .tokenize
        case .hash: self = .hash
        case .redact:
            let text = try fields.decodeIfPresent(String.self, forKey: .text)
            if let text, let error = TextCheck.line(text, maximum: 200) { throw error }
            self = .redact(text: text)
        case .partial:
            let first = try fields.decodeIfPresent(Int.self, forKey: .keepFirst) ?? 0
            let last = try fields.decodeIfPresent(Int.self, forKey: .keepLast) ?? 0
            guard (0...64).contains(first), (0...64).contains(last), first + last > 0 else {
                throw InvalidValue(
                    "keep_first and keep_last must be from 0 to 64, one of them above 0", code: .outOfRange)
            }
            self = .partial(keepFirst: first, keepLast: last)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(kind, forKey: .kind)
        switch self {
        case .null, .tokenize, .hash: break
        case .redact(let text): try fields.encodeIfPresent(text, forKey: .text)
        case .partial(let first, let last):
            if first > 0 { try fields.encode(first, forKey: .keepFirst) }
            if last > 0 { try fields.encode(last, forKey: .keepLast) }
        }
    }
}

extension MaskStrategy {
    private var strictness: Int {
        switch self {
        case .null: 4
        case .redact: 3
        case .tokenize: 2
        case .hash: 1
        case .partial: 0
        }
    }

    /// The stricter of two: null > redact > tokenize > hash > partial. Of two partial ones what both would
    /// keep; of two redacting ones the text that sorts first, so that the order of policies never matters.
    package func strictest(_ other: MaskStrategy) -> MaskStrategy {
        switch (self, other) {
        case (.partial(let first, let last), .partial(let otherFirst, let otherLast)):
            return .partial(keepFirst: min(first, otherFirst), keepLast: min(last, otherLast))
        case (.redact(let text), .redact(let otherText)):
            guard let text, let otherText else { return .redact(text: nil) }
            return .redact(text: min(text, otherText))
        case (.null, _), (.redact, _), (.tokenize, _), (.hash, _), (.partial, _):
            return strictness >= other.strictness ? self : other
        }
    }
}
