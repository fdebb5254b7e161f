import Crypto

/// What SCRAM proves itself with, derived from the password (RFC 5802, section 3). As secret as the password.
package struct SCRAMKeys: Sendable {
    let clientKey: [UInt8]
    let serverKey: [UInt8]
}

extension SCRAMKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The expensive step of a SCRAM login: thousands of HMACs, milliseconds of CPU. It is work handed out, so that the caller
/// runs it where it blocks nobody, and runs it once: a role's salt and iterations stay what they are until its password
/// changes, and `identity` is the key to keep the result under, next to whose credential it is.
package struct SCRAMKeyDerivation: Sendable {
    package struct Identity: Hashable, Sendable {
        package let salt: [UInt8]
        package let iterations: Int
    }

    package let identity: Identity
    let password: UpstreamPassword

    package func derive() -> SCRAMKeys {
        let salted = Self.hi(
            SASLprep.prepare(password.text), salt: identity.salt, iterations: identity.iterations)
        let key = SymmetricKey(data: salted)
        return SCRAMKeys(
            clientKey: Array(HMAC<SHA256>.authenticationCode(for: Array("Client Key".utf8), using: key)),
            serverKey: Array(HMAC<SHA256>.authenticationCode(for: Array("Server Key".utf8), using: key)))
    }

    /// Hi() of RFC 5802, section 2.2: PBKDF2 with HMAC-SHA-256 and one block of output.
    static func hi(_ password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        let keyed = HMAC<SHA256>(key: SymmetricKey(data: password))
        var first = keyed
        first.update(data: salt + [0, 0, 0, 1])
        var previous = Array(first.finalize())
        var result = previous
        for _ in 1..<max(iterations, 1) {
            var next = keyed
            next.update(data: previous)
            previous = Array(next.finalize())
            for index in result.indices { result[index] ^= previous[index] }
        }
        return result
    }
}
