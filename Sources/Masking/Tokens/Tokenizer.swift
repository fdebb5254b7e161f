internal import Synchronization

/// Makes tokens of values, or looks for them among values: one walk through every type and format serves both.
package struct Tokenizer: Sendable {
    private enum Work {
        case make(TokenCipher, ShownTokens?)
        case look(TokenSearch)
    }

    private let work: Work

    /// Makes tokens.
    ///
    /// - Parameter shown: where they are remembered.
    package init(_ key: MaskKey, remembering shown: ShownTokens? = nil) {
        work = .make(TokenCipher(key: key, direction: .tokenizing), shown)
    }

    /// Leaves every value as it is, and tells `search` of it.
    init(_ search: TokenSearch) { work = .look(search) }

    /// What was remembered so far; nil when nothing is.
    var shown: ShownTokens? {
        switch work {
        case .make(_, let shown): shown
        case .look(let search): search.shown
        }
    }

    func text(_ value: Span<UInt8>) -> [UInt8]? {
        var copy: [UInt8] = []
        copy.append(value)
        return token(copy, written: \.self) { $0.text($1.span) }
    }

    func integer(_ value: Int64) -> Int64? {
        func written(_ value: Int64) -> [UInt8] { Array(String(value).utf8) }
        return token(value, written: written) { $0.integer($1) }
    }

    /// Of a decimal text.
    func numeric(_ text: [UInt8]) -> [UInt8]? {
        token(text, written: \.self) { $0.numeric($1) }
    }

    func dateTime(_ value: DateTime) -> DateTime? {
        token(value, written: Self.written) { $0.dateTime($1) }
    }

    func timeOfDay(_ value: DateTime) -> DateTime? {
        func written(_ value: DateTime) -> [UInt8] { Array(Self.written(value).dropFirst(11)) }
        return token(value, written: written) { $0.timeOfDay($1) }
    }

    func interval(_ value: IntervalValue) -> IntervalValue? {
        func written(_ value: IntervalValue) -> [UInt8] {
            var text: [UInt8] = []
            value.append(.text, into: &text)
            return text
        }
        return token(value, written: written) { $0.interval($1) }
    }

    /// Of a type whose values are digits below a radix that is at most 256.
    func digits(_ value: [UInt32], radix: UInt32, domain: TokenCipher.Domain) -> [UInt32]? {
        func written(_ digits: [UInt32]) -> [UInt8] { digits.map { UInt8(truncatingIfNeeded: $0) } }
        return token(value, written: written) { $0.digits($1, radix: radix, domain: domain) }
    }

    func uuid(_ value: [UInt8]) -> [UInt8]? {
        token(value, written: \.self) { $0.uuid($1) }
    }

    func bytes(_ value: [UInt8]) -> [UInt8]? {
        token(value, written: \.self) { $0.bytes($1) }
    }

    /// One of the labels for another one.
    func label(_ position: Int, of labels: [[UInt8]]) -> [UInt8]? {
        token(labels[position], written: \.self) { cipher, _ in
            labels[cipher.permute(position, below: labels.count, domain: .label)]
        }
    }

    private static func written(_ value: DateTime) -> [UInt8] {
        var text: [UInt8] = []
        value.appendDateTime(into: &text)
        return text
    }

    private func token<Value: Equatable>(
        _ value: Value, written: (Value) -> [UInt8], _ make: (TokenCipher, Value) -> Value?
    ) -> Value? {
        switch work {
        case .make(let cipher, let shown):
            guard let token = make(cipher, value) else { return nil }
            // A text without letters and digits, say, is its own token, and shows nothing.
            if let shown, token != value { shown.add(written(token).span) }
            return token
        case .look(let search):
            search.look(at: written(value).span)
            return value
        }
    }
}

/// Whether tokens that were shown are among values.
final class TokenSearch: Sendable {
    let shown: ShownTokens
    private let found = Atomic(false)

    init(for shown: ShownTokens) { self.shown = shown }

    var hasFound: Bool { found.load(ordering: .relaxed) }

    func look(at value: Span<UInt8>) {
        if shown.contains(value) { found.store(true, ordering: .relaxed) }
    }
}
