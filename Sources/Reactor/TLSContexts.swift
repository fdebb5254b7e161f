internal import COpenSSL

/// What a handshake settled.
package struct TLSInfo: Sendable, Equatable {
    /// `TLSv1.3` or `TLSv1.2`.
    package var version: String
    package var alpn: String?
    /// The name that the client asked for (SNI).
    package var serverName: String?
    /// The peer's certificate, DER.
    package var peerCertificate: [UInt8]?
    /// The `tls-server-end-point` channel binding of RFC 5929, known to the client.
    package var serverEndPoint: [UInt8]?
    package var isResumed: Bool
}

/// An `SSL_CTX` with its owner. Invariant of `@unchecked`: an `SSL_CTX` that is no longer configured may be used from any
/// thread to make sessions (OpenSSL, "Thread safety").
final class ContextHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    /// What the ALPN callback reads; it lives as long as the context.
    private let alpn: ALPNOffer?

    init(server isServer: Bool, alpn: [String]) throws(IOError) {
        guard let pointer = SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()) else {
            throw .tls(reason: TLSFailure.drain())
        }
        self.pointer = pointer
        self.alpn = alpn.isEmpty ? nil : ALPNOffer(protocols: alpn)
        guard sallyport_ctx_require_tls12(pointer) == 1 else { throw .tls(reason: TLSFailure.drain()) }
        sallyport_ctx_set_stream_modes(pointer)
        guard let offer = self.alpn else { return }
        if isServer {
            SSL_CTX_set_alpn_select_cb(pointer, selectALPN, Unmanaged.passUnretained(offer).toOpaque())
        } else {
            let wire = offer.wire
            SSL_CTX_set_alpn_protos(pointer, wire, UInt32(wire.count))
        }
    }

    deinit {
        SSL_CTX_free(pointer)
    }

    /// Installs a certificate, the chain above it, and its key.
    func use(certificateChainPEM: String, privateKeyPEM: String) throws(IOError) {
        let certificates = try PEM.certificates(in: certificateChainPEM)
        defer { for certificate in certificates { X509_free(certificate) } }
        guard let leaf = certificates.first else { throw .tls(reason: "the PEM text holds no certificate") }
        let key = try PEM.privateKey(in: privateKeyPEM)
        defer { EVP_PKEY_free(key) }
        var accepted =
            SSL_CTX_use_certificate(pointer, leaf) == 1 && SSL_CTX_use_PrivateKey(pointer, key) == 1
            && SSL_CTX_check_private_key(pointer) == 1
        for issuer in certificates.dropFirst() {
            accepted = accepted && sallyport_ctx_add_chain_certificate(pointer, issuer) == 1
        }
        guard accepted else { throw .tls(reason: TLSFailure.drain()) }
    }

    /// Trusts the authorities of a PEM text, and no others.
    func trust(authoritiesPEM: String) throws(IOError) {
        let certificates = try PEM.certificates(in: authoritiesPEM)
        defer { for certificate in certificates { X509_free(certificate) } }
        guard !certificates.isEmpty else {
            throw .tls(reason: "the PEM text of the authority holds no certificate")
        }
        let store = SSL_CTX_get_cert_store(pointer)
        for certificate in certificates where X509_STORE_add_cert(store, certificate) != 1 {
            throw .tls(reason: TLSFailure.drain())
        }
    }

    /// Turns away clients without a certificate of these authorities.
    func requireClientCertificate(authoritiesPEM: String) throws(IOError) {
        try trust(authoritiesPEM: authoritiesPEM)
        for certificate in try PEM.certificates(in: authoritiesPEM) {
            SSL_CTX_add_client_CA(pointer, certificate)
            X509_free(certificate)
        }
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }
}

/// The protocols to offer or accept, best first.
private final class ALPNOffer: Sendable {
    let protocols: [[UInt8]]

    init(protocols: [String]) {
        self.protocols = protocols.map { Array($0.utf8.prefix(255)) }
    }

    /// The form of RFC 7301 section 3.1: each name behind its length.
    var wire: [UInt8] { protocols.flatMap { [UInt8($0.count)] + $0 } }
}

/// Picks the server's first protocol that the client offers; a client that offers only others is refused (RFC 7301, 3.2).
private func selectALPN(
    _: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ outLength: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?, _ offeredLength: UInt32, _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let argument, let out, let outLength else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    let offer = Unmanaged<ALPNOffer>.fromOpaque(argument).takeUnretainedValue()
    let offered = UnsafeBufferPointer(start: offered, count: Int(offeredLength))
    for wanted in offer.protocols {
        var index = 0
        while index < offered.count {
            let end = index + 1 + Int(offered[index])
            guard end <= offered.count else { return SSL_TLSEXT_ERR_ALERT_FATAL }
            if offered[(index + 1)..<end].elementsEqual(wanted), let base = offered.baseAddress {
                // The answer may point into the client's list, which outlives this call.
                out.pointee = base + index + 1
                outLength.pointee = offered[index]
                return SSL_TLSEXT_ERR_OK
            }
            index = end
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
}

/// What a server needs for handshakes: TLS 1.2 and 1.3, its certificate, and the protocols it speaks.
package final class TLSServerContext: Sendable {
    private let current: Locked<ContextHandle>
    private let alpn: [String]
    private let clientAuthoritiesPEM: String?

    /// A client that offers protocols (ALPN), but none of `alpn`, is refused; one that offers none is not. With
    /// `clientAuthoritiesPEM`, a client must present a certificate that one of these authorities signed.
    package init(
        certificateChainPEM: String, privateKeyPEM: String, alpn: [String],
        clientAuthoritiesPEM: String? = nil
    ) throws(IOError) {
        self.alpn = alpn
        self.clientAuthoritiesPEM = clientAuthoritiesPEM
        current = Locked(
            try TLSServerContext.make(certificateChainPEM, privateKeyPEM, alpn, clientAuthoritiesPEM))
    }

    /// Takes a new certificate for the handshakes to come; when it is bad the old one stays, and this throws.
    package func reload(certificateChainPEM: String, privateKeyPEM: String) throws(IOError) {
        let handle = try TLSServerContext.make(
            certificateChainPEM, privateKeyPEM, alpn, clientAuthoritiesPEM)
        current.withLock { $0 = handle }
    }

    func makeSession(descriptor: Int32) throws(IOError) -> TLSSession {
        try TLSSession(context: current.withLock { $0 }, descriptor: descriptor, role: .server)
    }

    private static func make(
        _ chain: String, _ key: String, _ alpn: [String], _ clientAuthorities: String?
    ) throws(IOError) -> ContextHandle {
        let handle = try ContextHandle(server: true, alpn: alpn)
        try handle.use(certificateChainPEM: chain, privateKeyPEM: key)
        if let clientAuthorities { try handle.requireClientCertificate(authoritiesPEM: clientAuthorities) }
        sallyport_ctx_keep_no_server_sessions(handle.pointer)
        // Without it a session with a client certificate is never resumed (SSL_CTX_set_session_id_context(3)).
        let context: [UInt8] = Array("sallyport".utf8)
        SSL_CTX_set_session_id_context(handle.pointer, context, UInt32(context.count))
        return handle
    }
}

/// What a client needs for handshakes, with the sessions that it may resume.
package final class TLSClientContext: Sendable {
    package enum Trust: Sendable {
        case system
        /// Only the authorities of this PEM text.
        case pem(String)
        /// The peer proves nothing. For `sslmode=require`, which promises no more.
        case unverified
    }

    let handle: ContextHandle
    private let verifyHostname: Bool
    private let sessions = Locked<[String: ResumableSession]>([:])
    /// Server names whose last session is kept.
    private static let sessionCapacity = 256

    package init(
        trust: Trust, verifyHostname: Bool, alpn: [String],
        identity: (certificateChainPEM: String, privateKeyPEM: String)? = nil
    ) throws(IOError) {
        handle = try ContextHandle(server: false, alpn: alpn)
        self.verifyHostname = verifyHostname
        sallyport_ctx_cache_client_sessions(handle.pointer)
        switch trust {
        case .system:
            guard SSL_CTX_set_default_verify_paths(handle.pointer) == 1 else {
                throw .tls(reason: TLSFailure.drain())
            }
            SSL_CTX_set_verify(handle.pointer, SSL_VERIFY_PEER, nil)
        case .pem(let text):
            try handle.trust(authoritiesPEM: text)
            SSL_CTX_set_verify(handle.pointer, SSL_VERIFY_PEER, nil)
        case .unverified:
            SSL_CTX_set_verify(handle.pointer, SSL_VERIFY_NONE, nil)
        }
        if let identity {
            try handle.use(
                certificateChainPEM: identity.certificateChainPEM, privateKeyPEM: identity.privateKeyPEM)
        }
    }

    func makeSession(descriptor: Int32, serverName: String) throws(IOError) -> TLSSession {
        let session = try TLSSession(
            context: handle, descriptor: descriptor, role: .client(self, serverName: serverName))
        try session.expect(serverName: serverName, verified: verifyHostname)
        if let resumable = sessions.withLock({ $0.removeValue(forKey: serverName) }) {
            session.resume(resumable)
        }
        return session
    }

    func keep(_ session: ResumableSession, for serverName: String) {
        sessions.withLock { sessions in
            if sessions.count >= TLSClientContext.sessionCapacity, sessions[serverName] == nil {
                sessions.removeAll()
            }
            sessions[serverName] = session
        }
    }
}

/// An `SSL_SESSION` to resume. Invariant of `@unchecked`: it is handed from one owner to the next, never shared.
final class ResumableSession: @unchecked Sendable {
    let pointer: OpaquePointer

    init(pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        SSL_SESSION_free(pointer)
    }
}
