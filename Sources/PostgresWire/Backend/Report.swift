/// An error or a notice that one of ours writes, or that was read to be kept: severity, SQLSTATE and texts.
package struct Report: Error, Equatable, Sendable {
    package enum Severity: String, Sendable {
        case error = "ERROR"
        case fatal = "FATAL"
        case panic = "PANIC"
        case warning = "WARNING"
        case notice = "NOTICE"
        case info = "INFO"
        case log = "LOG"
        case debug = "DEBUG"
    }

    package var severity: Severity
    package var sqlState: SQLState
    package var message: String
    package var detail: String?
    package var hint: String?
    /// Where in the statement, in characters from 1.
    package var position: Int?

    package init(
        _ severity: Severity, _ sqlState: SQLState, _ message: String, detail: String? = nil,
        hint: String? = nil,
        position: Int? = nil
    ) {
        self.severity = severity
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.hint = hint
        self.position = position
    }

    /// Reads what a server sent. A severity or SQLSTATE that is none counts as an internal error of that server.
    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        let fields = try ReportFields(decoding: body)
        func text(_ field: ReportField) -> String? { fields.text(field).map { body.text($0) } }
        severity =
            text(.severity).flatMap(Severity.init) ?? text(.localizedSeverity).flatMap(Severity.init)
            ?? .error
        sqlState = text(.sqlState).flatMap(SQLState.init) ?? .internalError
        message = text(.message) ?? ""
        detail = text(.detail)
        hint = text(.hint)
        position = text(.position).flatMap { Int($0) }
    }

    package func writeError(into bytes: inout [UInt8]) { write(.errorResponse, into: &bytes) }
    package func writeNotice(into bytes: inout [UInt8]) { write(.noticeResponse, into: &bytes) }

    private func write(_ type: BackendType, into bytes: inout [UInt8]) {
        bytes.appendFrame(type.rawValue) { bytes in
            func field(_ field: ReportField, _ text: String?) {
                guard let text else { return }
                bytes.append(field.rawValue)
                bytes.appendCString(text)
            }
            field(.localizedSeverity, severity.rawValue)
            field(.severity, severity.rawValue)
            field(.sqlState, sqlState.code)
            field(.message, message)
            field(.detail, detail)
            field(.hint, hint)
            field(.position, position.map(String.init))
            bytes.append(0)
        }
    }
}
