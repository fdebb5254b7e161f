internal import COpenSSL

/// Certificates and keys out of PEM text (RFC 7468). The caller frees what it gets.
enum PEM {
    static func certificates(in text: String) throws(IOError) -> [OpaquePointer] {
        let bio = try memory(text)
        defer { BIO_free(bio) }
        var certificates: [OpaquePointer] = []
        while let certificate = PEM_read_bio_X509(bio, nil, refusePassphrase, nil) {
            certificates.append(certificate)
        }
        guard sallyport_pem_has_ended() == 1 else {
            for certificate in certificates { X509_free(certificate) }
            throw .tls(reason: "a bad certificate in the PEM text: \(TLSFailure.drain())")
        }
        ERR_clear_error()
        return certificates
    }

    static func privateKey(in text: String) throws(IOError) -> OpaquePointer {
        let bio = try memory(text)
        defer { BIO_free(bio) }
        guard let key = PEM_read_bio_PrivateKey(bio, nil, refusePassphrase, nil) else {
            throw .tls(reason: "no usable private key in the PEM text: \(TLSFailure.drain())")
        }
        return key
    }

    private static func memory(_ text: String) throws(IOError) -> OpaquePointer {
        guard let bio = BIO_new(BIO_s_mem()) else { throw .tls(reason: TLSFailure.drain()) }
        let bytes = Array(text.utf8)
        guard bytes.isEmpty || BIO_write(bio, bytes, Int32(clamping: bytes.count)) == bytes.count else {
            BIO_free(bio)
            throw .tls(reason: TLSFailure.drain())
        }
        return bio
    }
}

/// OpenSSL would otherwise ask for a passphrase on the terminal.
private func refusePassphrase(
    _: UnsafeMutablePointer<CChar>?, _: Int32, _: Int32, _: UnsafeMutableRawPointer?
) -> Int32 { -1 }

/// OpenSSL's error queue of this thread.
enum TLSFailure {
    /// Empties the queue and gives the first reason in it.
    static func drain() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return "unexpected end" }
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(code, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
