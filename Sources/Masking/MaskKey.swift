package import Crypto

/// The key of a resource's hashes and tokens. It prints as `[redacted]`, by every way of printing.
package struct MaskKey: Sendable {
    /// The HMAC once it has taken the key: copied for each value.
    private let keyed: HMAC<SHA256>

    /// - Parameter key: 256 random bits, kept by the control plane.
    package init(_ key: SymmetricKey) { keyed = HMAC<SHA256>(key: key) }

    /// HMAC-SHA-256 of a value, apart for each purpose, so that a hash says nothing about a token.
    func code(_ purpose: Purpose, _ value: Span<UInt8>) -> [UInt8] {
        prefixed(purpose, Span()).code(value)
    }

    /// The code of values that all begin alike.
    func prefixed(_ purpose: Purpose, _ prefix: Span<UInt8>) -> PrefixedCode {
        var code = PrefixedCode(hmac: keyed)
        code.hmac.update(data: [purpose.rawValue])
        code.take(prefix)
        return code
    }

    enum Purpose: UInt8 {
        case hash = 1
        case token = 2
    }
}

/// An HMAC that has taken the key and the beginning of its values: copied for each of them.
struct PrefixedCode {
    fileprivate var hmac: HMAC<SHA256>

    fileprivate mutating func take(_ bytes: Span<UInt8>) {
        // Sound: the pointer lives for the call only.
        unsafe bytes.withUnsafeBufferPointer { unsafe hmac.update(data: $0) }
    }

    func code(_ value: Span<UInt8>) -> [UInt8] {
        var copy = self
        copy.take(value)
        return Array(copy.hmac.finalize())
    }
}

extension MaskKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
