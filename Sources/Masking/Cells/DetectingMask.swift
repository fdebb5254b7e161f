/// Masks what detectors find inside a value, and leaves the rest of it. Looks into text, JSON, arrays of them, and the text
/// of types that are not known here; numbers, dates and the like are not text.
struct DetectingMask {
    let detectors: DetectorSet
    let method: MaskMethod

    func append(
        _ kind: ValueKind, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]
    ) -> CellOutcome {
        switch kind {
        case .text, .boundedText, .xml: return appendText(cell, into: &out)
        case .json: return appendJSON(cell, into: &out)
        case .jsonb:
            guard format == .binary else { return appendJSON(cell, into: &out) }
            guard cell.count >= 1, cell[0] == 1 else { return .null }
            out.append(1)
            return appendJSON(cell.extracting(1..<cell.count), into: &out)
        case .array(let element, let elementType):
            return ArrayRewriter(element: element, elementType: elementType, format: format)
                .rewrite(cell, into: &out) { value, out in append(element, format, value, into: &out) }
        case .hstore:
            return HstoreRewriter(format: format)
                .rewrite(cell, into: &out) { value, out in appendText(value, into: &out) }
        case .opaque: return appendOpaque(format, cell, into: &out)
        case .network(let isNetwork): return appendNetwork(isNetwork, format, cell, into: &out)
        case .composite(let fields):
            return CompositeRewriter(fields: fields, format: format)
                .rewrite(cell, into: &out) { kind, value, out in append(kind, format, value, into: &out) }
        case .integer, .numeric, .float, .boolean, .date, .timestamp, .time, .hardwareAddress, .bits, .uuid,
            .interval, .money, .range, .multirange, .bytea, .enumeration:
            out.append(cell)
            return .same
        }
    }

    private func appendText(_ text: Span<UInt8>, into out: inout [UInt8]) -> CellOutcome {
        append(text, detectors.scan(text), into: &out)
    }

    /// Appends the text with the findings in it masked.
    func append(_ text: Span<UInt8>, _ findings: [Finding], into out: inout [UInt8]) -> CellOutcome {
        guard !findings.isEmpty else {
            out.append(text)
            return .same
        }
        if case .null = method { return .null }
        var copied = 0
        for finding in findings {
            out.append(text.extracting(copied..<finding.range.lowerBound))
            guard ValueMask(method: method).appendText(text.extracting(finding.range), into: &out) else {
                return .null
            }
            copied = finding.range.upperBound
        }
        out.append(text.extracting(copied..<text.count))
        return .masked
    }

    /// A type whose grammar is unknown: in text the finding is replaced when the replacement has no character that could
    /// mean something in a composite or array; else, and in binary, the whole value goes.
    private func appendOpaque(_ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8])
        -> CellOutcome
    {
        let findings = detectors.scan(cell)
        guard !findings.isEmpty else {
            out.append(cell)
            return .same
        }
        guard format == .text, isPlain else { return .null }
        return append(cell, findings, into: &out)
    }

    /// An address is what one of the detectors looks for, in any format: found or not as its text is.
    private func appendNetwork(
        _ isNetwork: Bool, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]
    ) -> CellOutcome {
        guard detectors.contains(.ipAddress) else {
            out.append(cell)
            return .same
        }
        return ValueMask(method: method).appendNetwork(isNetwork, format, cell, into: &out) ? .masked : .null
    }

    private var isPlain: Bool {
        switch method {
        case .null: false
        case .partial, .hash, .tokenize: true
        case .redact(let text):
            text.allSatisfy { byte in
                PartialText.beginsCharacter(byte) || byte & 0xc0 == 0x80 || byte == UInt8(ascii: "[")
                    || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-")
            }
        }
    }

    /// Looks into each string and number of a JSON text. A string that has escapes is judged by what it decodes to. What
    /// is found in a number takes the whole number, which becomes a string.
    private func appendJSON(_ text: Span<UInt8>, into out: inout [UInt8]) -> CellOutcome {
        var outcome = CellOutcome.same
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\"") {
                var end = index + 1
                var hasEscapes = false
                while end < text.count, text[end] != UInt8(ascii: "\"") {
                    let isEscape = text[end] == UInt8(ascii: "\\")
                    hasEscapes = hasEscapes || isEscape
                    end += isEscape ? 2 : 1
                }
                guard end < text.count else { return .null }
                out.append(byte)
                switch appendJSONContent(text.extracting((index + 1)..<end), hasEscapes, into: &out) {
                case .same: break
                case .masked: outcome = .masked
                case .null: return .null
                }
                out.append(byte)
                index = end + 1
            } else if byte.isDigit || byte == UInt8(ascii: "-") {
                var end = index + 1
                while end < text.count, Self.continuesNumber(text[end]) { end += 1 }
                let number = text.extracting(index..<end)
                if detectors.scan(number).isEmpty {
                    out.append(number)
                } else {
                    guard ValueMask(method: method).appendJSON(number, into: &out) else { return .null }
                    outcome = .masked
                }
                index = end
            } else {
                out.append(byte)
                index += 1
            }
        }
        return outcome
    }

    private static func continuesNumber(_ byte: UInt8) -> Bool {
        byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    private func appendJSONContent(
        _ content: Span<UInt8>, _ hasEscapes: Bool, into out: inout [UInt8]
    ) -> CellOutcome {
        var masked: [UInt8] = []
        let outcome: CellOutcome
        if hasEscapes {
            guard let decoded = JSONText.decoded(content) else { return .null }
            outcome = appendText(decoded.span, into: &masked)
        } else {
            outcome = appendText(content, into: &masked)
        }
        switch outcome {
        case .same: out.append(content)
        case .masked: JSONText.appendContent(masked.span, into: &out)
        case .null: break
        }
        return outcome
    }
}
