internal import CLinux
internal import Glibc

/// The system calls on sockets that the streams and listeners share; each answers with a descriptor or a typed error.
enum Socket {
    static func open(family: Int32) throws(IOError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw .system(errno: errno, operation: "socket") }
        return descriptor
    }

    static func set(_ option: Int32, level: Int32, on descriptor: Int32, to value: Int32 = 1) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Small messages leave at once, and a peer whose machine vanished is noticed after about two minutes.
    static func tune(_ descriptor: Int32, _ address: SocketAddress) {
        guard !address.isUnix else { return }
        set(TCP_NODELAY, level: Int32(IPPROTO_TCP), on: descriptor)
        set(SO_KEEPALIVE, level: SOL_SOCKET, on: descriptor)
        set(TCP_KEEPIDLE, level: Int32(IPPROTO_TCP), on: descriptor, to: 60)
        set(TCP_KEEPINTVL, level: Int32(IPPROTO_TCP), on: descriptor, to: 15)
        set(TCP_KEEPCNT, level: Int32(IPPROTO_TCP), on: descriptor, to: 4)
    }

    /// A bound, listening socket that later ones may share the address with (SO_REUSEPORT).
    ///
    /// Only the one that `joins` accepts sharers that were there before: the first of a listener must find the address
    /// free, or a second process would silently take half of the connections.
    static func listen(
        on address: SocketAddress, joins: Bool, backlog: Int32
    ) throws(IOError) -> (descriptor: Int32, address: SocketAddress) {
        let descriptor = try open(family: address.family)
        do throws(IOError) {
            if !address.isUnix {
                set(SO_REUSEADDR, level: SOL_SOCKET, on: descriptor)
                if joins { set(SO_REUSEPORT, level: SOL_SOCKET, on: descriptor) }
            }
            guard address.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else {
                throw .system(errno: errno, operation: "bind to \(address)")
            }
            if !address.isUnix { set(SO_REUSEPORT, level: SOL_SOCKET, on: descriptor) }
            guard Glibc.listen(descriptor, backlog) == 0 else {
                throw .system(errno: errno, operation: "listen on \(address)")
            }
            return (descriptor, localAddress(of: descriptor) ?? address)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    static func localAddress(of descriptor: Int32) -> SocketAddress? {
        address { getsockname(descriptor, $0, $1) }
    }

    /// The pending error of a connection attempt, 0 for none.
    static func pendingError(of descriptor: Int32) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &length) == 0 ? value : errno
    }

    enum Accepted {
        case connection(descriptor: Int32, peer: SocketAddress)
        case wouldBlock
        /// This one connection failed before it was accepted; the next may be had.
        case aborted
        /// Not now: descriptors or memory have run out, or something else is wrong that another attempt would meet again.
        case unavailable(errno: Int32)
    }

    static func accept(on listener: Int32) -> Accepted {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let descriptor = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sallyport_accept(listener, $0, &length)
            }
        }
        if descriptor >= 0 {
            guard let peer = SocketAddress(storage: storage) else {
                Glibc.close(descriptor)
                return .aborted
            }
            return .connection(descriptor: descriptor, peer: peer)
        }
        switch errno {
        case EAGAIN: return .wouldBlock
        // accept(2): the pending network errors of the new connection, to be treated like "try again".
        case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH,
            EOPNOTSUPP,
            ENETUNREACH, ETIMEDOUT:
            return .aborted
        case let number: return .unavailable(errno: number)
        }
    }

    private static func address(
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &length) }
        }
        return result == 0 ? SocketAddress(storage: storage) : nil
    }
}
