package import Crypto

/// The key of a resource's hashes and tokens. It prints as `[redacted]`, by every way of printing.
package struct MaskKey: Sendable {
    /// The HMAC once it has taken the key: copied for each value.
    private let keyed: HMAC<SHA256>

    /// - Parameter key: 256 random bits, kept by the control plane.
    package init(_ key: SymmetricKey) { keyed = HMAC<SHA256>(key: key) }

    /// HMAC-SHA-256 of a value, apart for each purpose, so that a hash says nothing about a token.
    func code(_ purpose: Purpose, _ value: Span<UInt8>) -> [UInt8] {
        var hmac = keyed
        hmac.update(data: [purpose.rawValue])
        unsafe value.withUnsafeBufferPointer { unsafe hmac.update(data: $0) }
        return Array(hmac.finalize())
    }

    enum Purpose: UInt8 {
        case hash = 1
        case token = 2
    }
}

extension MaskKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
