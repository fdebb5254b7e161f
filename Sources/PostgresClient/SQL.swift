/// A statement with its parameters: `$n` in the text, values apart from it.
///
/// Written as a string literal; every interpolated value becomes a bound parameter, so that no value can ever be spliced
/// into the text. Another `SQL` can be interpolated as a fragment, and its parameters are renumbered:
///
///     let filter: SQL = "kind = \(kind)"
///     let query: SQL = "SELECT name FROM principals WHERE \(filter) LIMIT \(limit)"
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// Pieces of text around the parameters: one more than there are values.
    private(set) var pieces: [String]
    private(set) var values: [PostgresValue]

    package init(stringLiteral value: String) {
        pieces = [value]
        values = []
    }

    package init(stringInterpolation: Interpolation) {
        pieces = stringInterpolation.pieces
        values = stringInterpolation.values
    }

    private init(pieces: [String], values: [PostgresValue]) {
        self.pieces = pieces
        self.values = values
    }

    /// A statement read from a file of the product (a migration): trusted text without parameters.
    package init(trusted text: String) {
        pieces = [text]
        values = []
    }

    /// The text as the server gets it.
    package var text: String {
        var text = pieces[0]
        for (index, piece) in pieces.dropFirst().enumerated() {
            text += "$\(index + 1)"
            text += piece
        }
        return text
    }

    /// The fragments with `separator` between them; "true" when there are none, for lists of conditions.
    package static func all(_ conditions: [SQL]) -> SQL {
        guard let first = conditions.first else { return "true" }
        return conditions.dropFirst().reduce("(\(first))") { "\($0) AND (\($1))" }
    }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var pieces: [String] = [""]
        fileprivate var values: [PostgresValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount + 1)
            values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            pieces[pieces.count - 1] += literal
        }

        package mutating func appendInterpolation(_ value: some PostgresEncodable) {
            values.append(PostgresValue(value))
            pieces.append("")
        }

        package mutating func appendInterpolation<T: PostgresEncodable>(_ value: T?) {
            values.append(value?.postgresValue ?? T.postgresNull)
            pieces.append("")
        }

        package mutating func appendInterpolation(_ fragment: SQL) {
            pieces[pieces.count - 1] += fragment.pieces[0]
            pieces.append(contentsOf: fragment.pieces.dropFirst())
            values.append(contentsOf: fragment.values)
        }
    }
}
