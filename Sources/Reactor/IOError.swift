internal import Glibc

/// Why a wait or a transfer on the reactor ended without its result.
package enum IOError: Error, Equatable, Sendable {
    /// This side closed the stream, perhaps while the caller was waiting on it.
    case closed
    case timedOut
    case cancelled
    /// A system call failed with `errno`.
    case system(errno: Int32, operation: String)
    /// The name could not be turned into an address.
    case resolution(host: String, reason: String)
    /// A TLS handshake or record failed; `reason` is OpenSSL's, for the operator.
    case tls(reason: String)
}

extension IOError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .closed: "the stream was closed by this side"
        case .timedOut: "the deadline passed"
        case .cancelled: "the task was cancelled"
        case .system(let number, let operation): "\(operation): \(describe(errno: number))"
        case .resolution(let host, let reason): "cannot resolve \"\(host)\": \(reason)"
        case .tls(let reason): "TLS: \(reason)"
        }
    }
}

/// The system's text for an `errno`.
package func describe(errno number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // Glibc's module exports the XSI variant: 0, and the text in the buffer.
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return buffer.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.map { String(cString: $0) } ?? "error \(number)"
    }
}
