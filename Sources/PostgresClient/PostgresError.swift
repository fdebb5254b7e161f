/// Why a statement gave no result. Every text in it is for the operator, never for a caller of the API.
package enum PostgresError: Error, Sendable {
    /// The server refused the statement; the connection is still good.
    case server(PostgresServerError)
    /// No connection could be made, or it was lost. Whether a statement under way took effect is unknown.
    case connection(String)
    /// All connections were busy until the deadline.
    case poolExhausted
    /// The server did not answer in time; the connection was given up.
    case timedOut
    /// The pool or connection was closed on this side.
    case closed
    /// A text parameter holds U+0000, which no PostgreSQL text can.
    case textContainsNUL
    /// A column is not what the code takes it for.
    case decoding(column: String, reason: String)

    package var server: PostgresServerError? {
        if case .server(let error) = self { error } else { nil }
    }

    /// The database is away or overloaded: the caller may come again later.
    package var isUnavailable: Bool {
        switch self {
        case .connection, .poolExhausted, .timedOut, .closed: true
        case .server(let error): error.isUnavailable
        case .textContainsNUL, .decoding: false
        }
    }
}

/// An ErrorResponse of the server (PostgreSQL manual, section 55.8).
package struct PostgresServerError: Error, Sendable {
    package let state: SQLState
    package let message: String
    package let detail: String?
    package let hint: String?
    package let constraint: String?
    package let table: String?
    package let column: String?

    var isUnavailable: Bool {
        switch state {
        case .adminShutdown, .crashShutdown, .cannotConnectNow, .tooManyConnections: true
        default: false
        }
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .server(let error): error.description
        case .connection(let reason): "PostgreSQL connection: \(reason)"
        case .poolExhausted: "PostgreSQL connections were all busy"
        case .timedOut: "PostgreSQL did not answer in time"
        case .closed: "the PostgreSQL connection is closed"
        case .textContainsNUL: "a text parameter contains U+0000"
        case .decoding(let column, let reason): "column \"\(column)\": \(reason)"
        }
    }
}

extension PostgresServerError: CustomStringConvertible {
    package var description: String {
        var text = "\(state): \(message)"
        if let constraint { text += " (constraint \(constraint))" }
        if let detail { text += "; \(detail)" }
        return text
    }
}
