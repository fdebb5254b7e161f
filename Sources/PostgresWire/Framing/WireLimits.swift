/// How large a frame's body may be, by direction and kind. Each default is what the server, or libpq for the other
/// direction, enforces itself, so that nothing valid is refused.
@usableFromInline
package struct WireLimits: Sendable, Equatable {
    /// Startup-phase packets without a type byte: `MAX_STARTUP_PACKET_LENGTH` (libpq/pqcomm.h).
    @usableFromInline package var startupBody: Int
    /// Password, SASL and GSS answers: `PG_MAX_AUTH_TOKEN_LENGTH` (libpq/auth.h).
    @usableFromInline package var authenticationBody: Int
    /// Frontend messages that carry no statement and no data: `PQ_SMALL_MESSAGE_LIMIT` (libpq/libpq.h).
    @usableFromInline package var smallFrontendBody: Int
    /// Query, Parse, Bind, FunctionCall, CopyData: `PQ_LARGE_MESSAGE_LIMIT`, that is `MaxAllocSize - 1`.
    @usableFromInline package var largeFrontendBody: Int
    /// Backend messages outside `VALID_LONG_MESSAGE_TYPE` of libpq's fe-protocol3.c, which stops at 30,000 bytes.
    @usableFromInline package var smallBackendBody: Int
    /// Backend messages that may be long: a field holds at most 1 GiB, and a row several of them.
    @usableFromInline package var largeBackendBody: Int
    /// The secret key of BackendKeyData and CancelRequest: at most 256 bytes since protocol 3.2 (manual, 54.7).
    @usableFromInline package var cancelKey: Int
    /// Iterations of PBKDF2 that a server may ask of a SCRAM client; 4,096 is the server's default.
    @usableFromInline package var scramIterations: Int

    @inlinable
    package init(
        startupBody: Int = 10_000,
        authenticationBody: Int = 65_535,
        smallFrontendBody: Int = 10_000,
        largeFrontendBody: Int = 0x3fff_fffe,
        smallBackendBody: Int = 30_000,
        largeBackendBody: Int = 0x7fff_fffb,
        cancelKey: Int = 256,
        scramIterations: Int = 1_000_000
    ) {
        self.startupBody = startupBody
        self.authenticationBody = authenticationBody
        self.smallFrontendBody = smallFrontendBody
        self.largeFrontendBody = largeFrontendBody
        self.smallBackendBody = smallBackendBody
        self.largeBackendBody = largeBackendBody
        self.cancelKey = cancelKey
        self.scramIterations = scramIterations
    }
}
