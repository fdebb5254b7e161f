internal import PostgresWire
internal import Reactor

/// Why a session ends. Each case knows what the client is told, if anything, and the word that goes into the record.
///
/// Indirect: it comes once in a session, and its place is kept free in every stretch of the pumps.
indirect enum SessionEnd: Error {
    /// Terminate, or the client's end of stream.
    case clientClosed
    case clientFailed(IOError)
    case upstreamClosed
    case upstreamFailed(IOError)
    /// The client broke the protocol.
    case clientViolation(WireViolation)
    /// The server sent what no entry of the ledger explains, or broke the protocol.
    case upstreamViolation(String)
    /// A text that the gateway can no longer stand behind: a setting that it pins was changed.
    case unpinned(String)
    /// The records cannot be kept, so nothing may run.
    case unrecordable(SpoolError)
    /// By the control plane, the lease, the drain.
    case terminated(Report, reason: String)

    /// What the client is told before the connection closes; nil when there is nobody to tell.
    var report: Report? {
        switch self {
        case .clientClosed, .clientFailed, .upstreamClosed: nil
        case .upstreamFailed:
            Report(
                .fatal, .connectionFailure, "the connection to the resource was lost", hint: "Connect again.")
        case .clientViolation(let violation):
            Report(.fatal, .protocolViolation, "the message is not of the PostgreSQL protocol: \(violation)")
        case .upstreamViolation:
            Report(
                .fatal, .protocolViolation,
                "the resource sent a message that its protocol does not allow here",
                hint: "The session was closed, because it could not be followed further. Connect again.")
        case .unpinned(let setting):
            Report(
                .fatal, .insufficientPrivilege,
                "the setting \"\(setting)\" was changed away from what the gateway needs",
                hint: "Leave it as it is: statements could otherwise mean something else than they say.")
        case .unrecordable(let error):
            error.report(severity: .fatal)
        case .terminated(let report, _): report
        }
    }

    /// A stable word for the record and the log.
    var reason: String {
        switch self {
        case .clientClosed, .clientFailed: "client_closed"
        case .upstreamClosed, .upstreamFailed: "upstream_closed"
        case .clientViolation, .upstreamViolation, .unpinned, .unrecordable: "error"
        case .terminated(_, let reason): reason
        }
    }

    /// For the operator.
    var context: String {
        switch self {
        case .clientClosed: "the client closed the session"
        case .clientFailed(let error): "the client's connection: \(error)"
        case .upstreamClosed: "the resource closed the session"
        case .upstreamFailed(let error): "the resource's connection: \(error)"
        case .clientViolation(let violation): "the client broke the protocol: \(violation)"
        case .upstreamViolation(let what): "the resource broke the protocol: \(what)"
        case .unpinned(let setting): "the setting \(setting) is no longer pinned"
        case .unrecordable(let error): "cannot record: \(error)"
        case .terminated(let report, let reason): "\(reason): \(report.message)"
        }
    }
}

extension SpoolError {
    /// What the caller of a statement is told that could not be recorded.
    func report(severity: Report.Severity = .error) -> Report {
        switch self {
        case .full:
            Report(
                severity, .diskFull,
                "the statement was not run, because it cannot be recorded: the agent's spool is full",
                hint:
                    "Nothing runs unrecorded. The operator has to free disk space or restore the control plane."
            )
        case .tooLarge:
            Report(
                severity, .programLimitExceeded,
                "the statement was not run, because its record would be too large")
        case .io, .inUse, .foreign:
            Report(
                severity, .ioError, "the statement was not run, because it cannot be recorded",
                hint: "Nothing runs unrecorded. The operator finds the reason in the agent's log.")
        }
    }
}
