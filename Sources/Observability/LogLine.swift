import Logging

/// Renders log events as lines. Keys are sorted, so that equal events give equal lines.
enum LogLine {
    static func json(
        time: LogTime, level: Logger.Level, label: String, message: String, _ metadata: Logger.Metadata
    ) -> String {
        var line = "{\"time\":\"\(time.rfc3339)\",\"level\":\"\(level.rawValue)\",\"logger\":"
        appendQuoted(label, to: &line)
        line += ",\"message\":"
        appendQuoted(message, to: &line)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += ","
            appendQuoted(reserved.contains(key) ? "metadata.\(key)" : key, to: &line)
            line += ":"
            appendJSON(value, to: &line)
        }
        line += "}\n"
        return line
    }

    static func human(
        time: LogTime, level: Logger.Level, label: String, message: String, _ metadata: Logger.Metadata
    ) -> String {
        let name = level.rawValue.uppercased()
        var line = time.timeOfDay + " " + name + String(repeating: " ", count: max(1, 9 - name.utf8.count))
        appendPlain(message, to: &line)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " "
            appendPlain(key, to: &line)
            line += "="
            let text = value.description
            if text.utf8.allSatisfy({
                $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
            }) {
                line += text
            } else {
                appendQuoted(text, to: &line)
            }
        }
        line += "\n"
        return line
    }

    /// Keys that the event itself owns; metadata may not replace them.
    private static let reserved: Set<String> = ["time", "level", "logger", "message"]

    private static func appendJSON(_ value: Logger.Metadata.Value, to line: inout String) {
        switch value {
        case .string(let text): appendQuoted(text, to: &line)
        case .stringConvertible(let convertible): appendQuoted(convertible.description, to: &line)
        case .array(let items):
            line += "["
            for (index, item) in items.enumerated() {
                if index > 0 { line += "," }
                appendJSON(item, to: &line)
            }
            line += "]"
        case .dictionary(let entries):
            line += "{"
            for (index, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line += "," }
                appendQuoted(entry.key, to: &line)
                line += ":"
                appendJSON(entry.value, to: &line)
            }
            line += "}"
        }
    }

    /// A JSON string (RFC 8259 section 7).
    private static func appendQuoted(_ text: String, to line: inout String) {
        line += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            case "\u{00}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
                appendEscape(scalar, to: &line)
            default: line.unicodeScalars.append(scalar)
            }
        }
        line += "\""
    }

    /// Text for a terminal: control characters, which could move the cursor, are escaped.
    private static func appendPlain(_ text: String, to line: inout String) {
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
                appendEscape(scalar, to: &line)
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }

    private static func appendEscape(_ scalar: Unicode.Scalar, to line: inout String) {
        let digits = String(scalar.value, radix: 16)
        line += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}
