internal import Glibc
internal import SQLInspection
internal import Synchronization

/// Inspections by (text, parameter types, snapshot, settings), bounded in bytes; shared by all reactors.
///
/// An inspection that does not depend on the values of all its literals is kept under the text's `LiteralShape`, together
/// with the values that it does depend on, and found for every text that shares both (docs/decisions/0006-literal-shapes.md).
///
/// Sharded by the hash of the text, so that reactors seldom meet on a lock. When a shard is full, entries that were not
/// used since it last looked at them go first.
final class InspectionCache: Sendable {
    /// A text longer than this seldom comes twice.
    static let maximumTextBytes = 64 << 10
    /// Under one hash no more than this many are kept; then it begins anew.
    private static let maximumChain = 16
    private static let shardCount = 16

    /// A literal as it was written, by its index in the shape.
    private struct WrittenLiteral: Sendable {
        let index: Int
        let text: [UInt8]
    }

    private final class Entry {
        /// A text, or the bytes of a shape.
        let text: [UInt8]
        /// Under a shape: the literals that decided, by index, as they were written.
        let decisive: [WrittenLiteral]
        let parameterTypes: [UInt32]
        let snapshot: UInt64
        let settings: InspectionSettings
        let inspection: Inspection
        let next: Entry?
        /// Entries in this one's chain, itself included.
        let length: Int
        let cost: Int
        var wasUsed = false

        init(
            text: [UInt8], decisive: [WrittenLiteral], parameterTypes: [UInt32],
            snapshot: UInt64, settings: InspectionSettings, inspection: Inspection, next: Entry?
        ) {
            self.text = text
            self.decisive = decisive
            self.parameterTypes = parameterTypes
            self.snapshot = snapshot
            self.settings = settings
            self.inspection = inspection
            self.next = next
            length = (next?.length ?? 0) + 1
            cost = text.count + 48 * decisive.count + inspection.approximateBytes
        }

        var chainCost: Int {
            var cost = 0
            var entry: Entry? = self
            while let member = entry {
                cost += member.cost
                entry = member.next
            }
            return cost
        }
    }

    private struct Shard {
        /// The newest entry of each hash; older ones hang behind it.
        var entries: [UInt64: Entry] = [:]
        var order: [UInt64] = []
        var oldest = 0
        var bytes = 0

        mutating func add(
            text: [UInt8], decisive: [WrittenLiteral], parameterTypes: [UInt32], snapshot: UInt64,
            settings: InspectionSettings, inspection: Inspection, hash: UInt64
        ) {
            var chain = entries[hash]
            if chain == nil { order.append(hash) }
            if let full = chain, full.length >= maximumChain {
                bytes -= full.chainCost
                chain = nil
            }
            let entry = Entry(
                text: text, decisive: decisive, parameterTypes: parameterTypes, snapshot: snapshot,
                settings: settings, inspection: inspection, next: chain)
            entries[hash] = entry
            bytes += entry.cost
        }
    }

    private final class Box: Sendable {
        let shard = Mutex(Shard())
    }

    private let shards: [Box]
    private let bytesPerShard: Int

    init(bytes: Int) {
        shards = (0..<Self.shardCount).map { _ in Box() }
        bytesPerShard = bytes / Self.shardCount
    }

    func find(
        _ text: UnsafeRawBufferPointer, parameterTypes: [UInt32], snapshot: UInt64,
        settings: InspectionSettings
    ) -> Inspection? {
        guard text.count <= Self.maximumTextBytes else { return nil }
        if let known = find(
            text, of: text, shape: nil, parameterTypes: parameterTypes, snapshot: snapshot, settings: settings
        ) {
            return known
        }
        guard let shape = LiteralShape(text, foldingRows: true) else { return nil }
        return shape.bytes.withUnsafeBytes {
            find(
                $0, of: text, shape: shape, parameterTypes: parameterTypes, snapshot: snapshot,
                settings: settings)
        }
    }

    private func find(
        _ key: UnsafeRawBufferPointer, of text: UnsafeRawBufferPointer, shape: LiteralShape?,
        parameterTypes: [UInt32], snapshot: UInt64, settings: InspectionSettings
    ) -> Inspection? {
        let hash = Self.hash(key, snapshot)
        return shards[Int(hash % UInt64(Self.shardCount))].shard.withLock { shard in
            var entry = shard.entries[hash]
            while let candidate = entry {
                if candidate.snapshot == snapshot, candidate.parameterTypes == parameterTypes,
                    candidate.settings == settings, Self.isSame(candidate.text, key),
                    Self.agree(candidate.decisive, shape, text)
                {
                    candidate.wasUsed = true
                    return candidate.inspection
                }
                entry = candidate.next
            }
            return nil
        }
    }

    /// Whether what decided stands in another text of the shape, too.
    private static func agree(
        _ decisive: [WrittenLiteral], _ shape: LiteralShape?, _ text: UnsafeRawBufferPointer
    ) -> Bool {
        guard let shape else { return true }
        return decisive.allSatisfy { literal in
            shape.literals.indices.contains(literal.index)
                && text[shape.literals[literal.index].range].elementsEqual(literal.text)
        }
    }

    private static func isSame(_ stored: [UInt8], _ text: UnsafeRawBufferPointer) -> Bool {
        guard stored.count == text.count else { return false }
        return stored.withUnsafeBytes { stored in
            guard let first = stored.baseAddress, let second = text.baseAddress else { return true }
            return memcmp(first, second, text.count) == 0
        }
    }

    func insert(
        _ inspection: Inspection, text: [UInt8], parameterTypes: [UInt32], snapshot: UInt64,
        settings: InspectionSettings
    ) {
        guard text.count <= Self.maximumTextBytes else { return }
        let (key, decisive) = Self.key(text, inspection)
        let hash = key.withUnsafeBytes { Self.hash($0, snapshot) }
        shards[Int(hash % UInt64(Self.shardCount))].shard.withLock { shard in
            shard.add(
                text: key, decisive: decisive, parameterTypes: parameterTypes, snapshot: snapshot,
                settings: settings, inspection: inspection, hash: hash)
            evict(&shard)
        }
    }

    /// The text, or its shape and what decided.
    private static func key(_ text: [UInt8], _ inspection: Inspection) -> (
        [UInt8], [WrittenLiteral]
    ) {
        text.withUnsafeBytes { bytes in
            guard let literals = inspection.decisiveLiterals,
                let shape = LiteralShape(bytes, foldingRows: true)
            else {
                return (text, [])
            }
            return (
                shape.bytes,
                literals.indices.map {
                    WrittenLiteral(index: $0, text: Array(bytes[shape.literals[$0].range]))
                }
            )
        }
    }

    private func evict(_ shard: inout Shard) {
        while shard.bytes > bytesPerShard, shard.oldest < shard.order.count {
            let hash = shard.order[shard.oldest]
            shard.oldest += 1
            guard let entry = shard.entries[hash] else { continue }
            if entry.wasUsed, shard.order.count < 1 << 20 {
                entry.wasUsed = false
                shard.order.append(hash)
                continue
            }
            shard.entries[hash] = nil
            shard.bytes -= entry.chainCost
        }
        if shard.oldest > 1_024, shard.oldest * 2 > shard.order.count {
            shard.order.removeFirst(shard.oldest)
            shard.oldest = 0
        }
    }

    /// Multiply and mix, eight bytes at a time. Collisions cost a comparison, never a wrong answer.
    private static func hash(_ text: UnsafeRawBufferPointer, _ snapshot: UInt64) -> UInt64 {
        var state = snapshot &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(text.count)
        func mix(_ value: UInt64) {
            let product = (state ^ value).multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
            state = product.high ^ product.low
        }
        var offset = 0
        while offset + 8 <= text.count {
            mix(text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var tail: UInt64 = 0
        while offset < text.count {
            tail = tail << 8 | UInt64(text[offset])
            offset += 1
        }
        mix(tail ^ 0xe703_7ed1_a0b4_28db)
        return state
    }
}

extension Inspection {
    /// Memory behind it, for the cache's bound.
    var approximateBytes: Int {
        let tables = 96 * (self.tables.count + reached.count)
        let outputs = statements.reduce(0) { sum, statement in
            statement.outputs.reduce(sum) { sum, output in
                if case .columns(let columns) = output.lineage {
                    sum + 64 + 16 * columns.count
                } else {
                    sum + 64
                }
            }
        }
        return 512 + 2 * tables + outputs + 32 * columns.count + 80 * routines.count
            + why.reduce(0) { $0 + $1.utf8.count + 16 } + 256 * statements.count
    }
}
