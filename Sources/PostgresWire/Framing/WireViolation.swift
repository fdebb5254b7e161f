/// Why bytes of a peer are not a message of the protocol. Nothing is repaired: the connection ends with SQLSTATE 08P01.
@usableFromInline
package enum WireViolation: Error, Equatable, Sendable {
    /// The length word is below four, the bytes of the word itself.
    case lengthBelowMinimum(UInt32)
    /// The body is longer than `WireLimits` allows for this kind of message.
    case frameTooLarge(type: UInt8, bodyLength: Int, limit: Int)
    /// No message of this direction begins with this byte.
    case unknownType(UInt8)
    /// The body ends inside a field.
    case truncatedBody
    /// A string has no terminating NUL inside the body.
    case unterminatedString
    /// The body goes on after its last field.
    case trailingBytes(Int)
    /// A count or length is negative, or does not agree with another one.
    case invalidCount(Int)
    /// A format code other than 0 (text) and 1 (binary).
    case unsupportedFormat(UInt16)
    /// A code that the protocol does not define at this place (a target, a status, an authentication kind).
    case invalidCode(UInt32)
}

extension WireViolation: CustomStringConvertible {
    /// For the operator's log; says sizes and codes, never content.
    @usableFromInline package var description: String {
        switch self {
        case .lengthBelowMinimum(let length): "message length \(length) is below the minimum of 4"
        case .frameTooLarge(let type, let length, let limit):
            "message of type \(type) has \(length) bytes, more than the limit of \(limit)"
        case .unknownType(let type): "unknown message type \(type)"
        case .truncatedBody: "message ends inside a field"
        case .unterminatedString: "message has a string without a terminator"
        case .trailingBytes(let count): "message has \(count) bytes behind its last field"
        case .invalidCount(let count): "message has an invalid count of \(count)"
        case .unsupportedFormat(let code): "unsupported format code \(code)"
        case .invalidCode(let code): "message has an undefined code \(code)"
        }
    }
}
