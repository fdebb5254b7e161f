/// A syntax tree of libpg_query, decoded from its protobuf form into flat tables.
///
/// Absent fields are the message's defaults (proto3). Everything that the bytes hold is in the tables: a field number or a
/// kind that the schema does not know is an error, never skipped, so that a newer library cannot hide a clause from us.
package final class ParseTree: Sendable {
    struct NodeRecord {
        var kind: NodeKind
        var fieldCount: UInt16
        var firstField: UInt32
        /// One past the last node below: nodes are in the order of a walk.
        var end: UInt32
    }

    struct FieldRecord {
        var name: FieldName
        var type: Payload
        /// A number, the offset of a text, a node's index, or the index of a list's first item.
        var value: Int
        /// The length of a text or a list.
        var count: UInt32
    }

    enum Payload: UInt8 { case number, text, node, list }

    let bytes: [UInt8]
    let nodes: [NodeRecord]
    let fields: [FieldRecord]
    /// The node indices of all lists.
    let items: [UInt32]
    let root: UInt32

    /// - Parameter bytes: a `ParseResult` as `pg_query_parse_protobuf` writes it.
    package init(decoding bytes: [UInt8]) throws(InspectionFailure) {
        var decoder = ParseTreeDecoder(byteCount: bytes.count)
        do {
            root = try bytes.withUnsafeBufferPointer { buffer in
                try decoder.decode(.parseResult, ProtobufReader(buffer, 0..<buffer.count), depth: 0)
            }
        } catch {
            throw error as? InspectionFailure ?? .tooComplex("the parse tree is not readable")
        }
        self.bytes = bytes
        nodes = decoder.nodes
        fields = decoder.fields
        items = decoder.items
        try checkNames()
    }

    /// Throws when two names differ only in Unicode normalisation: to PostgreSQL they are two, to a `String` one, and what is
    /// found under one of them would be taken for the other. Literals are no names.
    private func checkNames() throws(InspectionFailure) {
        var known: [String: ArraySlice<UInt8>] = [:]
        var index = 0
        while index < nodes.count {
            let node = nodes[index]
            if node.kind == .aConst {
                index = Int(node.end)
                continue
            }
            index += 1
            for field in fields[Int(node.firstField)..<Int(node.firstField) + Int(node.fieldCount)]
            where field.type == .text {
                let name = bytes[field.value..<field.value + Int(field.count)]
                guard name.contains(where: { $0 >= 0x80 }) else { continue }
                let earlier = known.updateValue(name, forKey: String(decoding: name, as: UTF8.self))
                guard earlier.map({ $0.elementsEqual(name) }) ?? true else {
                    throw .namesAlike
                }
            }
        }
    }
}

/// One pass over the bytes; children are decoded before their parent's record is complete.
private struct ParseTreeDecoder {
    var nodes: [ParseTree.NodeRecord] = []
    var fields: [ParseTree.FieldRecord] = []
    var items: [UInt32] = []
    /// Fields and list items of the nodes that are still open.
    private var openFields: [ParseTree.FieldRecord] = []
    private var openItems: [UInt32] = []
    private let schema = ParseTreeSchema.shared
    /// Deeper than the pre-scan lets any text become.
    private static let maximumDepth = 20_000

    init(byteCount: Int) {
        nodes.reserveCapacity(byteCount / 8)
        fields.reserveCapacity(byteCount / 6)
    }

    mutating func decode(
        _ kind: NodeKind, _ bytes: ProtobufReader, depth: Int
    ) throws(InspectionFailure) -> UInt32 {
        guard depth < Self.maximumDepth else { throw .tooComplex("nesting") }
        let index = UInt32(nodes.count)
        nodes.append(ParseTree.NodeRecord(kind: kind, fieldCount: 0, firstField: 0, end: 0))
        let firstOpen = openFields.count
        var reader = bytes
        var listField = -1
        var firstItem = openItems.count
        while !reader.isAtEnd {
            let (number, wire) = try reader.tag()
            guard let field = schema.field(number, of: kind) else {
                throw .tooComplex("the parse tree has a field that is not known")
            }
            if number != listField {
                closeList(from: firstItem)
                firstItem = openItems.count
                listField = field.isRepeated ? number : -1
            }
            switch (field.type, wire) {
            case (.number, .varint):
                let value = Int(truncatingIfNeeded: try reader.varint())
                openFields.append(.init(name: field.name, type: .number, value: value, count: 0))
            case (.number, .bytes) where field.isRepeated:
                var packed = try reader.payload()
                while !packed.isAtEnd {
                    let value = Int(truncatingIfNeeded: try packed.varint())
                    openFields.append(.init(name: field.name, type: .number, value: value, count: 0))
                }
                listField = -1
            case (.float, .fixed64):
                openFields.append(
                    .init(
                        name: field.name, type: .number, value: Int(truncatingIfNeeded: try reader.fixed64()),
                        count: 0))
            case (.text, .bytes):
                let text = try reader.payload()
                openFields.append(
                    .init(name: field.name, type: .text, value: text.position, count: UInt32(text.count)))
            case (.anyNode, .bytes), (.message, .bytes):
                let child = try decodeChild(field.type, try reader.payload(), depth: depth + 1)
                if field.isRepeated {
                    if openItems.count == firstItem {
                        openFields.append(.init(name: field.name, type: .list, value: 0, count: 0))
                    }
                    openItems.append(child)
                } else {
                    openFields.append(.init(name: field.name, type: .node, value: Int(child), count: 0))
                }
            default:
                throw .tooComplex("the parse tree is not readable")
            }
        }
        closeList(from: firstItem)
        guard openFields.count - firstOpen <= Int(UInt16.max) else { throw .tooComplex("fields") }
        nodes[Int(index)].firstField = UInt32(fields.count)
        nodes[Int(index)].fieldCount = UInt16(truncatingIfNeeded: openFields.count - firstOpen)
        nodes[Int(index)].end = UInt32(nodes.count)
        fields.append(contentsOf: openFields[firstOpen...])
        openFields.removeLast(openFields.count - firstOpen)
        return index
    }

    private mutating func decodeChild(
        _ type: ParseTreeSchema.ValueType, _ bytes: ProtobufReader, depth: Int
    ) throws(InspectionFailure) -> UInt32 {
        if case .message(let kind) = type { return try decode(kind, bytes, depth: depth) }
        var reader = bytes
        if reader.isAtEnd { return try decode(.null, bytes, depth: depth) }
        let (number, wire) = try reader.tag()
        guard wire == .bytes, number < schema.kindsOfNode.count, let kind = schema.kindsOfNode[number] else {
            throw .tooComplex("the parse tree has a node that is not known")
        }
        let body = try reader.payload()
        guard reader.isAtEnd else { throw .tooComplex("the parse tree is not readable") }
        return try decode(kind, body, depth: depth)
    }

    /// Moves the items of the list that just ended to their place; its field record is the last one.
    private mutating func closeList(from firstItem: Int) {
        guard openItems.count > firstItem, let last = openFields.indices.last else { return }
        openFields[last].value = items.count
        openFields[last].count = UInt32(openItems.count - firstItem)
        items.append(contentsOf: openItems[firstItem...])
        openItems.removeLast(openItems.count - firstItem)
    }
}

/// The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding): tags, varints, lengths.
private struct ProtobufReader {
    enum Wire { case varint, fixed64, bytes }

    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position: Int
    private let end: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }
    var count: Int { end - position }

    mutating func varint() throws(InspectionFailure) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64, position < end {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .tooComplex("the parse tree is cut off")
    }

    mutating func tag() throws(InspectionFailure) -> (Int, Wire) {
        let value = try varint()
        let wire: Wire
        switch value & 7 {
        case 0: wire = .varint
        case 1: wire = .fixed64
        case 2: wire = .bytes
        default: throw .tooComplex("the parse tree is not readable")
        }
        return (Int(truncatingIfNeeded: value >> 3 & 0xffff_ffff), wire)
    }

    mutating func fixed64() throws(InspectionFailure) -> UInt64 {
        guard count >= 8 else { throw .tooComplex("the parse tree is cut off") }
        defer { position += 8 }
        return (0..<8).reduce(0) { value, index in
            value | UInt64(bytes[position + index]) << UInt64(8 * index)
        }
    }

    /// What a length in front delimits.
    mutating func payload() throws(InspectionFailure) -> ProtobufReader {
        let length = try varint()
        guard length <= UInt64(count) else { throw .tooComplex("the parse tree is cut off") }
        let start = position
        position += Int(length)
        return ProtobufReader(bytes, start..<position)
    }
}
