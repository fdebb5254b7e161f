/// The name of a resource, policy, service account or agent: `[a-z0-9-]{1,63}`.
package struct Name: Hashable, Sendable, Comparable {
    package let description: String

    package static func < (left: Name, right: Name) -> Bool { left.description < right.description }
}

extension Name: JSONText {
    package init(text: String) throws(InvalidValue) {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard allowed, (1...63).contains(text.utf8.count) else {
            throw InvalidValue("must be 1 to 63 characters of a-z, 0-9 and -")
        }
        description = text
    }

    package init?(_ text: String) {
        guard let name = try? Name(text: text) else { return nil }
        self = name
    }

    package static let placeholder: Name = "placeholder"
}

extension Name: ExpressibleByStringLiteral {
    /// For names in source code. Traps on one that is malformed.
    package init(stringLiteral value: String) {
        guard let name = Name(value) else { preconditionFailure("malformed name in source: \(value)") }
        self = name
    }
}
