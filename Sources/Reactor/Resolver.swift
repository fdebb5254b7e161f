internal import Glibc

/// Names to addresses, on threads of its own: getaddrinfo blocks for as long as the network likes, and a dead name server
/// must not hold up those who sync files.
package enum Resolver {
    private static let pool = BlockingPool(threadCount: 4, name: "resolver")

    /// The addresses of `host` in the system's order of preference; never empty. `deadline` counts on a reactor's thread
    /// only: the lookup itself cannot be interrupted, it is abandoned.
    package static func resolve(
        host: String, port: UInt16, deadline: Deadline = .never
    ) async throws(IOError) -> [SocketAddress] {
        if host.hasPrefix("/") {
            guard let address = SocketAddress.unix(path: host) else {
                throw .resolution(host: host, reason: "the path cannot be a Unix socket's")
            }
            return [address]
        }
        if let address = SocketAddress(ip: host, port: port) { return [address] }
        guard !host.isEmpty, !host.utf8.contains(0) else {
            throw .resolution(host: host, reason: "not a host name")
        }
        let reactor = Reactor.current
        let result = await withUnsafeContinuation { continuation in
            let lookup = Lookup(continuation)
            if let reactor, !deadline.isNever {
                lookup.timer = reactor.schedule(at: deadline) { lookup.finish(.failure(.timedOut)) }
            }
            pool.submit {
                // Whoever asked may have given up while this stood in the queue.
                if lookup.isFinished { return }
                lookup.finish(lookUp(host: host, port: port))
            }
        }
        return try result.get()
    }

    private static func lookUp(host: String, port: UInt16) -> Result<[SocketAddress], IOError> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            return .failure(.resolution(host: host, reason: String(cString: gai_strerror(status))))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = list
        while let current = entry {
            if let address = address(of: current.pointee)?.with(port: port), !addresses.contains(address) {
                addresses.append(address)
            }
            entry = current.pointee.ai_next
        }
        return addresses.isEmpty
            ? .failure(.resolution(host: host, reason: "no address")) : .success(addresses)
    }

    private static func address(of entry: addrinfo) -> SocketAddress? {
        guard let address = entry.ai_addr, Int(entry.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size else {
            return nil
        }
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen)))
        }
        return SocketAddress(storage: storage)
    }
}

/// One lookup, and the two who may end it: the thread that does it, and the deadline.
///
/// Invariant of `@unchecked`: `timer` is set before the lookup is given to another thread, and only read after that.
private final class Lookup: @unchecked Sendable {
    typealias Outcome = Result<[SocketAddress], IOError>

    var timer: ScheduledTimer?
    private let continuation: Locked<UnsafeContinuation<Outcome, Never>?>

    init(_ continuation: UnsafeContinuation<Outcome, Never>) {
        self.continuation = Locked(continuation)
    }

    var isFinished: Bool { continuation.withLock { $0 == nil } }

    func finish(_ outcome: Outcome) {
        let waiting = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        guard let waiting else { return }
        timer?.cancel()
        waiting.resume(returning: outcome)
    }
}
