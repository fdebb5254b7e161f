import APIModels
import Crypto
import FoundationEssentials
import Glibc

/// Why a secret cannot be had. For the operator; the texts name where it should come from, never what it is.
enum SecretError: Error, Equatable, Sendable, CustomStringConvertible {
    case cannotUnseal
    case noEnvironmentVariable(String)
    case unreadableFile(path: String, reason: String)
    case unknownResource

    var description: String {
        switch self {
        case .cannotUnseal: "the sealed secret is not for this agent's key, or damaged"
        case .noEnvironmentVariable(let name): "the environment variable \(name) is not set"
        case .unreadableFile(let path, let reason): "the file \(path) cannot be read: \(reason)"
        case .unknownResource: "the resource is not in the configuration"
        }
    }
}

/// Opens what the control plane sealed to this agent, and reads the secrets that it is only told the place
/// of.
struct SecretUnsealer: Sendable {
    let keys: AgentKeys

    /// Longer than any password, token or key file of use.
    private static let fileBytes = 64 << 10

    /// HPKE base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305 (RFC 9180); the sealed form
    /// is the encapsulated key (32 bytes) and the ciphertext, one behind the other.
    func unseal(_ sealed: [UInt8], info: [UInt8]) throws(SecretError) -> Secret<[UInt8]> {
        guard sealed.count > 32 else { throw .cannotUnseal }
        do {
            var recipient = try HPKE.Recipient(
                privateKey: keys.sealing, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: Data(info),
                encapsulatedKey: Data(sealed[..<32]))
            return Secret(Array(try recipient.open(Array(sealed[32...]))))
        } catch {
            throw .cannotUnseal
        }
    }

    func secret(from source: SecretSource, info: [UInt8]) throws(SecretError) -> Secret<[UInt8]> {
        switch source {
        case .sealed(let bytes): return try unseal(bytes.bytes, info: info)
        case .environment(let name):
            guard let value = getenv(name) else { throw .noEnvironmentVariable(name) }
            return Secret(Array(String(cString: value).utf8))
        case .file(let path): return try read(path)
        }
    }

    /// A file's bytes without the line end that editors put behind them.
    private func read(_ path: String) throws(SecretError) -> Secret<[UInt8]> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.fileBytes + 1)
        var length = 0
        while length < bytes.count {
            let count = bytes[length...].withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path) }
            if count == 0 { break }
            length += count
        }
        guard length <= Self.fileBytes else {
            throw .unreadableFile(path: path, reason: "it is longer than 64 KiB")
        }
        while length > 0, bytes[length - 1] == 0x0A || bytes[length - 1] == 0x0D { length -= 1 }
        return Secret(Array(bytes[..<length]))
    }

    private static func failure(_ path: String) -> SecretError {
        .unreadableFile(path: path, reason: String(cString: strerror(errno)))
    }
}
