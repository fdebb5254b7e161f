import APIModels
import Crypto

/// Hashes of secrets that have 256 random bits, where a plain hash is as good as a slow one.
enum KeyHash {
    static func of(_ secret: Secret<String>) -> [UInt8] {
        Array(SHA256.hash(data: Array(secret.reveal().utf8)))
    }
}

enum ConstantTime {
    /// Whether both are equal, in a time that depends on their lengths only.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
