import CHyperscan
import Glibc
import Synchronization

/// Regular expressions, matched all at once in time that is linear in the text, whatever the patterns (Hyperscan).
///
/// The syntax is that of PCRE without what needs backtracking: no back-references, no look-around, no possessive groups.
/// Bytes outside ASCII match as bytes.
package final class PatternDatabase: Sendable {
    /// Where a pattern matched.
    package struct Match: Sendable, Equatable {
        package let pattern: Int
        package let range: Range<Int>
    }

    /// Of compiled patterns together: it has to stay in the processor's caches to be fast.
    private static let maximumSize = 4 << 20
    /// Of one text. A pattern that matches more often says nothing.
    private static let maximumMatches = 10_000

    /// Invariant: immutable after `init`; Hyperscan lets threads share a database.
    private nonisolated(unsafe) let database: OpaquePointer
    private let scratches: Mutex<ScratchPool>

    /// - Throws: for the first pattern that is malformed, matches the empty text, or is too expensive.
    package init(_ patterns: [String]) throws(PatternError) {
        let texts = patterns.map { strdup($0) }
        defer { for text in texts { free(text) } }
        let pointers: [UnsafePointer<CChar>?] = texts.map { UnsafePointer($0) }
        let flags = [UInt32](repeating: UInt32(HS_FLAG_SOM_LEFTMOST), count: patterns.count)
        let numbers = patterns.indices.map { UInt32($0) }
        var compiled: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let status = hs_compile_multi(
            pointers, flags, numbers, UInt32(patterns.count), UInt32(HS_MODE_BLOCK), nil, &compiled, &failure)
        guard status == HS_SUCCESS, let compiled else { throw Self.error(failure) }
        var size = 0
        var scratch: OpaquePointer?
        guard hs_database_size(compiled, &size) == HS_SUCCESS, size <= Self.maximumSize,
            hs_alloc_scratch(compiled, &scratch) == HS_SUCCESS, let scratch
        else {
            hs_free_database(compiled)
            throw PatternError(
                pattern: nil, message: "The patterns need more than \(Self.maximumSize >> 20) MiB.",
                position: nil)
        }
        database = compiled
        scratches = Mutex(ScratchPool(first: Scratch(pointer: scratch)))
    }

    deinit { hs_free_database(database) }

    /// The longest match of each pattern at each place, by pattern and place; nil when there are too many.
    package func matches(in bytes: Span<UInt8>) -> [Match]? {
        guard let scratch = scratches.withLock({ $0.take() }) else { return nil }
        defer { scratches.withLock { $0.put(scratch) } }
        var found = Found()
        let status = bytes.withUnsafeBufferPointer { bytes -> hs_error_t in
            guard let start = bytes.baseAddress, let length = UInt32(exactly: bytes.count) else {
                return HS_SUCCESS
            }
            return withUnsafeMutablePointer(to: &found) { found in
                start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    hs_scan(database, $0, length, 0, scratch.pointer, Self.collect, found)
                }
            }
        }
        return status == HS_SUCCESS && bytes.count <= Int(UInt32.max) ? found.longest : nil
    }

    /// Called by `hs_scan` for each end of a match, with the `Found` of this scan.
    private static let collect: match_event_handler = { number, from, to, _, context in
        guard let found = context?.assumingMemoryBound(to: Found.self) else { return 1 }
        found.pointee.ends.append((UInt64(number), from, to))
        return found.pointee.ends.count > maximumMatches ? 1 : 0
    }

    private struct Found {
        var ends: [(pattern: UInt64, from: UInt64, to: UInt64)] = []

        var longest: [Match] {
            var result: [Match] = []
            for end in ends.sorted(by: { ($0.pattern, $0.from, $0.to) < ($1.pattern, $1.from, $1.to) }) {
                let match = Match(pattern: Int(end.pattern), range: Int(end.from)..<Int(end.to))
                if let last = result.last, last.pattern == match.pattern,
                    last.range.lowerBound == match.range.lowerBound
                {
                    result.removeLast()
                }
                result.append(match)
            }
            return result
        }
    }

    private static func error(_ failure: UnsafeMutablePointer<hs_compile_error_t>?) -> PatternError {
        guard let failure else {
            return PatternError(pattern: nil, message: "cannot be compiled", position: nil)
        }
        defer { hs_free_compile_error(failure) }
        let message = failure.pointee.message.map { String(cString: $0) } ?? "cannot be compiled"
        let number = failure.pointee.expression
        return PatternError(
            pattern: number >= 0 ? Int(number) : nil, message: message, position: position(in: message))
    }

    /// Hyperscan says where in the text of its message: `... at index 7.`
    private static func position(in message: String) -> Int? {
        let words = message.split(separator: " ")
        guard let index = words.lastIndex(of: "index"), index + 1 < words.endIndex else { return nil }
        return Int(words[index + 1].prefix { $0.isNumber })
    }
}

/// Scratch space for one scan at a time.
///
/// Invariant: between `take` and `put` of its pool it belongs to one scan; that is why it may be sent.
private struct Scratch: @unchecked Sendable {
    let pointer: OpaquePointer
}

/// Scratch space: one for each scan that runs at the same time, kept for the next.
private struct ScratchPool: ~Copyable {
    private var free: [Scratch] = []
    private let prototype: Scratch

    init(first: Scratch) { prototype = first }

    mutating func take() -> Scratch? {
        if let scratch = free.popLast() { return scratch }
        var scratch: OpaquePointer?
        guard hs_clone_scratch(prototype.pointer, &scratch) == HS_SUCCESS else { return nil }
        return scratch.map(Scratch.init)
    }

    mutating func put(_ scratch: Scratch) { free.append(scratch) }

    deinit {
        for scratch in free { hs_free_scratch(scratch.pointer) }
        hs_free_scratch(prototype.pointer)
    }
}
