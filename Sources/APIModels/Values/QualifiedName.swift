/// How identifiers of a database are joined into one text: `public.orders`, `public.customers.ssn`.
///
/// An identifier with a dot, a double quote, an asterisk or a control character in it is put in double quotes, so that no
/// two tables share a text and none reads as a pattern.
package enum QualifiedName {
    package static func join(_ identifiers: [String]) -> String {
        identifiers.map(quotedIfNeeded).joined(separator: ".")
    }

    private static func quotedIfNeeded(_ identifier: String) -> String {
        let special =
            identifier.isEmpty
            || identifier.utf8.contains { $0 == 0x2E || $0 == 0x22 || $0 == 0x2A || $0 < 0x20 }
        return special ? quoted(identifier) : identifier
    }

    /// In double quotes, whatever it is. By Unicode scalars: a quote and a combining mark behind it are one `Character`, and still a quote.
    package static func quoted(_ identifier: String) -> String {
        var quoted = "\"".unicodeScalars
        for scalar in identifier.unicodeScalars {
            if scalar == "\"" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }

    /// The identifiers of a text, quotes removed; nil when it is malformed.
    package static func split(_ text: String) -> [String]? {
        var identifiers: [String] = []
        var rest = text.unicodeScalars[...]
        while true {
            guard let identifier = takeIdentifier(&rest) else { return nil }
            identifiers.append(identifier)
            guard let separator = rest.popFirst() else { return identifiers }
            guard separator == "." else { return nil }
        }
    }

    private static func takeIdentifier(_ rest: inout Substring.UnicodeScalarView) -> String? {
        var identifier = String.UnicodeScalarView()
        guard rest.first == "\"" else {
            while let scalar = rest.first, scalar != "." {
                guard scalar != "\"", scalar.value >= 0x20 else { return nil }
                identifier.append(scalar)
                rest.removeFirst()
            }
            return identifier.isEmpty ? nil : String(identifier)
        }
        rest.removeFirst()
        while let scalar = rest.popFirst(), scalar.value != 0 {
            if scalar == "\"" {
                guard rest.first == "\"" else { return String(identifier) }
                rest.removeFirst()
            }
            identifier.append(scalar)
        }
        return nil
    }
}

/// A column with its schema and table: `public.customers.ssn`.
package struct ColumnName: Hashable, Sendable, Comparable, JSONText {
    package let description: String

    package init(schema: String, table: String, column: String) {
        description = QualifiedName.join([schema, table, column])
    }

    package init(text: String) throws(InvalidValue) {
        guard text.utf8.count <= Glob.maximumLength, let parts = QualifiedName.split(text), parts.count == 3
        else { throw InvalidValue("must be schema.table.column") }
        description = QualifiedName.join(parts)
        // Quotes that were not in the text can make it longer than what is read back.
        guard description.utf8.count <= Glob.maximumLength else {
            throw InvalidValue("must be schema.table.column")
        }
    }

    package static func < (left: ColumnName, right: ColumnName) -> Bool {
        left.description < right.description
    }
    package static var placeholder: ColumnName { ColumnName(schema: "s", table: "t", column: "c") }
}
