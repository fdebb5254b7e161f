import COpenSSL
import Glibc

/// A certificate with its key, PEM.
struct Identity: Sendable {
    let chain: String
    let key: String
}

/// A certificate authority that lives as long as the tests do.
///
/// Invariant of `@unchecked`: the key and the certificate are only read once `init` has made them.
final class TestAuthority: @unchecked Sendable {
    /// The authority that the tests trust, and one that they do not.
    static let trusted = TestAuthority(name: "Trusted")
    static let foreign = TestAuthority(name: "Foreign")

    /// The authority's own certificate, PEM.
    let certificate: String
    private let key: OpaquePointer
    private let issuer: OpaquePointer

    private init(name: String) {
        key = TestAuthority.makeKey()
        let issuer = TestAuthority.makeCertificate(name: "\(name) test authority", key: key)
        X509_set_issuer_name(issuer, X509_get_subject_name(issuer))
        TestAuthority.extend(issuer, NID_basic_constraints, "critical,CA:TRUE")
        X509_sign(issuer, key, EVP_sha256())
        self.issuer = issuer
        certificate = TestAuthority.pem { PEM_write_bio_X509($0, issuer) }
    }

    /// A leaf for `names` (`DNS:localhost`, `IP:127.0.0.1`), signed by this authority.
    func issue(_ names: [String]) -> Identity {
        let leafKey = TestAuthority.makeKey()
        let leaf = TestAuthority.makeCertificate(name: names.joined(separator: " "), key: leafKey)
        defer {
            X509_free(leaf)
            EVP_PKEY_free(leafKey)
        }
        X509_set_issuer_name(leaf, X509_get_subject_name(issuer))
        TestAuthority.extend(leaf, NID_subject_alt_name, names.joined(separator: ","))
        X509_sign(leaf, key, EVP_sha256())
        return Identity(
            chain: TestAuthority.pem { PEM_write_bio_X509($0, leaf) },
            key: TestAuthority.pem { PEM_write_bio_PrivateKey($0, leafKey, nil, nil, 0, nil, nil) })
    }

    /// A new key on P-256.
    private static func makeKey() -> OpaquePointer {
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        EVP_PKEY_keygen_init(context)
        EVP_PKEY_CTX_set_group_name(context, "P-256")
        precondition(EVP_PKEY_generate(context, &key) == 1, "no key")
        return key!
    }

    /// MBSTRING_ASC, whose macro does not reach Swift.
    private static let mbstringASCII: Int32 = 0x1001

    /// An unsigned certificate, version 3, valid since yesterday and until the day after tomorrow.
    private static func makeCertificate(name: String, key: OpaquePointer) -> OpaquePointer {
        let certificate = X509_new()!
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), .random(in: 1...UInt64(Int64.max)))
        X509_gmtime_adj(X509_getm_notBefore(certificate), -86_400)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 2 * 86_400)
        X509_set_pubkey(certificate, key)
        X509_NAME_add_entry_by_txt(
            X509_get_subject_name(certificate), "CN", mbstringASCII, name, -1, -1, 0)
        return certificate
    }

    private static func extend(_ certificate: OpaquePointer, _ name: Int32, _ value: String) {
        let entry = X509V3_EXT_conf_nid(nil, nil, name, value)
        precondition(X509_add_ext(certificate, entry, -1) == 1, "bad extension \(value)")
        X509_EXTENSION_free(entry)
    }

    private static func pem(_ write: (OpaquePointer?) -> Int32) -> String {
        let bio = BIO_new(BIO_s_mem())
        defer { BIO_free(bio) }
        precondition(write(bio) == 1, "no PEM")
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = BIO_read(bio, &bytes, Int32(bytes.count))
        return String(decoding: bytes.prefix(Int(max(0, count))), as: UTF8.self)
    }
}
