/// What values look like that a mask has made, to know them when they come back in a statement that writes.
package struct MaskedForm: Sendable {
    private let method: MaskMethod
    /// What the values may be of, and the detectors that find what was masked inside them.
    private let kinds: [ValueKind]
    private let detectors: DetectorSet?

    /// Nil for a mask whose values look like any other: NULL, and tokens that nobody remembers.
    ///
    /// - Parameters:
    ///   - kinds: of the columns that the values are for; tokens of other kinds are not looked for.
    ///   - detectors: where the mask takes the place of what they find, and not of whole values.
    package init?(_ method: MaskMethod, kinds: [ValueKind] = [.text], detectors: DetectorSet? = nil) {
        switch method {
        case .null: return nil
        case .tokenize(let tokenizer): if tokenizer.shown == nil { return nil }
        case .redact, .partial, .hash: break
        }
        self.method = method
        self.kinds = kinds
        self.detectors = detectors
    }

    /// Whether a value can only be, or holds, what the mask shows.
    package func matches(_ value: Span<UInt8>, _ format: CellFormat = .text) -> Bool {
        switch method {
        case .null: false
        case .tokenize(let tokenizer): tokenizer.shown.map { holdsToken($0, value, format) } ?? false
        case .redact(let text): text.isEmpty ? false : Self.contains(value, text.span)
        case .partial(let first, let last): PartialForm(keepFirst: first, keepLast: last).matches(value)
        case .hash: Self.isHashText(value) || Self.isHashUUID(value)
        }
    }

    /// A walk through the value as through one that is masked. What is no value of a kind is none of its tokens.
    private func holdsToken(_ shown: ShownTokens, _ value: Span<UInt8>, _ format: CellFormat) -> Bool {
        let search = TokenSearch(for: shown)
        let method = MaskMethod.tokenize(Tokenizer(search))
        var ignored: [UInt8] = []
        for kind in kinds {
            ignored.removeAll(keepingCapacity: true)
            if let detectors {
                _ = DetectingMask(detectors: detectors, method: method)
                    .append(kind, format, value, into: &ignored)
            } else {
                _ = ValueMask(method: method).append(kind, format, value, into: &ignored)
            }
            if search.hasFound { return true }
        }
        return false
    }

    private static func contains(_ value: Span<UInt8>, _ part: Span<UInt8>) -> Bool {
        guard value.count >= part.count else { return false }
        for start in 0...(value.count - part.count)
        where value[start] == part[0] && value.extracting(start..<(start + part.count)).equals(part) {
            return true
        }
        return false
    }

    /// 16 bytes in lower-case hexadecimal.
    private static func isHashText(_ value: Span<UInt8>) -> Bool {
        guard value.count == 32 else { return false }
        for index in 0..<32 where !isLowerHexadecimal(value[index]) { return false }
        return true
    }

    /// A uuid of version 8 and variant 10.
    private static func isHashUUID(_ value: Span<UInt8>) -> Bool {
        guard value.count == 36, value[14] == UInt8(ascii: "8") else { return false }
        for index in 0..<36 {
            switch index {
            case 8, 13, 18, 23: if value[index] != UInt8(ascii: "-") { return false }
            default: if !isLowerHexadecimal(value[index]) { return false }
            }
        }
        return value[19].hexadecimalValue.map { $0 & 0x0c == 0x08 } ?? false
    }

    private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
        byte.isDigit || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"))
    }
}

/// `*` in the place of every letter and digit but the first and last few.
private struct PartialForm {
    let keepFirst: Int
    let keepLast: Int

    func matches(_ value: Span<UInt8>) -> Bool {
        var total = 0
        for index in 0..<value.count where Self.isPlace(value[index]) { total += 1 }
        let hidesAll = total <= keepFirst + keepLast
        let hidden = hidesAll ? 0..<total : keepFirst..<(total - keepLast)
        // A single star may be a text's own.
        guard hidden.count >= 2 else { return false }
        var place = 0
        for index in 0..<value.count where Self.isPlace(value[index]) {
            if hidden.contains(place), value[index] != UInt8(ascii: "*") { return false }
            place += 1
        }
        return true
    }

    private static func isPlace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "*") || PartialText.beginsCharacter(byte)
    }
}
