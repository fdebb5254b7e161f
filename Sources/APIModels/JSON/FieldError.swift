/// One thing wrong with a JSON body: where, a stable code, and a text for the caller (`errors` of a problem).
package struct FieldError: Hashable, Sendable, Codable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable, Codable, CaseIterable {
        case malformedJSON = "malformed_json"
        case unknownField = "unknown_field"
        case missingField = "missing_field"
        case wrongType = "wrong_type"
        case invalidValue = "invalid_value"
        case outOfRange = "out_of_range"
        case tooLong = "too_long"
        case duplicate = "duplicate"
        case notSupported = "not_supported"
    }

    package let pointer: String
    package let code: Code
    package let detail: String

    package init(pointer: JSONPointer, code: Code, detail: String) {
        self.pointer = pointer.description
        self.code = code
        self.detail = detail
    }

    package var description: String { "\(pointer.isEmpty ? "/" : pointer): \(detail) (\(code.rawValue))" }
}

/// Why a value was refused, thrown by the initialiser that parses it; the decoder adds where it stood.
package struct InvalidValue: Error, Hashable, Sendable {
    package let code: FieldError.Code
    package let detail: String

    package init(_ detail: String, code: FieldError.Code = .invalidValue) {
        self.code = code
        self.detail = detail
    }
}

/// A JSON text that is not what it should be: everything that is wrong with it, never empty.
package struct JSONDecodingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let errors: [FieldError]

    package init(errors: [FieldError]) { self.errors = errors }

    package var description: String { errors.map(\.description).joined(separator: "; ") }
}
