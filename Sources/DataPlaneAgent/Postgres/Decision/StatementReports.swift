internal import PostgresWire
internal import SQLInspection

extension InspectionFailure {
    /// The refusal of a text that could not be inspected. A syntax error reads as the server's own would.
    var report: Report {
        switch self {
        case .syntax(let message, let position):
            Report(.error, .syntaxError, message, position: position > 0 ? position : nil)
        case .tooComplex:
            Report(
                .error, .statementTooComplex, message,
                hint: "Split the statement, or pass its values as parameters or with COPY.")
        case .namesAlike:
            Report(
                .error, .featureNotSupported, message,
                hint: "Use one of them in a statement at most, or rename it.")
        case .unavailable:
            Report(.error, .insufficientResources, message, hint: "Try again.")
        }
    }
}

extension Report {
    static func unknownStatement(_ name: WireName) -> Report {
        name.isUnnamed
            ? Report(.error, .invalidStatementName, "unnamed prepared statement does not exist")
            : Report(.error, .invalidStatementName, "prepared statement \"\(name)\" does not exist")
    }

    static func unknownPortal(_ name: WireName) -> Report {
        Report(.error, .invalidCursorName, "portal \"\(name)\" does not exist")
    }

    static var abortedTransaction: Report {
        Report(
            .error, .inFailedTransaction,
            "current transaction is aborted, commands ignored until end of transaction block")
    }

    /// What the gateway reads texts by may not change under it.
    static func pinned(_ setting: String) -> Report {
        Report(
            .error, .featureNotSupported, "the setting \"\(setting)\" cannot be changed through the gateway",
            hint: "It speaks UTF8 and standard-conforming strings.")
    }

    static func tooManyNames(_ what: String) -> Report {
        Report(
            .error, .configurationLimitExceeded, "the session holds too many \(what)",
            hint: "Close those that are no longer needed.")
    }

    static var reservedName: Report {
        Report(
            .error, .insufficientPrivilege, "this name is reserved by the gateway", hint: "Use another name.")
    }
}
