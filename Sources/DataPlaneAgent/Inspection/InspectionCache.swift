internal import Glibc
internal import SQLInspection
internal import Synchronization

/// Inspections by (text, parameter types, snapshot, settings), bounded in bytes; shared by all reactors.
///
/// Sharded by the hash of the text, so that reactors seldom meet on a lock. When a shard is full, entries that were not
/// used since it last looked at them go first.
final class InspectionCache: Sendable {
    /// A text longer than this seldom comes twice.
    static let maximumTextBytes = 64 << 10
    private static let shardCount = 16

    private final class Entry {
        let hash: UInt64
        let text: [UInt8]
        let parameterTypes: [UInt32]
        let snapshot: UInt64
        let settings: InspectionSettings
        let inspection: Inspection
        let next: Entry?
        let cost: Int
        var wasUsed = false

        init(
            hash: UInt64, text: [UInt8], parameterTypes: [UInt32], snapshot: UInt64,
            settings: InspectionSettings,
            inspection: Inspection, next: Entry?
        ) {
            self.hash = hash
            self.text = text
            self.parameterTypes = parameterTypes
            self.snapshot = snapshot
            self.settings = settings
            self.inspection = inspection
            self.next = next
            cost = text.count + inspection.approximateBytes
        }
    }

    private struct Shard {
        /// The newest entry of each hash; older ones hang behind it.
        var entries: [UInt64: Entry] = [:]
        var order: [UInt64] = []
        var oldest = 0
        var bytes = 0
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
        let hash = Self.hash(text, snapshot)
        return shards[Int(hash % UInt64(Self.shardCount))].shard.withLock { shard in
            var entry = shard.entries[hash]
            while let candidate = entry {
                if candidate.snapshot == snapshot, candidate.parameterTypes == parameterTypes,
                    candidate.settings == settings, Self.isSame(candidate.text, text)
                {
                    candidate.wasUsed = true
                    return candidate.inspection
                }
                entry = candidate.next
            }
            return nil
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
        let hash = text.withUnsafeBytes { Self.hash($0, snapshot) }
        shards[Int(hash % UInt64(Self.shardCount))].shard.withLock { shard in
            let entry = Entry(
                hash: hash, text: text, parameterTypes: parameterTypes, snapshot: snapshot,
                settings: settings,
                inspection: inspection, next: shard.entries[hash])
            if entry.next == nil { shard.order.append(hash) }
            shard.entries[hash] = entry
            shard.bytes += entry.cost
            evict(&shard)
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
            var gone: Entry? = entry
            while let next = gone {
                shard.bytes -= next.cost
                gone = next.next
            }
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
