/// The shape of libpg_query's protobuf messages (pg_query.proto), as tables for `ParseTree`'s decoder.
struct ParseTreeSchema: Sendable {
    enum ValueType: Sendable, Equatable {
        case text, number, float
        /// The `Node` message: a union of all kinds.
        case anyNode
        case message(NodeKind)
    }

    struct Field: Sendable {
        var name: FieldName
        var type: ValueType
        var isRepeated: Bool
    }

    /// By node kind, then by protobuf field number.
    let fields: [[Field?]]
    /// The same in one table: the fields of a kind start at its offset.
    private let table: [Field?]
    private let offsets: [Int]
    /// The kind that each field number of `Node` stands for.
    let kindsOfNode: [NodeKind?]

    static let shared = ParseTreeSchema(text: text)

    /// The text is our own, checked by a test: an entry that cannot be read leaves a field that decodes as unknown.
    private init(text: String) {
        let kinds = Dictionary(uniqueKeysWithValues: NodeKind.allCases.map { ("\($0)".lowercased(), $0) })
        let names = Dictionary(uniqueKeysWithValues: FieldName.allCases.map { ("\($0)", $0) })
        func kind(_ name: Substring) -> NodeKind? { kinds[name.lowercased().replacing("_", with: "")] }
        var fields = [[Field?]](repeating: [], count: NodeKind.allCases.count)
        var kindsOfNode: [NodeKind?] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            let isNode = words.first == "Node"
            for word in words.dropFirst() {
                let parts = word.split(separator: ":")
                guard let number = parts.first.flatMap({ Int($0) }) else { continue }
                if isNode, parts.count == 2 {
                    while kindsOfNode.count <= number { kindsOfNode.append(nil) }
                    kindsOfNode[number] = kind(parts[1])
                } else if parts.count == 3, let owner = kind(words[0]), let name = names[String(parts[1])] {
                    let isRepeated = parts[2].hasPrefix("r")
                    let code = isRepeated ? parts[2].dropFirst() : parts[2]
                    let type: ValueType
                    switch code.first {
                    case "s": type = .text
                    case "i": type = .number
                    case "f": type = .float
                    case "N": type = .anyNode
                    default:
                        guard let inner = kind(code.dropFirst()) else { continue }
                        type = .message(inner)
                    }
                    let index = Int(owner.rawValue)
                    while fields[index].count <= number { fields[index].append(nil) }
                    fields[index][number] = Field(name: name, type: type, isRepeated: isRepeated)
                }
            }
        }
        self.fields = fields
        self.kindsOfNode = kindsOfNode
        table = fields.flatMap { $0 }
        offsets = fields.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    }

    func field(_ number: Int, of kind: NodeKind) -> Field? {
        let index = Int(kind.rawValue)
        let position = offsets[index] + number
        return number >= 0 && position < offsets[index + 1] ? table[position] : nil
    }
}
