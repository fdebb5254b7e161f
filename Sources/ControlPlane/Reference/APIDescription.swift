import APIModels
import Yams

/// openapi.yaml as a tree, in its own order.
struct APIDescription: Sendable {
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    /// An operation with where it is.
    struct Entry: Sendable {
        let method: String
        let path: String
        let operation: JSON

        var id: String { operation["operationId"]?.stringValue ?? "" }
        var tag: String { operation["tags"]?.items.first?.stringValue ?? "" }
    }

    let root: JSON

    init(yaml: String) throws {
        guard let node = try Yams.compose(yaml: yaml) else {
            throw Malformed(description: "the description is empty")
        }
        root = try Self.tree(node)
    }

    var tags: [String] { (root["tags"]?.items ?? []).compactMap { $0["name"]?.stringValue } }

    var entries: [Entry] {
        (root["paths"]?.members ?? []).flatMap { path, methods in
            methods.members.map { Entry(method: $0.uppercased(), path: path, operation: $1) }
        }
    }

    var schemas: [(name: String, schema: JSON)] { root["components"]?["schemas"]?.members ?? [] }

    /// What a `$ref` stands for, with its name; anything else is itself.
    func resolve(_ node: JSON) -> (name: String?, node: JSON) {
        guard let reference = node["$ref"]?.stringValue else { return (nil, node) }
        let steps = reference.split(separator: "/").dropFirst().map(String.init)
        let target = steps.reduce(JSON?.some(root)) { $0?[$1] }
        return (steps.last, target ?? .null)
    }

    private static func tree(_ node: Node) throws -> JSON {
        switch node {
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, value) in mapping {
                guard let name = key.string else { throw Malformed(description: "a key is no text") }
                object[name] = try tree(value)
            }
            return .object(object)
        case .sequence(let sequence): return .array(try sequence.map(tree))
        case .scalar(let scalar): return Self.scalar(node, text: scalar.string)
        case .alias: throw Malformed(description: "the description has an alias")
        }
    }

    private static func scalar(_ node: Node, text: String) -> JSON {
        if let flag = node.bool { return .bool(flag) }
        if let number = node.int { return .integer(Int64(number)) }
        return .string(text)
    }
}

extension JSON {
    /// The items of an array; none of anything else.
    var items: [JSON] {
        if case .array(let items) = self { items } else { [] }
    }

    /// The members of an object, in their order; none of anything else.
    var members: [(String, JSON)] {
        guard case .object(let object) = self else { return [] }
        return object.keys.compactMap { key in object[key].map { (key, $0) } }
    }
}
