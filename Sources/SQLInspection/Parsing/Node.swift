/// A parse tree under inspection: remembers which fields the rules have looked at.
///
/// Every access to a field marks it. What is unmarked when the rules are done was understood by none of them, and the
/// statement is then of unknown effect: the walk is complete by construction, not by care.
final class InspectedTree {
    let tree: ParseTree
    private var marks: [Bool]
    private var reads: [Bool]

    init(_ tree: ParseTree) {
        self.tree = tree
        marks = [Bool](repeating: false, count: tree.fields.count)
        reads = [Bool](repeating: false, count: tree.nodes.count)
    }

    /// Whether a rule has asked for the value of the constant that this node is.
    func wasRead(_ node: UInt32) -> Bool { reads[Int(node)] }

    var root: Node { Node(tree: self, index: tree.root) }

    fileprivate func mark(_ field: Int) { marks[field] = true }

    fileprivate func noteRead(_ node: UInt32) { reads[Int(node)] = true }

    /// Fields that say where something stood in the text, how it was spelled or how it is to be printed.
    static let presentational: [Bool] = {
        var table = [Bool](repeating: false, count: FieldName.allCases.count)
        let names: [FieldName] = [
            .location, .stmtLocation, .stmtLen, .version, .funcformat, .rowFormat, .coerceformat,
        ]
        for name in names { table[Int(name.rawValue)] = true }
        return table
    }()

    /// The first field below `node` that no rule has looked at, as `Kind.field`.
    func firstUnmarked(below node: Node) -> String? {
        for index in Int(node.index)..<Int(tree.nodes[Int(node.index)].end) {
            let record = tree.nodes[index]
            for position in Int(record.firstField)..<Int(record.firstField) + Int(record.fieldCount)
            where !marks[position] && !Self.presentational[Int(tree.fields[position].name.rawValue)] {
                return "\(record.kind).\(tree.fields[position].name)"
            }
        }
        return nil
    }
}

/// A node of a tree under inspection. Fields are read by subscript; an absent field is its default.
struct Node {
    let tree: InspectedTree
    let index: UInt32

    var kind: NodeKind { tree.tree.nodes[Int(index)].kind }
    var isNull: Bool { kind == .null }

    private func find(_ name: FieldName) -> ParseTree.FieldRecord? {
        let record = tree.tree.nodes[Int(index)]
        for position in Int(record.firstField)..<Int(record.firstField) + Int(record.fieldCount)
        where tree.tree.fields[position].name == name {
            tree.mark(position)
            return tree.tree.fields[position]
        }
        return nil
    }

    /// A field whose value is looked at: in a node that holds a constant's value, absent fields say something, too.
    private func read(_ name: FieldName) -> ParseTree.FieldRecord? {
        tree.noteRead(index)
        return find(name)
    }

    func has(_ name: FieldName) -> Bool { read(name) != nil }

    func node(_ name: FieldName) -> Node? {
        guard let field = find(name), field.type == .node else { return nil }
        let child = Node(tree: tree, index: UInt32(field.value))
        return child.isNull ? nil : child
    }

    func list(_ name: FieldName) -> NodeList {
        guard let field = find(name), field.type == .list else { return NodeList(tree: tree, range: 0..<0) }
        return NodeList(tree: tree, range: field.value..<field.value + Int(field.count))
    }

    /// `nil` when absent; PostgreSQL never gives an empty name.
    func text(_ name: FieldName) -> String? {
        guard let field = read(name), field.type == .text, field.count > 0 else { return nil }
        return String(decoding: tree.tree.bytes[field.value..<field.value + Int(field.count)], as: UTF8.self)
    }

    func number(_ name: FieldName) -> Int {
        guard let field = read(name), field.type == .number else { return 0 }
        return field.value
    }

    func flag(_ name: FieldName) -> Bool { number(name) != 0 }

    func enumeration<Value: RawRepresentable>(_ name: FieldName, as: Value.Type) -> Value?
    where Value.RawValue == Int {
        Value(rawValue: number(name))
    }

    /// Marks fields that carry nothing to inspect in this place (behaviour flags, names of things not looked up), and all
    /// that is below them.
    func ignore(_ names: FieldName...) {
        for name in names {
            guard let field = find(name) else { continue }
            switch field.type {
            case .node: Node(tree: tree, index: UInt32(field.value)).markAll()
            case .list: for item in list(name) { item.markAll() }
            case .number, .text: break
            }
        }
    }

    /// Marks this node's fields and all below.
    func markAll() {
        var pending = [self]
        while let next = pending.popLast() { pending += next.children() }
    }

    /// Marks every field of this node and gives all child nodes, lists flattened, in order.
    func children() -> [Node] {
        let record = tree.tree.nodes[Int(index)]
        var result: [Node] = []
        for position in Int(record.firstField)..<Int(record.firstField) + Int(record.fieldCount) {
            let field = tree.tree.fields[position]
            tree.mark(position)
            switch field.type {
            case .node: result.append(Node(tree: tree, index: UInt32(field.value)))
            case .list:
                for item in tree.tree.items[field.value..<field.value + Int(field.count)] {
                    result.append(Node(tree: tree, index: item))
                }
            case .number, .text: break
            }
        }
        return result
    }

    /// All child nodes, lists flattened, without marking anything.
    var unmarkedChildren: [Node] {
        let record = tree.tree.nodes[Int(index)]
        var result: [Node] = []
        for field in tree.tree.fields[
            Int(record.firstField)..<Int(record.firstField) + Int(record.fieldCount)]
        {
            switch field.type {
            case .node: result.append(Node(tree: tree, index: UInt32(field.value)))
            case .list:
                result += tree.tree.items[field.value..<field.value + Int(field.count)].map {
                    Node(tree: tree, index: $0)
                }
            case .number, .text: break
            }
        }
        return result
    }

    /// The type of a constant, its fields marked: what a long VALUES list needs of most of its items.
    var constantType: UInt32 {
        let record = tree.tree.nodes[Int(index)]
        var type = TypeID.unknownLiteral
        for position in Int(record.firstField)..<Int(record.firstField) + Int(record.fieldCount) {
            let field = tree.tree.fields[position]
            tree.mark(position)
            guard field.type == .node else { continue }
            let child = tree.tree.nodes[field.value]
            for inner in Int(child.firstField)..<Int(child.firstField) + Int(child.fieldCount) {
                tree.mark(inner)
            }
            switch child.kind {
            case .integer: type = TypeID.int4
            case .float: type = Node(tree: tree, index: UInt32(field.value)).digitsType
            case .boolean: type = TypeID.boolean
            case .bitString: type = TypeID.bit
            default: break
            }
        }
        return type
    }

    /// The type of a `Float`: integers beyond 32 bits are given as texts, too, and a minus may bring one back. The same for
    /// all literals of one `LiteralShape.Kind`, so that it does not count as a look at the value.
    var digitsType: UInt32 {
        guard let field = find(.fval), field.type == .text else { return TypeID.numeric }
        let digits = tree.tree.bytes[field.value..<field.value + Int(field.count)]
        guard let value = Int64(String(decoding: digits, as: UTF8.self)) else { return TypeID.numeric }
        return Int32(exactly: value) != nil ? TypeID.int4 : TypeID.int8
    }

    /// `String.sval` of a name's last part, or of the node itself.
    var stringValue: String? { kind == .string ? (text(.sval) ?? "") : nil }
}

struct NodeList: RandomAccessCollection {
    let tree: InspectedTree
    let range: Range<Int>

    var startIndex: Int { 0 }
    var endIndex: Int { range.count }
    subscript(position: Int) -> Node { Node(tree: tree, index: tree.tree.items[range.lowerBound + position]) }

    /// The parts of a name: `String` nodes, with `*` for `A_Star`.
    var names: [String] { map { $0.kind == .aStar ? "*" : $0.stringValue ?? "" } }
}
