/// Tells the keys of dictionaries, which are data and stay as they are, from the names of properties, which become snake_case.
///
/// Dictionaries code themselves with a key type of the standard library's own, so it is learnt from a dictionary.
enum DictionaryKeys {
    static func are(_ type: any CodingKey.Type) -> Bool { ObjectIdentifier(type) == learnt }

    private static let learnt: ObjectIdentifier? = {
        let probe = Probe()
        _ = try? [String: Int](from: probe)
        return probe.keyType
    }()

    /// Notes which keys it is asked for, and has none.
    private final class Probe: Decoder {
        private(set) var keyType: ObjectIdentifier?
        var codingPath: [any CodingKey] { [] }
        var userInfo: [CodingUserInfoKey: Any] { [:] }

        private struct NoValue: Error {}

        func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
            keyType = ObjectIdentifier(type)
            throw NoValue()
        }

        func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NoValue() }
        func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NoValue() }
    }
}
