/// Where a value stands in a JSON text (RFC 6901): `/rules/3/approval/required`; the whole text is the empty
/// string.
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package static let root = JSONPointer(description: "")

    private init(description: String) { self.description = description }

    package func appending(_ name: String) -> JSONPointer {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return JSONPointer(description: description + "/" + name)
        }
        var escaped = ""
        for character in name {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.append(character)
            }
        }
        return JSONPointer(description: description + "/" + escaped)
    }

    package func appending(_ index: Int) -> JSONPointer {
        JSONPointer(description: "\(description)/\(index)")
    }
}
