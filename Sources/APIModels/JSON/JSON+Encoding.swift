extension JSON {
    /// The JSON text of a value; property names become snake_case, absent optionals are left out.
    ///
    /// Our shapes encode into any container; what cannot be encoded (a non-finite number) is written as null. The text is written
    /// from front to back, so a shape must be done with a nested value before it begins the next, as all of ours are.
    package static func encode(_ value: some Encodable) -> [UInt8] {
        let output = JSONOutput()
        do {
            try output.write(value, at: 0)
        } catch {
            return Array("null".utf8)
        }
        return output.bytes
    }

    package static func encodeText(_ value: some Encodable) -> String {
        String(decoding: encode(value), as: UTF8.self)
    }

    package static func tree(of value: some Encodable) -> JSON {
        (try? JSONParser.parse(encode(value), limits: ownText)) ?? .null
    }

    /// What we wrote ourselves needs no bound but that of our shapes' nesting.
    private static let ownText = JSONLimits(
        bytes: .max, depth: JSONLimits.configuration.depth, reportedErrors: 1)
}

extension JSON: Encodable {
    package func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? TextEncoder else {
            throw EncodingError.invalidValue(
                self,
                .init(codingPath: encoder.codingPath, debugDescription: "a JSON tree encodes into JSON only"))
        }
        encoder.output.write(self)
    }
}

/// The text that is being written. A class, because encoders are copied; what it does to the text is one access to it.
private final class JSONOutput {
    private var text = JSONOpenText()

    var bytes: [UInt8] { text.bytes }

    /// Writes a value inside of `depth` containers, and closes what it opened. One that writes nothing is null.
    func write<Value: Encodable>(_ value: Value, at depth: Int) throws {
        // What most lists are; each element would ask for an encoder of its own.
        if Value.self == [String].self, let texts = value as? [String] {
            return text.write(texts, at: depth)
        }
        let start = text.bytes.count
        try value.encode(to: TextEncoder(output: self, depth: depth))
        text.close(to: depth)
        if text.bytes.count == start { write(JSON.null) }
    }

    func write(_ tree: JSON) { text.write(tree) }

    func write(_ string: String) { text.write(string) }

    func write(_ integer: some FixedWidthInteger) {
        write(Int64(exactly: integer).map(JSON.integer) ?? .double(Double(integer)))
    }

    func openObject(at depth: Int) { text.begin("{", "}", at: depth) }
    func openArray(at depth: Int) { text.begin("[", "]", at: depth) }

    func beginItem(at depth: Int) { text.beginItem(at: depth) }
    func beginMember(_ key: String, at depth: Int) { text.beginMember(key, at: depth) }
    func write(_ string: String, for key: String, at depth: Int) {
        text.write(string, for: key, at: depth)
    }

    func itemCount(at depth: Int) -> Int { text.itemCount(at: depth) }
}

/// A text that grows, and the containers that are open in it.
///
/// Codable never says that a container is complete. It is when something is written beside or above it: every place in the text
/// has a depth, and writing at a depth closes what is deeper.
private struct JSONOpenText {
    private(set) var bytes: [UInt8] = []
    private var open: [Container] = []

    private struct Container {
        let end: UInt8
        var count = 0
    }

    init() {
        bytes.reserveCapacity(256)
        open.reserveCapacity(8)
    }

    mutating func write(_ tree: JSON) { tree.write(into: &bytes) }

    mutating func write(_ string: String) { JSON.write(string, into: &bytes) }

    mutating func write(_ strings: [String], at depth: Int) {
        close(to: depth)
        JSON.writeArray(strings, into: &bytes) { JSON.write($0, into: &$1) }
    }

    /// Opens a container inside of `depth` others, or goes on with the one that the same value has opened there: a shape whose
    /// fields stand beside those of another encodes both into one object.
    mutating func begin(_ start: Unicode.Scalar, _ end: Unicode.Scalar, at depth: Int) {
        if open.count > depth { return close(to: depth + 1) }
        bytes.append(UInt8(ascii: start))
        open.append(Container(end: UInt8(ascii: end)))
    }

    /// Begins the next member or element of the container that is the `depth`-th open one.
    mutating func beginItem(at depth: Int) {
        close(to: depth)
        if open[depth - 1].count > 0 { bytes.append(UInt8(ascii: ",")) }
        open[depth - 1].count += 1
    }

    mutating func beginMember(_ key: String, at depth: Int) {
        beginItem(at: depth)
        write(key)
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func write(_ string: String, for key: String, at depth: Int) {
        beginMember(key, at: depth)
        write(string)
    }

    /// Items of the container that is the `depth`-th open one.
    func itemCount(at depth: Int) -> Int { open[depth - 1].count }

    mutating func close(to depth: Int) {
        while open.count > depth { bytes.append(open.removeLast().end) }
    }
}

/// A place for a value, inside of `depth` containers.
private struct TextEncoder: Encoder {
    let output: JSONOutput
    let depth: Int
    /// Where in the value this is, which nobody asks for.
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        output.openObject(at: depth)
        return KeyedEncodingContainer(
            KeyedTextEncoder(
                output: output, depth: depth + 1, keepsKeys: DictionaryKeys.are(type)))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        output.openArray(at: depth)
        return UnkeyedTextEncoder(output: output, depth: depth + 1)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension TextEncoder: SingleValueEncodingContainer {
    func encodeNil() { output.write(.null) }
    func encode(_ value: Bool) { output.write(.bool(value)) }
    func encode(_ value: String) { output.write(value) }
    func encode(_ value: Double) { output.write(.double(value)) }
    func encode(_ value: Float) { output.write(.double(Double(value))) }
    func encode(_ value: Int) { output.write(value) }
    func encode(_ value: Int8) { output.write(value) }
    func encode(_ value: Int16) { output.write(value) }
    func encode(_ value: Int32) { output.write(value) }
    func encode(_ value: Int64) { output.write(value) }
    func encode(_ value: UInt) { output.write(value) }
    func encode(_ value: UInt8) { output.write(value) }
    func encode(_ value: UInt16) { output.write(value) }
    func encode(_ value: UInt32) { output.write(value) }
    func encode(_ value: UInt64) { output.write(value) }
    func encode(_ value: some Encodable) throws { try output.write(value, at: depth) }
}

private struct KeyedTextEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let output: JSONOutput
    let depth: Int
    let keepsKeys: Bool
    var codingPath: [any CodingKey] { [] }

    private func name(of key: some CodingKey) -> String {
        keepsKeys ? key.stringValue : key.stringValue.snakeCased
    }

    private func begin(_ key: some CodingKey) { output.beginMember(name(of: key), at: depth) }

    private func place(_ key: some CodingKey) -> TextEncoder {
        begin(key)
        return TextEncoder(output: output, depth: depth)
    }

    func encodeNil(forKey key: Key) {
        begin(key)
        output.write(.null)
    }

    func encode(_ value: String, forKey key: Key) { output.write(value, for: name(of: key), at: depth) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        begin(key)
        try output.write(value, at: depth)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        place(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        place(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { preconditionFailure("a shape has no superclass") }

    func superEncoder(forKey key: Key) -> any Encoder { preconditionFailure("a shape has no superclass") }
}

private struct UnkeyedTextEncoder: UnkeyedEncodingContainer {
    let output: JSONOutput
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    var count: Int { output.itemCount(at: depth) }

    private func place() -> TextEncoder {
        output.beginItem(at: depth)
        return TextEncoder(output: output, depth: depth)
    }

    func encodeNil() { place().encodeNil() }

    func encode(_ value: some Encodable) throws { try place().encode(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        place().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { place().unkeyedContainer() }

    func superEncoder() -> any Encoder { preconditionFailure("a shape has no superclass") }
}
