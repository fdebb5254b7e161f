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

    init(context: ContextHandle, descriptor: Int32, role: Role) throws(IOError) {
        guard let ssl = SSL_new(context.pointer), SSL_set_fd(ssl, descriptor) == 1 else {
            throw .tls(reason: TLSFailure.drain())
        }
        self.ssl = ssl
        self.role = role
        switch role {
        case .server: SSL_set_accept_state(ssl)
        case .client: SSL_set_connect_state(ssl)
        }
    }

    deinit {
        if case .client(let context, let serverName) = role, let session = SSL_get1_session(ssl) {
            if SSL_SESSION_is_resumable(session) == 1 {
                context.keep(ResumableSession(pointer: session), for: serverName)
            } else {
                SSL_SESSION_free(session)
            }
        }
        SSL_free(ssl)
    }

    /// The name to send as SNI and, when `verified`, to find in the certificate. A numeric address is checked as one, and
    /// not sent (RFC 6066, section 3).
    func expect(serverName: String, verified: Bool) throws(IOError) {
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
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 { return true }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: registration.read.isReady = false
        case SSL_ERROR_WANT_WRITE: registration.write.isReady = false
        default: throw failure()
        }
        return false
    }

    /// Whether the handshake waits for room to write, rather than for bytes.
    var handshakeNeedsWritable: Bool { SSL_want(ssl) == SSL_WRITING }

    func read(into area: UnsafeMutableRawBufferPointer, _ registration: Registration) throws(IOError)
        -> ReadOutcome
    {
        ERR_clear_error()
        readNeedsWritable = false
        var count = 0
        let result = SSL_read_ex(ssl, area.baseAddress, area.count, &count)
        if result == 1 { return .bytes(count) }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ:
            registration.read.isReady = false
            return .wouldBlock
        case SSL_ERROR_WANT_WRITE:
            registration.write.isReady = false
            readNeedsWritable = true
            return .wouldBlock
        case SSL_ERROR_ZERO_RETURN:
            return .endOfStream
        default:
            throw failure()
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, _ registration: Registration) throws(IOError) -> Int {
        ERR_clear_error()
        writeNeedsReadable = false
        var count = 0
        let result = SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &count)
        if result == 1 { return count }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_WRITE:
            registration.write.isReady = false
            return 0
        case SSL_ERROR_WANT_READ:
            registration.read.isReady = false
            writeNeedsReadable = true
            return 0
        default:
            throw failure()
        }
    }

    enum ShutdownOutcome { case sent, wouldBlock }

    func shutdown(_ registration: Registration) -> ShutdownOutcome {
        ERR_clear_error()
        let result = SSL_shutdown(ssl)
        if result < 0, SSL_get_error(ssl, result) == SSL_ERROR_WANT_WRITE {
            registration.write.isReady = false
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

    private func failure() -> IOError {
        let verification = SSL_get_verify_result(ssl)
        let number = errno
        let queued = ERR_peek_error()
        if verification != Int(X509_V_OK), queued != 0 {
            ERR_clear_error()
            return .tls(
                reason:
                    "the certificate was not accepted: \(String(cString: X509_verify_cert_error_string(verification)))"
            )
        }
        if queued == 0, number != 0 { return .system(errno: number, operation: "TLS transfer") }
        return .tls(reason: TLSFailure.drain())
    }

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
        try await handshake(context.makeSession(descriptor: registration.descriptor), deadline: deadline)
    }

    /// Becomes TLS, as the client of `serverName`.
    @discardableResult
    package func startTLS(
        client context: TLSClientContext, serverName: String, deadline: Deadline
    ) async throws(IOError) -> TLSInfo {
        try await handshake(
            context.makeSession(descriptor: registration.descriptor, serverName: serverName),
            deadline: deadline)
    }

    private func handshake(_ session: TLSSession, deadline: Deadline) async throws(IOError) -> TLSInfo {
        precondition(tlsSession == nil, "TLS inside TLS")
        while try !session.handshake(registration) {
            try await registration.wait(
                for: session.handshakeNeedsWritable ? .write : .read, deadline: deadline)
        }
        tlsSession = session
        let info = session.info()
        tls = info
        return info
    }
}
