internal import CLibpq
internal import Glibc

/// Owns a `PGconn`. Confined, as its connection is, to one reactor's thread; freed exactly once, with its owner.
final class ConnectionHandle {
    let pointer: OpaquePointer

    /// Starts to connect without blocking. `nil` only when memory is short.
    init?(parameters: [String: String]) {
        let pairs = parameters.sorted { $0.key < $1.key }
        let keywords = CStringArray(pairs.map(\.key))
        let values = CStringArray(pairs.map(\.value))
        guard let pointer = PQconnectStartParams(keywords.pointer, values.pointer, 0) else { return nil }
        self.pointer = pointer
        // Notices are of no use to a program; libpq would print them to standard error.
        PQsetNoticeReceiver(pointer, { _, _ in }, nil)
    }

    deinit {
        PQfinish(pointer)
    }

    var socket: Int32 { PQsocket(pointer) }
    var isLost: Bool { PQstatus(pointer) == CONNECTION_BAD }

    /// libpq's last message, on one line.
    var errorMessage: String {
        String(cString: PQerrorMessage(pointer)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// A NULL-terminated array of C strings, for one call.
private final class CStringArray {
    let pointer: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointer = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() {
            (pointer + index).initialize(to: UnsafePointer(strdup(string)))
        }
        (pointer + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { free(UnsafeMutablePointer(mutating: pointer[index])) }
        pointer.deinitialize(count: count + 1)
        pointer.deallocate()
    }
}
