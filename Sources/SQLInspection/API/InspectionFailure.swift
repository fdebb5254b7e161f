/// Why a text was not inspected. Nothing of it may be forwarded.
package enum InspectionFailure: Error, Equatable, Sendable {
    /// PostgreSQL's own grammar refuses it. `position` counts characters from 1, as ErrorResponse's `P` field does; 0: none.
    case syntax(message: String, position: Int)
    /// A limit of ours, or the parser gave up on it: the statement is refused, the session lives on.
    case tooComplex(String)
    /// Two of its names are one to the inspection and two to the server.
    case namesAlike
    /// No worker could be had in time. Says nothing about the text: it may be sent again.
    case unavailable(String)

    package var sqlState: String {
        switch self {
        case .syntax: "42601"
        case .tooComplex: "54001"
        case .namesAlike: "0A000"
        case .unavailable: "53000"
        }
    }

    /// A text for the caller.
    package var message: String {
        switch self {
        case .syntax(let message, _): message
        case .tooComplex(let reason): "statement too complex to inspect: \(reason)"
        case .namesAlike: "two names in the statement differ only in Unicode normalisation"
        case .unavailable(let reason): "statement could not be inspected: \(reason)"
        }
    }
}
