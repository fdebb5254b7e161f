import Glibc

/// Why the spool did not take a record, or could not make it durable. The statement it stands for must not run.
package enum SpoolError: Error, Equatable, Sendable {
    /// The spool's limit is reached, or the disk is full.
    case full
    /// One record is larger than a segment can hold.
    case tooLarge
    case io(errno: Int32, operation: String)
    /// Another process holds the spool's lock.
    case inUse
    /// The directory holds something that this version did not write.
    case foreign(path: String)

    /// Reads `errno`; ENOSPC and EDQUOT are `.full`.
    static func current(_ operation: String) -> SpoolError { .of(errno, operation) }

    static func of(_ code: Int32, _ operation: String) -> SpoolError {
        code == ENOSPC || code == EDQUOT ? .full : .io(errno: code, operation: operation)
    }
}
