internal import Glibc

extension ByteStream {
    /// How long a full queue of a Unix socket's listener is given before the next attempt.
    private static let queuePause = Duration.milliseconds(5)

    package static func connect(
        to address: SocketAddress, on reactor: Reactor, deadline: Deadline
    ) async throws(IOError) -> ByteStream {
        reactor.assertConfined()
        while true {
            do throws(IOError) {
                return try await attempt(address, on: reactor, deadline: deadline)
            } catch .system(EAGAIN, _) where address.isUnix {
                // unix(7): the listener's queue is full, and nothing tells when it no longer is.
                if deadline.remaining == .zero { throw .timedOut }
                try await reactor.sleep(until: min(deadline, .after(queuePause)))
            }
        }
    }

    private static func attempt(
        _ address: SocketAddress, on reactor: Reactor, deadline: Deadline
    ) async throws(IOError) -> ByteStream {
        let descriptor = try Socket.open(family: address.family)
        Socket.tune(descriptor, address)
        let result = address.withSockaddr { Glibc.connect(descriptor, $0, $1) }
        let number = errno
        let stream = try ByteStream(descriptor: descriptor, peer: address, on: reactor)
        do throws(IOError) {
            if result != 0 {
                guard number == EINPROGRESS else {
                    throw .system(errno: number, operation: "connect to \(address)")
                }
                // The first edge says that the attempt has ended, well or not.
                stream.registration.write.isReady = false
                try await stream.writable(deadline: deadline)
                let pending = Socket.pendingError(of: descriptor)
                guard pending == 0 else {
                    throw .system(errno: pending, operation: "connect to \(address)")
                }
            }
            // A free port of our own may have been drawn as the source, and then TCP connects the socket to itself.
            if address.isLoopback, !address.isUnix, stream.local == address {
                throw .system(errno: ECONNREFUSED, operation: "connect to \(address)")
            }
            return stream
        } catch {
            stream.close()
            throw error
        }
    }

    /// Resolves `host` (a name, a numeric address, or the path of a Unix socket) and tries its addresses in turn, each with
    /// an equal share of the time that is left; throws the last one's error.
    package static func connect(
        host: String, port: UInt16, on reactor: Reactor, deadline: Deadline
    ) async throws(IOError) -> ByteStream {
        let addresses = try await Resolver.resolve(host: host, port: port, deadline: deadline)
        var failure = IOError.resolution(host: host, reason: "no address")
        for (index, address) in addresses.enumerated() {
            do {
                let share = deadline.share(of: addresses.count - index)
                return try await connect(to: address, on: reactor, deadline: share)
            } catch {
                failure = error
            }
        }
        throw failure
    }
}
