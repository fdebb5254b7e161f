#pragma once
// OpenSSL 3, with its function-like macros as functions.
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/// To be called before each call on an SSL: SSL_get_error(3) reads this thread's error queue and errno, whoever filled them.
static inline void sallyport_ssl_begin(void) {
    ERR_clear_error();
    errno = 0;
}
/// Notes in the int that is the argument of `bio` whether the last read gave fewer bytes than it had room for.
static inline long sallyport_note_short_read(
    BIO *bio, int operation, const char *bytes, size_t room, int argument, long other, int result, size_t *count
) {
    if (operation == (BIO_CB_READ | BIO_CB_RETURN)) {
        *(int *)BIO_get_callback_arg(bio) = result > 0 && count != NULL && *count < room;
    }
    return result;
}
/// Has `flag` tell after each read of `ssl` from its descriptor whether that is dry. `flag` outlives `ssl`.
static inline void sallyport_ssl_note_short_reads(SSL *ssl, int *flag) {
    BIO_set_callback_arg(SSL_get_rbio(ssl), (char *)flag);
    BIO_set_callback_ex(SSL_get_rbio(ssl), sallyport_note_short_read);
}
static inline int sallyport_ssl_set_host_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}
static inline int sallyport_ctx_require_tls12(SSL_CTX *ctx) {
    return (int)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
}
/// Non-blocking writes may be cut short and retried from another address; idle connections give their buffers back.
static inline void sallyport_ctx_set_stream_modes(SSL_CTX *ctx) {
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(ctx, 1);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
}
/// The chain takes a reference of its own to `certificate`.
static inline int sallyport_ctx_add_chain_certificate(SSL_CTX *ctx, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(ctx, certificate);
}
/// Tickets carry the sessions: nothing is kept here. One ticket for each handshake, because a client keeps one.
static inline void sallyport_ctx_keep_no_server_sessions(SSL_CTX *ctx) {
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx, 1);
}
/// PEM_R_NO_START_LINE as the last error means that the text has ended, and that nothing in it was bad.
static inline int sallyport_pem_has_ended(void) {
    unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}
static inline void sallyport_ctx_cache_client_sessions(SSL_CTX *ctx) {
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}
static inline X509 *sallyport_ssl_get1_peer_certificate(SSL *ssl) { return SSL_get1_peer_certificate(ssl); }

/// The digest of RFC 5929 section 4.1 over `certificate`; 0 on failure, else the digest's length.
static inline unsigned sallyport_tls_server_end_point(X509 *certificate, unsigned char digest[EVP_MAX_MD_SIZE]) {
    int hash = NID_undef;
    unsigned length = 0;
    if (!X509_get_signature_info(certificate, &hash, NULL, NULL, NULL)) return 0;
    if (hash == NID_undef || hash == NID_md5 || hash == NID_sha1) hash = NID_sha256;
    const EVP_MD *md = EVP_get_digestbynid(hash);
    if (md == NULL || !X509_digest(certificate, md, digest, &length)) return 0;
    return length;
}
