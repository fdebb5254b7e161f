internal import CLibpq

/// What a NOTIFY brought (PostgreSQL manual, section 34.9).
package struct PostgresNotification: Sendable, Hashable {
    package let channel: String
    package let payload: String

    init(_ notification: PGnotify) {
        channel = String(cString: notification.relname)
        payload = String(cString: notification.extra)
    }
}

extension PostgresServerError {
    /// The fields of an error result (PostgreSQL manual, section 34.3.1).
    init(_ result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else {
                return nil
            }
            return String(cString: text)
        }
        state = SQLState(field("C") ?? "XX000")
        message = field("M") ?? String(cString: PQresultErrorMessage(result))
        detail = field("D")
        hint = field("H")
        constraint = field("n")
        table = field("t")
        column = field("c")
    }
}
