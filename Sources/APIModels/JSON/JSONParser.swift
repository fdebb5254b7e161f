/// A JSON text that is refused: where, and why.
package struct JSONSyntaxError: Error, Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        case tooLong = "the text is longer than the limit"
        case tooDeep = "arrays and objects nest deeper than the limit"
        case unexpectedEnd = "the text ends too early"
        case unexpectedCharacter = "a character that JSON does not allow here"
        case trailingCharacters = "something follows the JSON value"
        case invalidNumber = "not a JSON number"
        case invalidString = "a string with an invalid escape, control character or UTF-8 sequence"
        case duplicateKey = "an object names the same member twice"
    }

    package let reason: Reason
    /// Offset of the offending byte.
    package let offset: Int
    /// Of the innermost value being read.
    package let pointer: JSONPointer
}

/// Reads a JSON text strictly by RFC 8259: UTF-8, no comments, no duplicate members, bounded in length and
/// depth.
struct JSONParser {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var position = 0
    private var pointer = JSONPointer.root

    private init(_ bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    static func parse(_ bytes: [UInt8], limits: JSONLimits) throws(JSONSyntaxError) -> JSON {
        var parser = JSONParser(bytes, limits: limits)
        guard bytes.count <= limits.bytes else { throw parser.error(.tooLong) }
        parser.skipWhitespace()
        let value = try parser.value(depth: 0)
        parser.skipWhitespace()
        guard parser.position == bytes.count else { throw parser.error(.trailingCharacters) }
        return value
    }

    private func error(_ reason: JSONSyntaxError.Reason) -> JSONSyntaxError {
        JSONSyntaxError(reason: reason, offset: position, pointer: pointer)
    }

    private func peek() throws(JSONSyntaxError) -> UInt8 {
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[position]
    }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSON {
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error(.unexpectedCharacter)
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSON) throws(JSONSyntaxError) -> JSON {
        for expected in word.description.utf8 {
            guard try peek() == expected else { throw error(.unexpectedCharacter) }
            position += 1
        }
        return value
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth <= limits.depth else { throw error(.tooDeep) }
        position += 1
        skipWhitespace()
        var elements: [JSON] = []
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        let here = pointer
        while true {
            pointer = here.appending(elements.count)
            elements.append(try value(depth: depth))
            pointer = here
            skipWhitespace()
            switch try peek() {
            case UInt8(ascii: ","):
                position += 1
                skipWhitespace()
            case UInt8(ascii: "]"):
                position += 1
                return .array(elements)
            default: throw error(.unexpectedCharacter)
            }
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth <= limits.depth else { throw error(.tooDeep) }
        position += 1
        skipWhitespace()
        var object = JSONObject()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return .object(object)
        }
        let here = pointer
        while true {
            guard try peek() == UInt8(ascii: "\"") else { throw error(.unexpectedCharacter) }
            let key = try string()
            pointer = here.appending(key)
            guard object[key] == nil else { throw error(.duplicateKey) }
            skipWhitespace()
            guard try peek() == UInt8(ascii: ":") else { throw error(.unexpectedCharacter) }
            position += 1
            skipWhitespace()
            object[key] = try value(depth: depth)
            pointer = here
            skipWhitespace()
            switch try peek() {
            case UInt8(ascii: ","):
                position += 1
                skipWhitespace()
            case UInt8(ascii: "}"):
                position += 1
                return .object(object)
            default: throw error(.unexpectedCharacter)
            }
        }
    }
}

extension JSONParser {
    private mutating func digits() throws(JSONSyntaxError) {
        guard position < bytes.count, isDigit(bytes[position]) else { throw error(.invalidNumber) }
        while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private mutating func number() throws(JSONSyntaxError) -> JSON {
        let start = position
        var isInteger = true
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits()
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if position < bytes.count,
                bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let double = Double(text), double.isFinite else { throw error(.invalidNumber) }
        return .double(double)
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let end = position
                position += 1
                return try text(Array(bytes[start..<end]))
            case UInt8(ascii: "\\"):
                return try escapedString(from: start)
            case 0x00..<0x20:
                throw error(.invalidString)
            default:
                position += 1
            }
        }
        throw error(.unexpectedEnd)
    }

    private func text(_ utf8: [UInt8]) throws(JSONSyntaxError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else { throw error(.invalidString) }
        return text
    }

    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var decoded = Array(bytes[start..<position])
        while true {
            let byte = try peek()
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(decoded)
            case 0x00..<0x20: throw error(.invalidString)
            case UInt8(ascii: "\\"): try escape(into: &decoded)
            default: decoded.append(byte)
            }
        }
    }

    private mutating func escape(into decoded: inout [UInt8]) throws(JSONSyntaxError) {
        let letter = try peek()
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(letter)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): decoded.append(contentsOf: String(Character(try unicodeEscape())).utf8)
        default: throw error(.invalidString)
        }
    }

    private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), try peek() == UInt8(ascii: "\\") else {
            throw error(.invalidString)
        }
        position += 1
        guard try peek() == UInt8(ascii: "u") else { throw error(.invalidString) }
        position += 1
        let second = try codeUnit()
        guard (0xDC00..<0xE000).contains(second) else { throw error(.invalidString) }
        let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        guard let scalar = Unicode.Scalar(value) else { throw error(.invalidString) }
        return scalar
    }

    private mutating func codeUnit() throws(JSONSyntaxError) -> UInt16 {
        guard bytes.count - position >= 4 else { throw error(.unexpectedEnd) }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw error(.invalidString)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
