extension JSON {
    /// The JSON text of a value; property names become snake_case, absent optionals are left out.
    ///
    /// Our shapes encode into any container; what cannot be encoded (a non-finite number) is written as null.
    package static func encode(_ value: some Encodable) -> [UInt8] {
        guard let slot = slot(of: value) else { return Array("null".utf8) }
        var bytes: [UInt8] = []
        slot.write(into: &bytes)
        return bytes
    }

    package static func encodeText(_ value: some Encodable) -> String {
        String(decoding: encode(value), as: UTF8.self)
    }

    package static func tree(of value: some Encodable) -> JSON {
        slot(of: value)?.json ?? .null
    }

    private static func slot(of value: some Encodable) -> EncodedSlot? {
        let slot = EncodedSlot()
        do {
            try slot.encode(value)
        } catch {
            return nil
        }
        return slot
    }
}

extension JSON: Encodable {
    package func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? TreeEncoder else {
            throw EncodingError.invalidValue(
                self,
                .init(codingPath: encoder.codingPath, debugDescription: "a JSON tree encodes into JSON only"))
        }
        encoder.slot.content = .value(self)
    }
}

/// A place in the tree that is being written.
private final class EncodedSlot {
    enum Content {
        case value(JSON)
        case array([EncodedSlot])
        case object([(key: String, slot: EncodedSlot)])
    }

    var content: Content = .value(.null)
    /// Whether this slot is a dictionary, whose keys are data and stay as they are.
    var keepsKeys = false

    var json: JSON {
        switch content {
        case .value(let value): return value
        case .array(let slots): return .array(slots.map(\.json))
        case .object(let members):
            var object = JSONObject()
            for member in members { object[member.key] = member.slot.json }
            return .object(object)
        }
    }

    /// The text of what is here, without a tree in between.
    func write(into bytes: inout [UInt8]) {
        switch content {
        case .value(let value): value.write(into: &bytes)
        case .array(let slots):
            JSON.writeArray(slots, into: &bytes) { $0.write(into: &$1) }
        case .object(let members):
            JSON.writeObject(members, key: \.key, into: &bytes) { $0.slot.write(into: &$1) }
        }
    }

    func encode(_ value: some Encodable) throws {
        if value is any StringKeyed { keepsKeys = true }
        try value.encode(to: TreeEncoder(slot: self))
    }

    func appendElement() -> EncodedSlot {
        let slot = EncodedSlot()
        if case .array(var slots) = content {
            content = .value(.null)
            slots.append(slot)
            content = .array(slots)
        } else {
            content = .array([slot])
        }
        return slot
    }

    func member(_ key: any CodingKey) -> EncodedSlot {
        let name = keepsKeys ? key.stringValue : key.stringValue.snakeCased
        guard case .object(var members) = content else {
            let slot = EncodedSlot()
            content = .object([(name, slot)])
            return slot
        }
        if let existing = members.first(where: { $0.key == name }) { return existing.slot }
        let slot = EncodedSlot()
        content = .value(.null)
        members.append((name, slot))
        content = .object(members)
        return slot
    }
}

/// A dictionary with string keys.
protocol StringKeyed {}
extension Dictionary: StringKeyed where Key == String {}

private struct TreeEncoder: Encoder {
    let slot: EncodedSlot
    /// Where in the value this is, which nobody asks for.
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = slot.content {} else { slot.content = .object([]) }
        return KeyedEncodingContainer(KeyedTreeEncoder<Key>(slot: slot))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array = slot.content {} else { slot.content = .array([]) }
        return UnkeyedTreeEncoder(slot: slot)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleValueTreeEncoder(slot: slot)
    }
}

private struct KeyedTreeEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: EncodedSlot
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { slot.member(key).content = .value(.null) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        try slot.member(key).encode(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        TreeEncoder(slot: slot.member(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        TreeEncoder(slot: slot.member(key)).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { TreeEncoder(slot: slot) }

    func superEncoder(forKey key: Key) -> any Encoder {
        TreeEncoder(slot: slot.member(key))
    }
}

private struct UnkeyedTreeEncoder: UnkeyedEncodingContainer {
    let slot: EncodedSlot
    var codingPath: [any CodingKey] { [] }

    var count: Int {
        if case .array(let slots) = slot.content { slots.count } else { 0 }
    }

    func encodeNil() { slot.appendElement().content = .value(.null) }

    func encode(_ value: some Encodable) throws { try slot.appendElement().encode(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        TreeEncoder(slot: slot.appendElement()).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        TreeEncoder(slot: slot.appendElement()).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { TreeEncoder(slot: slot.appendElement()) }
}

private struct SingleValueTreeEncoder: SingleValueEncodingContainer {
    let slot: EncodedSlot
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { slot.content = .value(.null) }
    func encode(_ value: Bool) { slot.content = .value(.bool(value)) }
    func encode(_ value: String) { slot.content = .value(.string(value)) }
    func encode(_ value: Double) { slot.content = .value(.double(value)) }
    func encode(_ value: Float) { slot.content = .value(.double(Double(value))) }
    func encode(_ value: Int) { integer(value) }
    func encode(_ value: Int8) { integer(value) }
    func encode(_ value: Int16) { integer(value) }
    func encode(_ value: Int32) { integer(value) }
    func encode(_ value: Int64) { integer(value) }
    func encode(_ value: UInt) { integer(value) }
    func encode(_ value: UInt8) { integer(value) }
    func encode(_ value: UInt16) { integer(value) }
    func encode(_ value: UInt32) { integer(value) }
    func encode(_ value: UInt64) { integer(value) }
    func encode(_ value: some Encodable) throws { try slot.encode(value) }

    private func integer(_ value: some FixedWidthInteger) {
        slot.content = .value(Int64(exactly: value).map(JSON.integer) ?? .double(Double(value)))
    }
}
