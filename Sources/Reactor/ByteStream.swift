internal import Glibc
internal import Synchronization

/// What one attempt to read gave.
package enum ReadOutcome: Equatable, Sendable {
    case bytes(Int)
    case wouldBlock
    case endOfStream
}

/// A connected byte stream: TCP, Unix, or TLS over either. Made and used on one reactor, by its actor or task.
///
/// Reads are tried first and suspend only when dry. At most one task reads and one writes at a time. Closing from another
/// task of the reactor is how a wait is cancelled.
package final class ByteStream {
    package let reactor: Reactor
    package let peer: SocketAddress
    /// What the TLS handshake settled; nil in the clear.
    package internal(set) var tls: TLSInfo?
    let registration: Registration
    var tlsSession: TLSSession?

    init(descriptor: Int32, peer: SocketAddress, on reactor: Reactor) throws(IOError) {
        self.reactor = reactor
        self.peer = peer
        do throws(IOError) {
            registration = try Registration(descriptor: descriptor, on: reactor)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        reactor.load.wrappingAdd(1, ordering: .relaxed)
    }

    package convenience init(_ accepted: AcceptedConnection) throws(IOError) {
        try self.init(descriptor: accepted.descriptor, peer: accepted.peer, on: accepted.reactor)
    }

    deinit {
        guard !registration.isClosed else { return }
        let registration = registration
        registration.reactor.execute {
            registration.detach()
            Glibc.close(registration.descriptor)
            registration.reactor.load.wrappingSubtract(1, ordering: .relaxed)
        }
    }

    /// Closes at once; what was not written is lost. Waiting tasks get `.closed`. Idempotent.
    package func close() {
        guard !registration.isClosed else { return }
        registration.detach()
        tlsSession = nil
        Glibc.close(registration.descriptor)
        reactor.load.wrappingSubtract(1, ordering: .relaxed)
    }

    package var isClosed: Bool { registration.isClosed }

    /// The peer has closed its side, or the connection is gone; data that it sent before may still wait to be read.
    package var isPeerClosed: Bool { registration.isPeerClosed }

    /// The address of this end.
    package var local: SocketAddress? { Socket.localAddress(of: registration.descriptor) }

    // MARK: Readiness

    package func readable(deadline: Deadline = .never) async throws(IOError) {
        let waitsForWrite = tlsSession?.readNeedsWritable ?? false
        try await registration.wait(
            for: waitsForWrite ? .write : .read, deadline: deadline)
    }

    package func writable(deadline: Deadline = .never) async throws(IOError) {
        let waitsForRead = tlsSession?.writeNeedsReadable ?? false
        try await registration.wait(
            for: waitsForRead ? .read : .write, deadline: deadline)
    }

    /// Returns once the peer has closed its side; throws `.closed` when this side did.
    package func peerClosed() async throws(IOError) {
        try await registration.wait(for: .hangUp, deadline: .never)
    }

    // MARK: One attempt

    /// Reads what is there, at most `area`. Never suspends.
    package func tryRead(into area: UnsafeMutableRawBufferPointer) throws(IOError) -> ReadOutcome {
        if registration.isClosed { throw .closed }
        if let tlsSession { return try tlsSession.read(into: area, registration) }
        let count = Glibc.read(registration.descriptor, area.baseAddress, area.count)
        if count > 0 {
            // A short read means dry: what comes later is a new edge. A FIN that was seen already gives no further edge.
            if count < area.count, !registration.isPeerClosed { registration.read.isReady = false }
            return .bytes(count)
        }
        if count == 0 { return .endOfStream }
        switch errno {
        case EAGAIN, EINTR:
            registration.read.isReady = errno == EINTR
            return .wouldBlock
        default:
            throw .system(errno: errno, operation: "read")
        }
    }

    /// Writes what the peer takes now: the count of bytes, 0 when it takes none. Never suspends. What was not taken must
    /// be offered again, unchanged.
    package func tryWrite(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int {
        if registration.isClosed { throw .closed }
        if bytes.isEmpty { return 0 }
        if let tlsSession { return try tlsSession.write(bytes, registration) }
        return try taken(
            send(registration.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)),
            of: bytes.count)
    }

    /// Writes several pieces in one call (at most 64 of them); as `tryWrite` of the pieces in a row.
    package func tryWrite(vector: [UnsafeRawBufferPointer]) throws(IOError) -> Int {
        if registration.isClosed { throw .closed }
        if tlsSession != nil {
            var total = 0
            for piece in vector where !piece.isEmpty {
                let count = try tryWrite(piece)
                total += count
                if count < piece.count { break }
            }
            return total
        }
        let pieces = vector.prefix(64).map {
            iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
        }
        let offered = pieces.reduce(0) { $0 + $1.iov_len }
        if offered == 0 { return 0 }
        return try taken(writev(registration.descriptor, pieces, Int32(pieces.count)), of: offered)
    }

    private func taken(_ count: Int, of offered: Int) throws(IOError) -> Int {
        if count >= 0 {
            if count < offered { registration.write.isReady = false }
            return count
        }
        switch errno {
        case EAGAIN:
            registration.write.isReady = false
            return 0
        case EINTR:
            return 0
        default:
            throw .system(errno: errno, operation: "write")
        }
    }

    // MARK: Conveniences

    /// Bytes as they come, at most `count`; empty at the end of the stream.
    package func read(upTo count: Int, deadline: Deadline = .never) async throws(IOError) -> [UInt8] {
        while true {
            try await readable(deadline: deadline)
            // Read into the shared area and copy out before anything else can run.
            let area = reactor.readArea
            let room = UnsafeMutableRawBufferPointer(rebasing: area[..<min(count, area.count)])
            switch try tryRead(into: room) {
            case .bytes(let count): return Array(room[..<count])
            case .endOfStream: return []
            case .wouldBlock: continue
            }
        }
    }

    package func write(_ bytes: [UInt8], deadline: Deadline = .never) async throws(IOError) {
        try await write(bytes[...], deadline: deadline)
    }

    /// Writes all of `bytes`, waiting as often as the peer is slow.
    package func write(_ bytes: ArraySlice<UInt8>, deadline: Deadline = .never) async throws(IOError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try rest.span.withUnsafeBytes { (bytes) throws(IOError) -> Int in try tryWrite(bytes)
            }
            rest = rest.dropFirst(count)
            if !rest.isEmpty { try await writable(deadline: deadline) }
        }
    }

    /// Says that no more will be written: close_notify under TLS, then FIN. Reading goes on.
    package func shutdownWrite(deadline: Deadline = .never) async {
        guard !registration.isClosed else { return }
        if let tlsSession {
            while tlsSession.shutdown(registration) == .wouldBlock {
                do {
                    try await writable(deadline: deadline)
                } catch {
                    return
                }
                if registration.isClosed { return }
            }
        }
        Glibc.shutdown(registration.descriptor, Int32(SHUT_WR))
    }
}

// MARK: Connecting

extension ByteStream {
    package static func connect(
        to address: SocketAddress, on reactor: Reactor, deadline: Deadline
    ) async throws(IOError) -> ByteStream {
        reactor.assertConfined()
        let descriptor = try Socket.open(family: address.family)
        Socket.tune(descriptor, address)
        let result = address.withSockaddr { Glibc.connect(descriptor, $0, $1) }
        let number = errno
        let stream = try ByteStream(descriptor: descriptor, peer: address, on: reactor)
        if result == 0 { return stream }
        guard number == EINPROGRESS else {
            stream.close()
            throw .system(errno: number, operation: "connect to \(address)")
        }
        // The first edge says that the attempt has ended, well or not.
        stream.registration.write.isReady = false
        do {
            try await stream.writable(deadline: deadline)
        } catch {
            stream.close()
            throw error
        }
        let pending = Socket.pendingError(of: descriptor)
        guard pending == 0 else {
            stream.close()
            throw .system(errno: pending, operation: "connect to \(address)")
        }
        return stream
    }

    /// Resolves `host` (a name, a numeric address, or the path of a Unix socket) and tries its addresses in turn; throws
    /// the last one's error.
    package static func connect(
        host: String, port: UInt16, on reactor: Reactor, deadline: Deadline
    ) async throws(IOError) -> ByteStream {
        var failure = IOError.resolution(host: host, reason: "no address")
        for address in try await Resolver.resolve(host: host, port: port) {
            do {
                return try await connect(to: address, on: reactor, deadline: deadline)
            } catch {
                failure = error
            }
        }
        throw failure
    }
}
