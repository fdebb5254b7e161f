/// What the decoder does with members that a shape does not have.
package enum UnknownFields: Hashable, Sendable {
    case refused
    case ignored
}

extension JSON {
    /// The tree of a JSON text.
    package static func parse(
        _ bytes: [UInt8], limits: JSONLimits = .requestBody
    ) throws(JSONDecodingFailure) -> JSON {
        do {
            return try JSONParser.parse(bytes, limits: limits)
        } catch {
            let detail = "\(error.reason.rawValue) (at byte \(error.offset))"
            let code: FieldError.Code =
                switch error.reason {
                case .tooLong, .tooDeep: .tooLong
                case .duplicateKey: .duplicate
                case .unexpectedEnd, .unexpectedCharacter, .trailingCharacters, .invalidNumber,
                    .invalidString:
                    .malformedJSON
                }
            throw JSONDecodingFailure(errors: [FieldError(pointer: error.pointer, code: code, detail: detail)]
            )
        }
    }

    /// A value from a JSON text, or everything that is wrong with the text.
    ///
    /// Members are found by the snake_case form of the property names. A field that is refused does not hide
    /// errors in the fields after it.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], limits: JSONLimits = .requestBody,
        unknownFields: UnknownFields = .refused
    ) throws(JSONDecodingFailure) -> Value {
        try parse(bytes, limits: limits).decode(type, limits: limits, unknownFields: unknownFields)
    }

    /// A value from a tree. See `decode(_:from:)`.
    package func decode<Value: Decodable>(
        _ type: Value.Type, limits: JSONLimits = .requestBody, unknownFields: UnknownFields = .refused
    ) throws(JSONDecodingFailure) -> Value {
        let report = DecodingReport(limit: limits.reportedErrors, unknownFields: unknownFields)
        let decoder = TreeDecoder(node: self, pointer: .root, report: report)
        guard let value = try? decoder.decodeReporting(type), report.errors.isEmpty else {
            throw JSONDecodingFailure(errors: report.errors)
        }
        return value
    }
}

extension JSON: Decodable {
    package init(from decoder: any Decoder) throws {
        if let decoder = decoder as? TreeDecoder {
            self = decoder.node
        } else if decoder is PlaceholderDecoder {
            self = .null
        } else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a JSON tree decodes from JSON only"))
        }
    }
}

/// What one decoding has found wrong so far.
private final class DecodingReport {
    private(set) var errors: [FieldError] = []
    let unknownFields: UnknownFields
    private let limit: Int

    init(limit: Int, unknownFields: UnknownFields) {
        self.limit = limit
        self.unknownFields = unknownFields
    }

    func add(_ pointer: JSONPointer, _ code: FieldError.Code, _ detail: String) {
        if errors.count < limit { errors.append(FieldError(pointer: pointer, code: code, detail: detail)) }
    }
}

/// Thrown up to the nearest place that can go on with a placeholder. The error itself is in the report by
/// then.
private struct AlreadyReported: Error {}

private final class TreeDecoder: Decoder {
    let node: JSON
    let pointer: JSONPointer
    let report: DecodingReport
    /// The members that the shape asked for; nil until it asked for an object.
    var askedKeys: Set<String>?

    init(node: JSON, pointer: JSONPointer, report: DecodingReport) {
        self.node = node
        self.pointer = pointer
        self.report = report
    }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// The value of this node. What is wrong with it is in the report when this throws.
    func decodeReporting<Value: Decodable>(_ type: Value.Type) throws(AlreadyReported) -> Value {
        do {
            return try decodeThrowing(type)
        } catch let error as InvalidValue {
            report.add(pointer, error.code, error.detail)
        } catch is AlreadyReported {
            throw AlreadyReported()
        } catch {
            report.add(pointer, .invalidValue, Self.expectation(of: type))
        }
        throw AlreadyReported()
    }

    /// The value of this node. An error of the node itself is thrown and not yet in the report, so that an
    /// initialiser can try one form and then another; errors of members and elements are in the report.
    func decodeThrowing<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let errorsBefore = report.errors.count
        let value = try Value(from: self)
        reportUnknownFields()
        if errorsBefore == report.errors.count, let constrained = value as? any CrossFieldValidated {
            constrained.validate { field, error in
                let target = field.reduce(pointer) { $0.appending($1) }
                report.add(target, error.code, error.detail)
            }
        }
        return value
    }

    private func reportUnknownFields() {
        guard report.unknownFields == .refused, let askedKeys, case .object(let object) = node else { return }
        for key in object.keys where !askedKeys.contains(key) {
            report.add(pointer.appending(key), .unknownField, "there is no such field")
        }
    }

    private static func expectation(of type: any Decodable.Type) -> String {
        if let choices = type as? any CaseIterable.Type {
            let names = choiceNames(choices)
            if !names.isEmpty { return "must be one of \(names.joined(separator: ", "))" }
        }
        return "is not a valid value"
    }

    private static func choiceNames<Choice: CaseIterable>(_ type: Choice.Type) -> [String] {
        Choice.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
    }

    func child(_ node: JSON, at pointer: JSONPointer) -> TreeDecoder {
        TreeDecoder(node: node, pointer: pointer, report: report)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = node else { throw mismatch("an object") }
        if askedKeys == nil { askedKeys = [] }
        return KeyedDecodingContainer(KeyedTreeDecoder<Key>(decoder: self, object: object))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = node else { throw mismatch("an array") }
        return UnkeyedTreeDecoder(decoder: self, elements: elements)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { SingleValueTreeDecoder(decoder: self) }

    func mismatch(_ wanted: String) -> InvalidValue {
        InvalidValue("must be \(wanted), not \(node.kindName)", code: .wrongType)
    }

    func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        let value: Value?
        switch node {
        case .integer(let number): value = Value(exactly: number)
        // `498.0` is an integer, too (JSON Schema, 6.1.1).
        case .double(let number) where number.rounded() == number: value = Value(exactly: number)
        case .null, .bool, .double, .string, .array, .object: throw mismatch("an integer")
        }
        guard let value else {
            throw InvalidValue("must be from \(Value.min) to \(Value.max)", code: .outOfRange)
        }
        return value
    }
}

extension TreeDecoder {
    /// The value of a member or element; a refused one is reported and replaced by a placeholder where there
    /// is one.
    func decodeOrPlaceholder<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try decodeReporting(type)
        } catch {
            return try Self.placeholder(type)
        }
    }

    static func placeholder<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let value = try? PlaceholderDecoder.value(type) else { throw AlreadyReported() }
        return value
    }
}

private struct KeyedTreeDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: TreeDecoder
    let object: JSONObject

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { object.keys.compactMap { Key(stringValue: $0) } }

    private func name(_ key: Key) -> String {
        DictionaryKeys.are(Key.self) ? key.stringValue : key.stringValue.snakeCased
    }

    private func member(_ key: Key) -> JSON? {
        let name = name(key)
        decoder.askedKeys?.insert(name)
        return object[name]
    }

    private func child(_ key: Key, _ node: JSON) -> TreeDecoder {
        decoder.child(node, at: decoder.pointer.appending(name(key)))
    }

    private func missing(_ key: Key) {
        decoder.report.add(decoder.pointer.appending(name(key)), .missingField, "is required")
    }

    func contains(_ key: Key) -> Bool { member(key) != nil }
    /// What may be left out is left out, and not null: a request that says null means something that we do not know.
    func decodeNil(forKey key: Key) -> Bool {
        guard let node = member(key) else { return true }
        return node == .null && decoder.report.unknownFields != .refused
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        guard let node = member(key) else {
            missing(key)
            return try TreeDecoder.placeholder(type)
        }
        return try child(key, node).decodeOrPlaceholder(type)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let node = member(key), !decodeNil(forKey: key) else { return nil }
        return try? child(key, node).decodeReporting(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try superDecoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try superDecoder(forKey: key).unkeyedContainer()
    }

    func superDecoder() -> any Decoder { decoder }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        guard let node = member(key) else {
            missing(key)
            throw AlreadyReported()
        }
        return child(key, node)
    }
}

private struct UnkeyedTreeDecoder: UnkeyedDecodingContainer {
    let decoder: TreeDecoder
    let elements: [JSON]
    var currentIndex = 0

    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private mutating func next() throws -> TreeDecoder {
        guard currentIndex < elements.count else {
            throw InvalidValue("has too few elements", code: .missingField)
        }
        defer { currentIndex += 1 }
        return decoder.child(elements[currentIndex], at: decoder.pointer.appending(currentIndex))
    }

    mutating func decodeNil() -> Bool {
        guard currentIndex < elements.count, elements[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next().decodeOrPlaceholder(type)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }
    mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct SingleValueTreeDecoder: SingleValueDecodingContainer {
    let decoder: TreeDecoder
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { decoder.node == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let value) = decoder.node else { throw decoder.mismatch("a boolean") }
        return value
    }

    func decode(_ type: String.Type) throws -> String {
        guard case .string(let value) = decoder.node else { throw decoder.mismatch("a string") }
        return value
    }

    func decode(_ type: Double.Type) throws -> Double {
        switch decoder.node {
        case .integer(let value): return Double(value)
        case .double(let value): return value
        case .null, .bool, .string, .array, .object: throw decoder.mismatch("a number")
        }
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
    func decode(_ type: Int.Type) throws -> Int { try decoder.integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try decoder.integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try decoder.integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try decoder.integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try decoder.integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try decoder.integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.integer(type) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try decoder.child(decoder.node, at: decoder.pointer).decodeThrowing(type)
    }
}
