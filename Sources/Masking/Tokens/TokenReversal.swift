/// What a token stands for, by the type of the column that it was read from.
package enum TokenKind: String, Sendable, CaseIterable {
    case text, integer, numeric, date, timestamp, uuid
}

/// The way back from tokens to values, for whoever holds the key.
package struct TokenReversal: Sendable {
    private let cipher: TokenCipher

    package init(_ key: MaskKey) { cipher = TokenCipher(key: key, direction: .detokenizing) }

    /// The value, in PostgreSQL's text format; nil when the text is no value of this kind. Every value is the token of some
    /// value, so a text that never was a token gives one, too.
    package func value(of token: String, _ kind: TokenKind) -> String? {
        let bytes = Array(token.utf8)
        switch kind {
        case .text: return cipher.text(bytes.span).map { String(decoding: $0, as: UTF8.self) }
        case .integer: return IntegerCodec.parse(bytes.span).flatMap(cipher.integer).map { "\($0)" }
        case .numeric:
            guard IntegerCodec.parse(bytes.span) != nil || Self.isDecimal(bytes) else { return nil }
            return cipher.numeric(bytes).map { String(decoding: $0, as: UTF8.self) }
        case .date: return dateTime(bytes, hasTime: false)
        case .timestamp: return dateTime(bytes, hasTime: true)
        case .uuid: return uuid(bytes)
        }
    }

    private static func isDecimal(_ bytes: [UInt8]) -> Bool {
        let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return (1...2).contains(parts.count) && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isDigit) }
    }

    /// A time with a zone is tokenized in UTC.
    private func dateTime(_ bytes: [UInt8], hasTime: Bool) -> String? {
        var rest = 0
        guard let token = DateTime(bytes.span, hasTime: hasTime, rest: &rest),
            rest == bytes.count || hasTime && bytes[rest...].elementsEqual("+00".utf8),
            let value = cipher.dateTime(token)
        else { return nil }
        var out: [UInt8] = []
        if hasTime { value.appendDateTime(into: &out) } else { value.appendDate(into: &out) }
        return String(decoding: out + bytes[rest...], as: UTF8.self)
    }

    private func uuid(_ bytes: [UInt8]) -> String? {
        guard let token = ValueMask.uuid(bytes.span) else { return nil }
        var out: [UInt8] = []
        ValueMask.append(uuid: cipher.uuid(token), into: &out)
        return String(decoding: out, as: UTF8.self)
    }
}
