import Crypto

/// Why a SCRAM exchange ended without trust.
package enum SCRAMFailure: Error, Equatable, Sendable {
    case malformedServerMessage
    /// An `m=` attribute: an extension that we would have to understand (RFC 5802, section 5.1).
    case unsupportedExtension
    /// The server's nonce does not begin with ours.
    case nonceMismatch
    case iterationsOutOfRange(Int)
    /// The server's `e=` attribute.
    case serverError(String)
    /// The server does not know the password either: it is not whom we meant to reach.
    case wrongServerSignature
}

/// How the exchange is tied to the TLS connection below it (RFC 5802, section 6).
package enum SCRAMChannelBinding: Sendable, Equatable {
    /// No TLS, or no use made of it: `n`.
    case unused
    /// We could and the server does not offer to: `y`, so that a man in the middle who took the offer away is found out.
    case notOffered
    /// SCRAM-SHA-256-PLUS with the hash of the server's certificate (RFC 5929, tls-server-end-point).
    case serverEndPoint([UInt8])

    var header: [UInt8] {
        switch self {
        case .unused: Array("n,,".utf8)
        case .notOffered: Array("y,,".utf8)
        case .serverEndPoint: Array("p=tls-server-end-point,,".utf8)
        }
    }

    var data: [UInt8] {
        switch self {
        case .unused, .notOffered: []
        case .serverEndPoint(let hash): hash
        }
    }

    package var mechanism: String {
        switch self {
        case .unused, .notOffered: "SCRAM-SHA-256"
        case .serverEndPoint: "SCRAM-SHA-256-PLUS"
        }
    }
}

/// The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) as PostgreSQL speaks it: the user name is empty, for the
/// startup message has said it.
///
/// `initialMessage` → server-first → `keyDerivation` → `finalMessage` → server-final → `verify`.
package struct SCRAMClient: Sendable {
    private let binding: SCRAMChannelBinding
    private let nonce: [UInt8]
    private let user: String

    /// - Parameter nonce: at least 18 random bytes, used once.
    package init(binding: SCRAMChannelBinding, nonce: [UInt8]) {
        self.init(binding: binding, nonce: nonce, user: "")
    }

    /// With the user name inside, as the RFC's example has it.
    init(binding: SCRAMChannelBinding, nonce: [UInt8], user: String) {
        self.binding = binding
        self.nonce = Base64.encode(nonce)
        self.user = user
    }

    private var bareFirst: [UInt8] { Array("n=\(user),r=".utf8) + nonce }

    package var mechanism: String { binding.mechanism }
    package var initialMessage: [UInt8] { binding.header + bareFirst }

    /// What the server's first message asks for.
    package struct Challenge: Sendable {
        let message: [UInt8]
        let nonce: [UInt8]
        let salt: [UInt8]
        let iterations: Int

        package func keyDerivation(_ password: UpstreamPassword) -> SCRAMKeyDerivation {
            SCRAMKeyDerivation(identity: .init(salt: salt, iterations: iterations), password: password)
        }
    }

    package func challenge(_ message: [UInt8], maximumIterations: Int) throws(SCRAMFailure) -> Challenge {
        var attributes = SCRAMAttributes(message)
        let first = attributes.next()
        if first?.name == UInt8(ascii: "m") { throw .unsupportedExtension }
        guard let first, first.name == UInt8(ascii: "r"),
            let salt = attributes.next(), salt.name == UInt8(ascii: "s"),
            let iterations = attributes.next(), iterations.name == UInt8(ascii: "i"),
            let saltBytes = Base64.decode(salt.value), !saltBytes.isEmpty,
            let count = decimal(iterations.value)
        else { throw .malformedServerMessage }
        guard first.value.count > nonce.count, first.value.starts(with: nonce) else { throw .nonceMismatch }
        guard first.value.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .malformedServerMessage }
        guard (1...max(maximumIterations, 1)).contains(count) else { throw .iterationsOutOfRange(count) }
        return Challenge(message: message, nonce: Array(first.value), salt: saltBytes, iterations: count)
    }

    private func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...9).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = 10 * value + Int(digit - 0x30)
        }
        return value
    }

    /// The proof that we know the password, and the signature by which the server must prove the same.
    package struct Answer: Sendable {
        package let finalMessage: [UInt8]
        let serverSignature: [UInt8]
    }

    package func answer(_ challenge: Challenge, keys: SCRAMKeys) -> Answer {
        let bound = Base64.encode(binding.header + binding.data)
        let withoutProof = Array("c=".utf8) + bound + Array(",r=".utf8) + challenge.nonce
        let comma = [UInt8(ascii: ",")]
        let authMessage = bareFirst + comma + challenge.message + comma + withoutProof
        let storedKey = SymmetricKey(data: SHA256.hash(data: keys.clientKey))
        let signature = Array(HMAC<SHA256>.authenticationCode(for: authMessage, using: storedKey))
        let proof = zip(keys.clientKey, signature).map { $0 ^ $1 }
        let serverKey = SymmetricKey(data: keys.serverKey)
        return Answer(
            finalMessage: withoutProof + Array(",p=".utf8) + Base64.encode(proof),
            serverSignature: Array(HMAC<SHA256>.authenticationCode(for: authMessage, using: serverKey)))
    }

    /// Checks the server's final message; only after this is the server the one that holds our verifier.
    package static func verify(_ message: [UInt8], _ answer: Answer) throws(SCRAMFailure) {
        var attributes = SCRAMAttributes(message)
        guard let first = attributes.next() else { throw .malformedServerMessage }
        if first.name == UInt8(ascii: "e") {
            throw .serverError(String(decoding: first.value, as: UTF8.self))
        }
        guard first.name == UInt8(ascii: "v"), let signature = Base64.decode(first.value) else {
            throw .malformedServerMessage
        }
        guard constantTimeEqual(signature, answer.serverSignature) else { throw .wrongServerSignature }
    }

    private static func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        // The brackets matter: `|` and `^` bind alike in Swift, from the left.
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Walks `name=value` attributes separated by commas.
private struct SCRAMAttributes {
    private var rest: ArraySlice<UInt8>?

    init(_ message: [UInt8]) { rest = message[...] }

    mutating func next() -> (name: UInt8, value: ArraySlice<UInt8>)? {
        guard let current = rest else { return nil }
        let end = current.firstIndex(of: UInt8(ascii: ","))
        rest = end.map { current[($0 + 1)...] }
        let attribute = current[..<(end ?? current.endIndex)]
        guard attribute.count >= 2, let name = attribute.first,
            attribute[attribute.startIndex + 1] == UInt8(ascii: "=")
        else { return nil }
        return (name, attribute.dropFirst(2))
    }
}
