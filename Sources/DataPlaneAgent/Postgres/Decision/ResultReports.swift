internal import PostgresWire

/// What is said in the place of a result, or of a message that could carry masked values.
extension Report {
    static func tooManyRows(_ limit: Int64) -> Report {
        Report(
            .error, .configurationLimitExceeded,
            "the result has more than the \(limit) rows that policy allows",
            detail: #"{"code":"row_limit_exceeded","max_rows":\#(limit)}"#,
            hint: "Add a LIMIT, or ask for less at a time.")
    }

    /// An error that keeps its code and loses its texts: they could carry values that are masked in results. So could a code
    /// that is none of the server's own.
    var withheld: Report {
        let sqlState = sqlState.isConditionOfTheServer ? sqlState : .raiseException
        return Report(
            severity, sqlState, "the statement failed with SQLSTATE \(sqlState); its message is withheld",
            hint: "The statement touches masked columns, and messages can carry their values.")
    }

    static var withheldNotice: Report {
        Report(
            .notice, .successfulCompletion, "a notice was withheld: the statement touches masked columns")
    }
}
