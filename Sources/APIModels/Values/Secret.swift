/// A value that must not show: every way of printing or dumping it gives `[redacted]`, and it cannot be
/// encoded.
package struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    package init(_ value: Value) { self.value = value }

    /// The value itself. Call it where the value is used, and nowhere before.
    package func reveal() -> Value { value }

    package func map<Result: Sendable>(_ transform: (Value) throws -> Result) rethrows -> Secret<Result> {
        Secret<Result>(try transform(value))
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Decodable where Value: Decodable {
    package init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(Value.self)
    }
}

extension Secret where Value: Codable {
    /// For the one answer that shows a secret to its owner.
    package var shownOnce: ShownSecret<Value> { ShownSecret(secret: self) }
}

/// A secret that goes into an answer, on purpose. It still prints as `[redacted]`.
package struct ShownSecret<Value: Sendable & Codable>: Sendable, Codable, CustomStringConvertible {
    private let secret: Secret<Value>

    fileprivate init(secret: Secret<Value>) { self.secret = secret }

    package init(from decoder: any Decoder) throws { secret = try Secret(from: decoder) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(secret.reveal())
    }

    package func reveal() -> Value { secret.reveal() }

    package var description: String { secret.description }
}
