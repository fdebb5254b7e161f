internal import CLinux
internal import Glibc

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

    /// Takes `descriptor` over; it is closed when this fails.
    init(descriptor: Int32, peer: SocketAddress, on reactor: Reactor) throws(IOError) {
        self.reactor = reactor
        self.peer = peer
        registration = try Registration(descriptor: descriptor, owned: true, on: reactor)
    }

    /// Throws `.closed` when the connection was rejected, or has become a stream before.
    package convenience init(_ accepted: AcceptedConnection) throws(IOError) {
        guard let descriptor = accepted.pending.take() else { throw .closed }
        try self.init(descriptor: descriptor, peer: accepted.peer, on: accepted.reactor)
    }

    deinit {
        // The last reference may go on any thread; the registration belongs to the reactor's.
        let registration = registration
        registration.reactor.perform { registration.close() }
    }

    /// Closes at once; what was not written is lost. Waiting tasks get `.closed`. Idempotent.
    package func close() {
        registration.close()
        tlsSession = nil
    }

    package var isClosed: Bool { registration.isClosed }

    /// The peer has closed its side, or the connection is gone; data that it sent before may still wait to be read.
    package var isPeerClosed: Bool { registration.isPeerClosed }

    /// The address of this end; nil once closed.
    package var local: SocketAddress? {
        registration.isClosed ? nil : Socket.localAddress(of: registration.descriptor)
    }

    // MARK: Readiness

    package func readable(deadline: Deadline = .never) async throws(IOError) {
        let waitsForWrite = tlsSession?.readNeedsWritable ?? false
        try await registration.wait(
            for: waitsForWrite ? .write : .read, deadline: deadline)
    }

    /// Waits like `readable`, and has `handler` deal with what comes meanwhile, for as long as it returns true.
    ///
    /// The handler runs on the reactor's thread and within no task, once for each time that there is something to read; it is
    /// to read, and must not wait. This is what a connection that is mostly forwarded costs least with: its task sleeps
    /// through what the handler can do by itself.
    package func readable(handledBy handler: @escaping () -> Bool) async throws(IOError) {
        guard let tlsSession else {
            return try await registration.wait(for: .read, deadline: .never, handler: handler)
        }
        if tlsSession.readNeedsWritable { return try await readable() }
        try await registration.wait(for: .read, deadline: .never) {
            handler() && !tlsSession.readNeedsWritable
        }
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

    /// Reads what is there, at most `area`. Never suspends. Await `readable` before each attempt: it is what gives other
    /// connections their turn.
    package func tryRead(into area: UnsafeMutableRawBufferPointer) throws(IOError) -> ReadOutcome {
        reactor.assertConfined()
        if registration.isClosed { throw .closed }
        // The system would answer an empty read like the end of the stream.
        if area.isEmpty { return .bytes(0) }
        if let tlsSession { return try tlsSession.read(into: area, registration) }
        let count = sallyport_receive(registration.descriptor, area.baseAddress, area.count, 0)
        if count > 0 {
            reactor.charge(count)
            // A short read means dry: what comes later is a new edge. A FIN that was seen already gives no further edge.
            if count < area.count, !registration.isPeerClosed { registration.read.isReady = false }
            return .bytes(count)
        }
        if count == 0 {
            registration.peerHasClosed()
            return .endOfStream
        }
        switch errno {
        case EAGAIN:
            registration.read.isReady = false
            return .wouldBlock
        case EINTR:
            return .wouldBlock
        case let number:
            throw .system(errno: number, operation: "read")
        }
    }

    /// The first byte that waits to be read, left where it is; nil when none is there yet, or none will come (`isPeerClosed`). For
    /// telling protocols apart before a TLS handshake, which must find all of its bytes.
    package func tryPeek() throws(IOError) -> UInt8? {
        reactor.assertConfined()
        if registration.isClosed { throw .closed }
        precondition(tlsSession == nil, "a look below TLS")
        reactor.charge(0)
        var byte: UInt8 = 0
        let count = recv(registration.descriptor, &byte, 1, Int32(MSG_PEEK))
        if count == 1 { return byte }
        if count == 0 {
            registration.peerHasClosed()
            return nil
        }
        switch errno {
        case EAGAIN:
            registration.read.isReady = false
            return nil
        case EINTR:
            return nil
        case let number:
            throw .system(errno: number, operation: "recv")
        }
    }

    /// Writes what the peer takes now: the count of bytes, 0 when it takes none. Never suspends.
    ///
    /// What was not taken must be offered again, at least as much of it and unchanged (a TLS record may be half sent).
    /// Await `writable` before that.
    package func tryWrite(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int {
        reactor.assertConfined()
        if registration.isClosed { throw .closed }
        if bytes.isEmpty { return 0 }
        if let tlsSession { return try tlsSession.write(bytes, registration) }
        return try taken(
            sallyport_send(registration.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)),
            of: bytes.count)
    }

    /// Writes several pieces in one call; as `tryWrite` of the pieces in a row.
    package func tryWrite(vector: [UnsafeRawBufferPointer]) throws(IOError) -> Int {
        reactor.assertConfined()
        if registration.isClosed { throw .closed }
        if let tlsSession { return try tlsSession.write(vector: vector, registration) }
        var pieces: [iovec] = []
        pieces.reserveCapacity(min(vector.count, ByteStream.vectorLimit))
        var offered = 0
        for piece in vector where !piece.isEmpty && pieces.count < ByteStream.vectorLimit {
            pieces.append(
                iovec(iov_base: UnsafeMutableRawPointer(mutating: piece.baseAddress), iov_len: piece.count))
            offered += piece.count
        }
        if offered == 0 { return 0 }
        return try taken(writev(registration.descriptor, pieces, Int32(pieces.count)), of: offered)
    }

    /// Pieces that one system call takes; IOV_MAX is 1024.
    private static let vectorLimit = 64

    private func taken(_ count: Int, of offered: Int) throws(IOError) -> Int {
        if count >= 0 {
            reactor.charge(count)
            if count < offered { registration.write.isReady = false }
            return count
        }
        switch errno {
        case EAGAIN:
            registration.write.isReady = false
            return 0
        case EINTR:
            return 0
        case let number:
            throw .system(errno: number, operation: "write")
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
            let count = try rest.span.withUnsafeBytes { (bytes) throws(IOError) -> Int in
                try tryWrite(bytes)
            }
            rest = rest.dropFirst(count)
            if !rest.isEmpty { try await writable(deadline: deadline) }
        }
    }

    /// Says that no more will be written, without a word of TLS and without waiting. Reading goes on.
    package func endWriting() {
        if !registration.isClosed { Glibc.shutdown(registration.descriptor, Int32(SHUT_WR)) }
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
