/// An error code of five characters out of 0-9 and A-Z (manual, appendix A "PostgreSQL Error Codes").
package struct SQLState: Hashable, Sendable {
    package let code: String

    /// Nil unless it is five digits or capital letters.
    package init?(_ code: String) {
        guard code.utf8.count == 5, code.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.code = code
    }

    init(known code: StaticString) { self.code = "\(code)" }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

extension SQLState: CustomStringConvertible {
    package var description: String { code }
}

extension SQLState {
    package static let successfulCompletion = SQLState(known: "00000")
    package static let warning = SQLState(known: "01000")
    package static let sqlStatementNotYetComplete = SQLState(known: "03000")
    package static let connectionException = SQLState(known: "08000")
    package static let sqlClientUnableToEstablishConnection = SQLState(known: "08001")
    package static let sqlServerRejectedConnection = SQLState(known: "08004")
    package static let connectionFailure = SQLState(known: "08006")
    package static let protocolViolation = SQLState(known: "08P01")
    package static let featureNotSupported = SQLState(known: "0A000")
    package static let invalidParameterValue = SQLState(known: "22023")
    package static let characterNotInRepertoire = SQLState(known: "22021")
    package static let activeTransaction = SQLState(known: "25001")
    package static let readOnlyTransaction = SQLState(known: "25006")
    package static let inFailedTransaction = SQLState(known: "25P02")
    package static let idleInTransactionTimeout = SQLState(known: "25P03")
    package static let invalidStatementName = SQLState(known: "26000")
    package static let invalidAuthorization = SQLState(known: "28000")
    package static let invalidPassword = SQLState(known: "28P01")
    package static let invalidCursorName = SQLState(known: "34000")
    package static let invalidCatalogName = SQLState(known: "3D000")
    package static let serializationFailure = SQLState(known: "40001")
    package static let syntaxError = SQLState(known: "42601")
    package static let insufficientPrivilege = SQLState(known: "42501")
    package static let duplicatePreparedStatement = SQLState(known: "42P05")
    package static let duplicateCursor = SQLState(known: "42P03")
    package static let insufficientResources = SQLState(known: "53000")
    package static let diskFull = SQLState(known: "53100")
    package static let outOfMemory = SQLState(known: "53200")
    package static let tooManyConnections = SQLState(known: "53300")
    package static let configurationLimitExceeded = SQLState(known: "53400")
    package static let programLimitExceeded = SQLState(known: "54000")
    package static let statementTooComplex = SQLState(known: "54001")
    package static let prerequisiteNotMet = SQLState(known: "55000")
    package static let operatorIntervention = SQLState(known: "57000")
    package static let queryCanceled = SQLState(known: "57014")
    package static let adminShutdown = SQLState(known: "57P01")
    package static let crashShutdown = SQLState(known: "57P02")
    package static let cannotConnectNow = SQLState(known: "57P03")
    package static let idleSessionTimeout = SQLState(known: "57P05")
    package static let systemError = SQLState(known: "58000")
    package static let ioError = SQLState(known: "58030")
    package static let internalError = SQLState(known: "XX000")
}
