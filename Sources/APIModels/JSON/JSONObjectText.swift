/// A shape that writes its text member by member: for small answers that are asked for all the time, of which Codable's containers
/// cost more than all else. Its text is the one that Codable gives.
package protocol JSONObjectWritable: Encodable {
    func write(to object: inout JSONObjectText)
}

/// The text of an object, which grows by its members. Their names are those of the text, in snake_case.
package struct JSONObjectText {
    private var bytes = [UInt8(ascii: "{")]
    private var isEmpty = true

    fileprivate init() { bytes.reserveCapacity(256) }

    package mutating func add(_ name: String, _ text: String) {
        begin(name)
        JSON.write(text, into: &bytes)
    }

    package mutating func add(_ name: String, _ texts: some Sequence<String>) {
        begin(name)
        JSON.writeArray(texts, into: &bytes) { JSON.write($0, into: &$1) }
    }

    package mutating func add(_ name: String, _ members: [String: String]) {
        begin(name)
        JSON.writeObject(members, key: \.key, into: &bytes) { JSON.write($0.value, into: &$1) }
    }

    private mutating func begin(_ name: String) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        JSON.write(name, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    fileprivate consuming func end() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}

extension JSON {
    package static func encode(_ value: some JSONObjectWritable) -> [UInt8] {
        var object = JSONObjectText()
        value.write(to: &object)
        return object.end()
    }
}
