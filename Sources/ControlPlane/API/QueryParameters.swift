import APIModels

/// The query of a request: each parameter at most once, and only known ones.
struct QueryParameters: Sendable {
    private let values: [String: String]

    /// - Throws: a problem that names every parameter that is unknown, repeated or malformed.
    init(_ query: Substring?, known: [String]) throws(Problem) {
        var values: [String: String] = [:]
        var errors: [FieldError] = []
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
                let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true),
                !value.unicodeScalars.contains("\0")
            else {
                errors.append(
                    Self.error("", .invalidValue, "the query is not well-formed percent-encoded UTF-8"))
                continue
            }
            if !known.contains(name) {
                errors.append(Self.error(name, .unknownField, "there is no such parameter"))
            } else if values.updateValue(value, forKey: name) != nil {
                errors.append(Self.error(name, .duplicate, "is given twice"))
            }
        }
        guard errors.isEmpty else { throw .invalidParameters(errors) }
        self.values = values
    }

    /// The parameter's text, if it is there.
    subscript(name: String) -> String? { values[name] }

    /// The parameter as an id, time, duration or name, if it is there.
    func value<Value: JSONText>(_ name: String, as type: Value.Type = Value.self) throws(Problem) -> Value? {
        guard let text = values[name] else { return nil }
        do {
            return try Value(text: text)
        } catch {
            throw .invalidParameters([Self.error(name, error.code, error.detail)])
        }
    }

    /// The parameter as one of the words of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type = Choice.self
    ) throws(Problem) -> Choice? where Choice.RawValue == String {
        guard let text = values[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidParameters([Self.error(name, .invalidValue, "must be one of \(words)")])
        }
        return choice
    }

    func boolean(_ name: String) throws(Problem) -> Bool? {
        switch values[name] {
        case nil: nil
        case "true": true
        case "false": false
        case .some: throw .invalidParameters([Self.error(name, .invalidValue, "must be true or false")])
        }
    }

    /// A whole number from `range`, if it is there.
    func integer(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        guard let text = values[name] else { return nil }
        guard let number = Int64(text), range.contains(number), String(number) == text else {
            let detail = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw .invalidParameters([Self.error(name, .outOfRange, detail)])
        }
        return number
    }

    private static func error(_ name: String, _ code: FieldError.Code, _ detail: String) -> FieldError {
        FieldError(pointer: JSONPointer.root.appending(name), code: code, detail: detail)
    }
}
