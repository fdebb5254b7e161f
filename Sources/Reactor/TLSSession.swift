internal import COpenSSL
internal import Glibc

/// One TLS connection over a non-blocking descriptor.
///
/// Not Sendable: it belongs to its stream, on one reactor. What OpenSSL wants next is turned into the registration's
/// readiness, so that a stream's callers wait for the right edge.
final class TLSSession {
    enum Role {
        case server
        case client(TLSClientContext, serverName: String)
    }

    private let ssl: OpaquePointer
    private let role: Role
    /// A read that waits for room to write (a key update), and the reverse.
    private(set) var readNeedsWritable = false
    private(set) var writeNeedsReadable = false
    /// OpenSSL forbids any further call after a fatal error.
    private var failed: IOError?
    /// Whether OpenSSL's last read from the descriptor took all that was there. Filled by its callback, within calls made here.
    private let wasShort = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    /// Bytes that one call moves at most, so that a call is short however fast the peer is.
    private static let transferLimit = 64 << 10

    init(context: ContextHandle, descriptor: Int32, role: Role) throws(IOError) {
        guard let ssl = SSL_new(context.pointer) else { throw .tls(reason: TLSFailure.drain()) }
        self.ssl = ssl
        self.role = role
        wasShort.initialize(to: 0)
        guard SSL_set_fd(ssl, descriptor) == 1 else { throw .tls(reason: TLSFailure.drain()) }
        sallyport_ssl_note_short_reads(ssl, wasShort)
        switch role {
        case .server: SSL_set_accept_state(ssl)
        case .client: SSL_set_connect_state(ssl)
        }
    }

    deinit {
        if failed == nil, SSL_is_init_finished(ssl) == 1 {
            // SSL_free spoils the session of a connection that was not shut down. It is sound: ours ends with its descriptor.
            SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
            keepSession()
        }
        SSL_free(ssl)
        wasShort.deallocate()
    }

    private func keepSession() {
        guard case .client(let context, let serverName) = role, let session = SSL_get1_session(ssl) else {
            return
        }
        if SSL_SESSION_is_resumable(session) == 1 {
            context.keep(ResumableSession(pointer: session), for: serverName)
        } else {
            SSL_SESSION_free(session)
        }
    }

    /// The name to send as SNI and, when `verified`, to find in the certificate. A numeric address is checked as one, and
    /// not sent (RFC 6066, section 3).
    func expect(serverName: String, verified: Bool) throws(IOError) {
        // OpenSSL takes an empty name for "any", and reads names up to their first NUL.
        guard !serverName.isEmpty, !serverName.utf8.contains(0) else {
            throw .tls(reason: "not a server's name")
        }
        SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        let isAddress = SocketAddress(ip: serverName, port: 0) != nil
        if !isAddress, !serverName.hasPrefix("/"), sallyport_ssl_set_host_name(ssl, serverName) != 1 {
            throw .tls(reason: TLSFailure.drain())
        }
        guard verified else { return }
        let parameters = SSL_get0_param(ssl)
        let accepted =
            isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, serverName)
            : X509_VERIFY_PARAM_set1_host(parameters, serverName, 0)
        guard accepted == 1 else {
            throw .tls(reason: "\"\(serverName)\" cannot be verified as a server's name")
        }
    }

    func resume(_ session: ResumableSession) {
        SSL_set_session(ssl, session.pointer)
    }

    /// Whether the handshake is complete; false when it waits for the readiness that was cleared.
    func handshake(_ registration: Registration) throws(IOError) -> Bool {
        if let failed { throw failed }
        sallyport_ssl_begin()
        let result = SSL_do_handshake(ssl)
        if result == 1 { return true }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: registration.read.isReady = wasInterrupted
        case SSL_ERROR_WANT_WRITE: registration.write.isReady = wasInterrupted
        case let code: throw failure(code)
        }
        return false
    }

    /// Whether the handshake waits for room to write, rather than for bytes.
    var handshakeNeedsWritable: Bool { SSL_want(ssl) == SSL_WRITING }

    /// Reads records until `area` is full or the connection dry.
    func read(into area: UnsafeMutableRawBufferPointer, _ registration: Registration) throws(IOError)
        -> ReadOutcome
    {
        if let failed { throw failed }
        readNeedsWritable = false
        // Only a read of this call tells: an edge that came after an earlier one has been seen already.
        wasShort.pointee = 0
        var total = 0
        while total < area.count {
            sallyport_ssl_begin()
            let room = UnsafeMutableRawBufferPointer(rebasing: area[total...])
            var count = 0
            let result = SSL_read_ex(ssl, room.baseAddress, room.count, &count)
            if result == 1 {
                registration.reactor.charge(count)
                total += count
                // As in the clear: what comes later is a new edge. A FIN that was seen already gives no further edge.
                if wasShort.pointee == 1, SSL_has_pending(ssl) == 0, !registration.isPeerClosed {
                    registration.read.isReady = false
                    return .bytes(total)
                }
                continue
            }
            switch SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ:
                registration.read.isReady = wasInterrupted
                return total > 0 ? .bytes(total) : .wouldBlock
            case SSL_ERROR_WANT_WRITE:
                registration.write.isReady = wasInterrupted
                readNeedsWritable = true
                return total > 0 ? .bytes(total) : .wouldBlock
            case SSL_ERROR_ZERO_RETURN:
                return total > 0 ? .bytes(total) : .endOfStream
            case let code:
                let failure = failure(code)
                // What came before the failure is good; the next attempt tells of it.
                if total > 0 { return .bytes(total) }
                throw failure
            }
        }
        return .bytes(total)
    }

    /// Writes records until `bytes` are taken or the connection takes no more.
    func write(_ bytes: UnsafeRawBufferPointer, _ registration: Registration) throws(IOError) -> Int {
        if let failed { throw failed }
        writeNeedsReadable = false
        var total = 0
        while total < min(bytes.count, TLSSession.transferLimit) {
            sallyport_ssl_begin()
            let rest = UnsafeRawBufferPointer(rebasing: bytes[total...])
            var count = 0
            let result = SSL_write_ex(ssl, rest.baseAddress, rest.count, &count)
            if result == 1 {
                registration.reactor.charge(count)
                total += count
                continue
            }
            switch SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_WRITE:
                registration.write.isReady = wasInterrupted
                return total
            case SSL_ERROR_WANT_READ:
                registration.read.isReady = wasInterrupted
                writeNeedsReadable = true
                return total
            case let code:
                throw failure(code)
            }
        }
        return total
    }

    /// Writes `vector` in a row. Small pieces are gathered, so that a head and a body share a record and a system call.
    func write(vector: [UnsafeRawBufferPointer], _ registration: Registration) throws(IOError) -> Int {
        let area = registration.reactor.gatherArea
        var total = 0
        var index = 0
        while index < vector.count {
            var filled = 0
            let first = index
            while index < vector.count, filled + vector[index].count <= area.count {
                UnsafeMutableRawBufferPointer(rebasing: area[filled...]).copyMemory(from: vector[index])
                filled += vector[index].count
                index += 1
            }
            // A piece that is too big to gather goes by itself.
            let run = index > first ? UnsafeRawBufferPointer(rebasing: area[..<filled]) : vector[index]
            if index == first { index += 1 }
            if run.isEmpty { continue }
            let count = try write(run, registration)
            total += count
            if count < run.count { break }
        }
        return total
    }

    enum ShutdownOutcome { case sent, wouldBlock }

    func shutdown(_ registration: Registration) -> ShutdownOutcome {
        if failed != nil { return .sent }
        sallyport_ssl_begin()
        let result = SSL_shutdown(ssl)
        if result < 0, SSL_get_error(ssl, result) == SSL_ERROR_WANT_WRITE {
            registration.write.isReady = wasInterrupted
            return .wouldBlock
        }
        return .sent
    }

    /// What the finished handshake settled.
    func info() -> TLSInfo {
        var info = TLSInfo(
            version: String(cString: SSL_get_version(ssl)), isResumed: SSL_session_reused(ssl) == 1)
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &length)
        if let name, length > 0 {
            info.alpn = String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self)
        }
        if let serverName = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) {
            info.serverName = String(cString: serverName)
        }
        if let certificate = sallyport_ssl_get1_peer_certificate(ssl) {
            defer { X509_free(certificate) }
            info.peerCertificate = TLSSession.der(of: certificate)
            if case .client = role { info.serverEndPoint = TLSSession.endPoint(of: certificate) }
        }
        return info
    }

    /// What `code` of SSL_get_error stands for; the session is unusable from here on.
    private func failure(_ code: Int32) -> IOError {
        let number = errno
        let failure: IOError
        if code == SSL_ERROR_ZERO_RETURN || code == SSL_ERROR_SYSCALL && ERR_peek_error() == 0 && number == 0
        {
            failure = .tls(reason: "the peer closed the connection during the handshake")
        } else if code == SSL_ERROR_SYSCALL, ERR_peek_error() == 0 {
            failure = .system(errno: number, operation: "TLS transfer")
        } else if case let result = SSL_get_verify_result(ssl), result != Int(X509_V_OK), isVerifying {
            let text = String(cString: X509_verify_cert_error_string(result))
            ERR_clear_error()
            failure = .tls(reason: "the certificate was not accepted: \(text)")
        } else {
            failure = .tls(reason: TLSFailure.drain())
        }
        failed = failure
        return failure
    }

    /// OpenSSL asks for another try after EINTR as well; then the descriptor need not be dry, and no edge would come.
    private var wasInterrupted: Bool { errno == EINTR }

    private var isVerifying: Bool { SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER != 0 }

    private static func der(of certificate: OpaquePointer) -> [UInt8]? {
        var bytes: UnsafeMutablePointer<UInt8>?
        let length = i2d_X509(certificate, &bytes)
        guard length > 0, let bytes else { return nil }
        defer { CRYPTO_free(bytes, #file, #line) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(length)))
    }

    private static func endPoint(of certificate: OpaquePointer) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        let length = sallyport_tls_server_end_point(certificate, &digest)
        return length > 0 ? Array(digest.prefix(Int(length))) : nil
    }
}

extension ByteStream {
    /// Becomes TLS, as the server. Nothing may have been read from the stream beyond what asked for TLS.
    @discardableResult
    package func startTLS(server context: TLSServerContext, deadline: Deadline) async throws(IOError)
        -> TLSInfo
    {
        reactor.assertConfined()
        return try await handshake(
            context.makeSession(descriptor: registration.descriptor), deadline: deadline)
    }

    /// Becomes TLS, as the client of `serverName`.
    @discardableResult
    package func startTLS(
        client context: TLSClientContext, serverName: String, deadline: Deadline
    ) async throws(IOError) -> TLSInfo {
        reactor.assertConfined()
        return try await handshake(
            context.makeSession(descriptor: registration.descriptor, serverName: serverName),
            deadline: deadline)
    }

    /// A stream whose handshake failed is closed: nobody may go on in the clear by mistake.
    private func handshake(_ session: TLSSession, deadline: Deadline) async throws(IOError) -> TLSInfo {
        precondition(tlsSession == nil, "TLS inside TLS")
        do throws(IOError) {
            if registration.isClosed { throw .closed }
            while try !session.handshake(registration) {
                try await registration.wait(
                    for: session.handshakeNeedsWritable ? .write : .read, deadline: deadline)
                if registration.isClosed { throw .closed }
            }
        } catch {
            close()
            throw error
        }
        // OpenSSL reads ahead: what came with the last flight is in its buffer, and no edge will tell of it.
        registration.read.isReady = true
        tlsSession = session
        let info = session.info()
        tls = info
        return info
    }
}
