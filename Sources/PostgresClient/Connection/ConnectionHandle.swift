internal import CLibpq
internal import Glibc
internal import Reactor

/// Owns a `PGconn`, and watches its socket. Confined, as its connection is, to one reactor's thread.
final class ConnectionHandle {
    let pointer: OpaquePointer
    private(set) var descriptor: WatchedDescriptor?
    private let reactor: Reactor

    /// Starts to connect without blocking. `nil` only when memory is short.
    init?(parameters: [String: String], on reactor: Reactor) {
        let pairs = parameters.sorted { $0.key < $1.key }
        let keywords = CStringArray(pairs.map(\.key))
        let values = CStringArray(pairs.map(\.value))
        guard let pointer = PQconnectStartParams(keywords.pointer, values.pointer, 0) else { return nil }
        self.pointer = pointer
        self.reactor = reactor
        // Notices are of no use to a program; libpq would print them to standard error.
        PQsetNoticeReceiver(pointer, { _, _ in }, nil)
    }

    deinit {
        guard let descriptor else {
            PQfinish(pointer)
            return
        }
        // Nobody closed the connection, and this may be any thread. The socket must leave the epoll set before it is closed:
        // its number may be another connection's the moment after. Both pointers have no other owner any more.
        nonisolated(unsafe) let (watched, connection) = (descriptor, pointer)
        reactor.execute {
            watched.detach()
            PQfinish(connection)
        }
    }

    /// Watches the socket as it is now: while it connects, libpq may close it and go on with another.
    func watch() throws(IOError) -> WatchedDescriptor {
        let watched = try WatchedDescriptor(PQsocket(pointer), on: reactor)
        descriptor = watched
        return watched
    }

    /// Ends every wait on the socket with `.closed`.
    func unwatch() {
        descriptor?.detach()
        descriptor = nil
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
