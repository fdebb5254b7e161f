/// A five-character error code of the server (PostgreSQL manual, appendix A).
package struct SQLState: Sendable, Hashable, CustomStringConvertible {
    package let code: String

    package init(_ code: String) {
        self.code = code
    }

    package var description: String { code }

    package static let uniqueViolation = SQLState("23505")
    package static let foreignKeyViolation = SQLState("23503")
    package static let checkViolation = SQLState("23514")
    package static let notNullViolation = SQLState("23502")
    package static let serializationFailure = SQLState("40001")
    package static let deadlockDetected = SQLState("40P01")
    package static let lockNotAvailable = SQLState("55P03")
    package static let queryCanceled = SQLState("57014")
    package static let adminShutdown = SQLState("57P01")
    package static let crashShutdown = SQLState("57P02")
    package static let cannotConnectNow = SQLState("57P03")
    package static let tooManyConnections = SQLState("53300")
    package static let undefinedTable = SQLState("42P01")
    package static let featureNotSupported = SQLState("0A000")
    package static let invalidStatementName = SQLState("26000")

    /// The whole transaction may be run again: it failed for what others did at the same time.
    package var isTransient: Bool { self == .serializationFailure || self == .deadlockDetected }
}
